import { gotName, typeName } from "./arguments.ts";

/** Python types that fit a parameter's shown type; of another shown type ("Number", "tuple of ints") none is taken to fit. */
const FITTING: Readonly<Record<string, readonly string[]>> = { float: ["float", "int"], int: ["int"] };

/**
 * The line with which PyTorch says why an overload of as many parameters as were given did not fit; empty for the others. Like
 * PyTorch it reads the signature as it is shown: split at commas, a default being part of the type, "*" counting as a parameter.
 */
export function mismatch(shown: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): string {
  const params = shown.slice(1, -1).split(", ");
  const keywords = Object.keys(kwargs);
  if (params.length !== args.length + keywords.length) return "";
  const nameOf = (param: string): string => param.slice(param.lastIndexOf(" ") + 1);
  const known = params.slice(params.length - keywords.length).map(nameOf);
  const unknown = keywords.filter((k) => !known.includes(k));
  const reason = "      didn't match because some of the";
  if (unknown.length > 0) return `${reason} keywords were incorrect: ${unknown.join(", ")}\n`;
  const described = params.map((param, i) => {
    const name = nameOf(param);
    const value = i < args.length ? args[i] : kwargs[name];
    const type = param.slice(0, param.lastIndexOf(" "));
    const text = `${i < args.length ? "" : `${name}=`}${gotName(value)}`;
    return (FITTING[type] ?? [type]).includes(typeName(value)) ? text : `!${text}!`;
  });
  return `${reason} arguments have invalid types: (${described.join(", ")})\n`;
}
