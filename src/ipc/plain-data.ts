/** The first door for everything that comes from a window: plain data of limited size and depth, before any schema looks at it. */

export interface DataLimits {
  /** Text counts two bytes a character, a number eight, every member and item eight more. */
  readonly bytes: number;
  readonly depth: number;
}

/** Keys through which an object could change what all objects inherit. */
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);

const memberCost = 8;

/**
 * What is wrong with a value, or null: only null, booleans, finite numbers, text, arrays without holes, plain objects and `Uint8Array`s
 * may come, in the limits. Never throws and calls nothing of the value (accessors are refused, not read).
 */
export function plainDataProblem(value: unknown, limits: DataLimits): string | null {
  let bytes = 0;
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let item = open.pop(); item; item = open.pop()) {
    const size = ownSize(item.value);
    if (typeof size === "string") return size;
    bytes += size;
    if (bytes > limits.bytes) return `more than ${limits.bytes} bytes`;
    if (typeof item.value !== "object" || item.value === null || item.value instanceof Uint8Array) continue;
    if (item.depth >= limits.depth) return `nested deeper than ${limits.depth}`;
    const members = membersOf(item.value);
    if (typeof members === "string") return members;
    for (const member of members) open.push({ value: member, depth: item.depth + 1 });
  }
  return null;
}

/** Bytes that a value takes without its members, or why it may not come. */
function ownSize(value: unknown): number | string {
  switch (typeof value) {
    case "string":
      return memberCost + value.length * 2;
    case "number":
      return Number.isFinite(value) ? memberCost : "a number that is not finite";
    case "boolean":
      return memberCost;
    case "object":
      if (value === null) return memberCost;
      return value instanceof Uint8Array ? memberCost + value.byteLength : memberCost;
    default:
      return `a value of type ${typeof value}`;
  }
}

function membersOf(value: object): unknown[] | string {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isList = Array.isArray(value);
  if (isList ? prototype !== Array.prototype : prototype !== Object.prototype && prototype !== null) {
    return "an object that is not plain";
  }
  const members: unknown[] = [];
  for (const key of Reflect.ownKeys(value)) {
    if (isList && key === "length") continue;
    if (typeof key === "symbol") return "a member named by a symbol";
    if (forbiddenKeys.has(key)) return `a member named ${key}`;
    if (isList && !/^(0|[1-9]\d*)$/.test(key)) return "a list with named members";
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (!property || !("value" in property)) return "an accessor";
    members.push(property.value);
  }
  if (isList && members.length !== value.length) return "a list with holes";
  return members;
}
