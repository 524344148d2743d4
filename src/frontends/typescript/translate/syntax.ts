import { type AnyNode, type Program as Ast, type Comment, type Options, parse, type Token } from "acorn";
import { TranslateError } from "./translate-error.ts";

export interface ParsedSource {
  readonly ast: Ast;
  readonly tokens: readonly Token[];
  readonly comments: readonly { readonly start: number; readonly end: number }[];
}

const OPTIONS: Options = { ecmaVersion: 2024, sourceType: "module", allowAwaitOutsideFunction: true };

/**
 * Parses JavaScript as a module. Error: TranslateError at the person's position (`place` leads there from an offset).
 */
export function parseModule(code: string, place: (offset: number) => { line: number; column: number }): ParsedSource {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  try {
    return { ast: parse(code, { ...OPTIONS, onToken: tokens, onComment: comments }), tokens, comments };
  } catch (error) {
    const { pos } = error as { pos?: number };
    const message = error instanceof Error ? error.message.replace(/ \(\d+:\d+\)$/, "") : String(error);
    const { line, column } = place(pos ?? 0);
    throw new TranslateError(message, line, column);
  }
}

/** Index of the token that ends at `end`. */
export function tokenEndingAt(tokens: readonly Token[], end: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle].end < end) low = middle + 1;
    else high = middle;
  }
  return low;
}

const isNode = (x: unknown): x is AnyNode => typeof x === "object" && x !== null && "type" in x && "start" in x;

/** Child nodes in the order of the source. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const out: AnyNode[] = [];
  for (const value of Object.values(node))
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) out.push(item);
    } else if (isNode(value)) out.push(value);
  // `{ a }` has one node as key and value.
  if (node.type === "Property" && node.shorthand) out.shift();
  return out.sort((a, b) => a.start - b.start);
}
