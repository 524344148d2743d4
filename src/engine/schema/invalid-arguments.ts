import { type TorchError, typeError } from "../errors.ts";
import { typeName } from "./arguments.ts";

/** A parameter as PyTorch reads it back from the text of a signature: everything before the last space is its "type". */
interface Option {
  readonly type: string;
  readonly name: string;
}

/** "(Tensor input, int dim = 0)" → its parameters. A default, and a star alone, count as PyTorch counts them: literally. */
function parseOption(text: string): readonly Option[] {
  return text
    .slice(1, -1)
    .split(", ")
    .map((part) => {
      const space = part.lastIndexOf(" ");
      return { type: part.slice(0, Math.max(space, 0)), name: part.slice(space + 1) };
    });
}

const NUMBERS: Readonly<Record<string, readonly string[]>> = { float: ["float", "int"], int: ["int"] };
const matches = (o: Option | undefined, x: unknown): boolean =>
  o !== undefined && (NUMBERS[o.type] ?? [o.type]).includes(typeName(x));

/** "tuple of (int, int)", "list of [Tensor]", "float". */
function described(x: unknown): string {
  if (!Array.isArray(x)) return typeName(x);
  const elements = x.map(typeName).join(", ");
  return typeName(x) === "list" ? `list of [${elements}]` : `tuple of (${elements}${x.length === 1 ? "," : ""})`;
}

type Keywords = readonly (readonly [string, unknown])[];

/** What was given, each argument that cannot be meant between exclamation marks. */
function marked(options: readonly Option[], args: readonly unknown[], keywords: Keywords): string {
  const given = new Map(keywords);
  const parts = args.map((x, i) => (matches(options[i], x) ? described(x) : `!${described(x)}!`));
  for (let i = args.length; i < args.length + keywords.length; i++) {
    const o = options[i];
    const x = given.get(o.name);
    const shown = `${o.name}=${described(x)}`;
    parts.push(matches(o, x) ? shown : `!${shown}!`);
  }
  return `(${joined(parts, args.length)})`;
}

/** PyTorch takes the comma after the last argument away only where one was given by position. */
const joined = (parts: readonly string[], positional: number): string =>
  parts.join(", ") + (positional === 0 && parts.length > 0 ? ", " : "");

/** Keywords that are no parameter's name, looked for among as many last parameters as there are keywords. */
function unmatched(options: readonly Option[], keywords: Keywords): readonly string[] {
  const last = options.slice(Math.max(0, options.length - keywords.length)).map((o) => o.name);
  return keywords.map(([name]) => name).filter((name) => !last.includes(name));
}

/**
 * PyTorch's error for arguments that fit none of the signatures (torch/csrc/utils/invalid_arguments.cpp): what was given, what is
 * expected, and of signatures with as many parameters which arguments do not fit. Keywords come last one first, as its hash map
 * gives them.
 */
export function invalidCombination(
  name: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  signatures: readonly string[],
): TorchError {
  const keywords = Object.entries(kwargs).reverse();
  const got = [...args.map(typeName), ...keywords.map(([key, x]) => `${key}=${typeName(x)}`)];
  const start = `${name}() received an invalid combination of arguments - `;
  const gotText = `got (${joined(got, args.length)})`;
  const parsed = signatures.map((text) => ({ text, options: parseOption(text) }));
  const sameCount = (options: readonly Option[]): boolean => options.length === args.length + keywords.length;
  if (parsed.length === 1) {
    const [{ text, options }] = parsed;
    const wrong = unmatched(options, keywords);
    if (wrong.length > 0) return typeError(`${start}got unrecognized keyword arguments: ${wrong.join(", ")}`);
    const given = sameCount(options) ? `got ${marked(options, args, keywords)}` : gotText;
    return typeError(`${start}${given}, but expected ${text}`);
  }
  const lines = parsed.map(({ text, options }) => {
    if (!sameCount(options)) return ` * ${text}\n`;
    const wrong = unmatched(options, keywords);
    const reason =
      wrong.length > 0
        ? `some of the keywords were incorrect: ${wrong.join(", ")}`
        : `some of the arguments have invalid types: ${marked(options, args, keywords)}`;
    return ` * ${text}\n      didn't match because ${reason}\n`;
  });
  return typeError(`${start}${gotText}, but expected one of:\n${lines.join("")}`);
}
