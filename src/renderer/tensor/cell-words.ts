/** One element of a tensor in a table or a sentence. */
import { formatNumber } from "../../graph/format-number.ts";

export function cellWords(x: number | string | undefined, dtype: string, digits = 3): string {
  if (x === undefined) return "";
  if (dtype.endsWith("bool")) return Number(x) ? "True" : "False";
  if (typeof x === "string" && x.endsWith("j")) return x;
  return formatNumber(x, { integer: /int/.test(dtype), digits });
}
