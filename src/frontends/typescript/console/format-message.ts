import { type InspectOptions, inspect } from "./inspect.ts";

/** Text of `console.log(first, …)`: printf-like directives in the first string, the rest after it, separated by spaces. */
export function formatMessage(values: readonly unknown[], options: InspectOptions): string {
  const shown = (v: unknown): string => (typeof v === "string" ? v : inspect(v, options));
  const [first, ...rest] = values;
  if (typeof first !== "string" || rest.length === 0) return values.map(shown).join(" ");
  let next = 0;
  const head = first.replace(/%([sdifjoOc%])/g, (all, kind: string) => {
    if (kind === "%") return "%";
    if (next >= rest.length) return all;
    const v = rest[next++];
    return DIRECTIVES[kind](v, options);
  });
  return [head, ...rest.slice(next).map(shown)].join(" ");
}

const number = (v: unknown, parse: (text: string) => number): string =>
  typeof v === "bigint"
    ? `${v}n`
    : typeof v === "symbol" || (typeof v === "object" && v !== null)
      ? "NaN"
      : show(parse(String(v)));
const show = (n: number): string => (Object.is(n, -0) ? "-0" : String(n));

const DIRECTIVES: Readonly<Record<string, (v: unknown, options: InspectOptions) => string>> = {
  s: (v, options) => (typeof v === "string" ? v : typeof v === "object" && v !== null ? inspect(v, options) : show2(v)),
  d: (v) => number(v, Number),
  i: (v) => number(v, Number.parseInt),
  f: (v) => number(v, Number.parseFloat),
  j: (v) => JSON.stringify(v) ?? "undefined",
  o: (v, options) => inspect(v, options),
  O: (v, options) => inspect(v, options),
  c: () => "",
};
const show2 = (v: unknown): string => (typeof v === "bigint" ? `${v}n` : Object.is(v, -0) ? "-0" : String(v));
