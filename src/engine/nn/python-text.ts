import { pythonFloat } from "../format/number-text.ts";
import type { ParamType } from "../schema/parse.ts";

/** A layer's argument as Python prints it; its declared type says whether a whole number is an int or a float. */
export function pythonText(value: unknown, type: ParamType | null = null): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number")
    return type === "double" || !Number.isInteger(value) ? pythonFloat(value) : String(value);
  if (typeof value === "string") return `'${value}'`;
  if (Array.isArray(value)) return tuple(value.map((v) => pythonText(v)));
  return String(value);
}

/** "(3, 3)", "(3,)", "()" */
export const tuple = (items: readonly (string | number)[]): string =>
  `(${items.join(", ")}${items.length === 1 ? "," : ""})`;
