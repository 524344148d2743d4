import { camelCase, folded } from "./api/names.ts";

type Names = Readonly<Record<string, unknown>>;

/** The exported name that was probably meant: another spelling, or one with a letter too many, too few or wrong. */
function probable(name: string, exports: Names): string | null {
  const all = Object.keys(exports);
  return (
    all.find((n) => n !== name && folded(n) === folded(name)) ??
    all.find((n) => n.length > 2 && isOneOff(n, name)) ??
    null
  );
}

/** Do two words differ by one letter inserted, removed or replaced? */
function isOneOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1);
}

/** What to do about an error that ended a program, where its own words do not say it. */
const REMEDIES: readonly (readonly [error: RegExp, remedy: (name: string, exports: Names) => string | null])[] = [
  [
    /^(\w+) is not defined$/,
    (name, exports) => {
      if (Object.hasOwn(exports, name)) return `write import { ${name} } from "backstep" at the top`;
      return name.includes("_", 1) ? `keyword arguments are an object at the end: { ${camelCase(name)}: … }` : null;
    },
  ],
  [
    /does not provide an export named '(\w+)'$/,
    (name, exports) => {
      const meant = probable(name, exports);
      return meant === null ? null : `did you mean ${meant}?`;
    },
  ],
  [/^Class constructor (\w+) cannot be invoked without 'new'$/, () => "write new before the class"],
  [
    /^(?:.*\.)?(\w+) is not a function$/,
    (name) => (camelCase(name) === name ? null : `names are in camel case here: ${camelCase(name)}`),
  ],
  [
    /^expected scalar type Long but found (Float|Double)$/,
    () => "numbers make float32: give classes and indices { dtype: int64 }",
  ],
];

/** The message of an error that ended a program, and what to do about it where that is known. */
export function withRemedy(message: string, exports: Names): string {
  for (const [error, remedy] of REMEDIES) {
    const match = error.exec(message);
    const advice = match === null ? null : remedy(match[1], exports);
    if (advice !== null) return `${message} (${advice})`;
  }
  return message;
}
