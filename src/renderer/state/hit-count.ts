/** Which executions of a line a breakpoint waits for, as a person writes it: `5`, `>= 5`, `% 10` (each tenth). */
import type { HitCount } from "../../trace/query.ts";

const written: Readonly<Record<string, HitCount["is"]>> = {
  "": "=",
  "=": "=",
  "==": "=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "%": "every",
};

const inWords: Readonly<Record<Exclude<HitCount["is"], "every">, string>> = {
  "=": "execution",
  "<": "executions before",
  "<=": "executions up to",
  ">": "executions after",
  ">=": "executions from",
};

/** Null where the text is none. */
export function parseHitCount(text: string): HitCount | null {
  const [, sign = "", digits = ""] = /^\s*(==?|<=?|>=?|%|)\s*(\d{1,9})\s*$/.exec(text) ?? [];
  const is = written[sign];
  const count = Number(digits);
  return is === undefined || count < 1 ? null : { is, count };
}

export function hitCountText({ is, count }: HitCount): string {
  return is === "=" ? `${count}` : `${is === "every" ? "%" : is} ${count}`;
}

/** "execution 5", "each 10th execution". */
export function hitCountWords({ is, count }: HitCount): string {
  return is === "every" ? `each ${ordinal(count)} execution` : `${inWords[is]} ${count}`;
}

function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;
}
