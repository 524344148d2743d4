import type { Callable } from "../api/operators.ts";
import { plainFormula } from "./plain-formula.ts";

/** Lines of a comment about an operator: what it is, its formula, its derivatives. */
export function docOf(c: Callable, method: boolean): string[] {
  const { formula } = c.op.def;
  const lines: string[] = c.doc === "" ? [] : [c.doc];
  if (formula !== undefined) {
    const first = c.op.def.args[0];
    const own = c.surface.overloads[0]?.signature.params[0]?.name ?? first;
    const name = (argument: string): string =>
      argument === first ? (method ? "this" : own) : argument === "out" ? "result" : argument;
    lines.push(`\`${plainFormula(formula.out, name)}\``);
    const derivatives = Object.entries(formula.vjp).map(
      ([input, text]) => `${name(input)}: \`${plainFormula(text, name)}\``,
    );
    if (derivatives.length > 0) lines.push(`Gradient, g being the result's: ${derivatives.join("; ")}.`);
    if (formula.note !== undefined) lines.push(`(${formula.note})`);
  }
  if (c.op.inplaceOf !== undefined) lines.push("Changes the tensor in place and returns it.");
  return lines;
}

/** A comment of these lines, indented. */
export function commentText(lines: readonly string[], indent: string): string {
  const safe = lines.map((l) => l.replaceAll("*/", "*∕"));
  if (safe.length === 0) return "";
  if (safe.length === 1) return `${indent}/** ${safe[0]} */\n`;
  return `${indent}/**\n${safe.map((l) => `${indent} * ${l}`).join(`\n${indent} *\n`)}\n${indent} */\n`;
}
