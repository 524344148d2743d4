/** Pointing at a variable shows its tensor at the cursor, as the program would print it. */
import { type editor, type IMarkdownString, languages } from "monaco-editor/editor/editor.api";
import { formatDtype, formatNumber, formatShape } from "../../graph/format-number.ts";
import type { ValueSummary } from "../../trace/query.ts";
import type { TraceClient } from "../session/trace-client.ts";
import { isStale } from "../state/app-state.ts";
import type { Store } from "../state/store.ts";
import { cellOfModel } from "./editor-models.ts";
import { variableNamed } from "./variables.ts";

const kinds = { op: "", leaf: " · leaf", data: " · needs no gradient" } as const;

/** For every text of the window. Returns the way out. */
export function showTensorsOnHover(
  store: Store,
  client: () => TraceClient | null,
  report: (error: unknown) => void,
): () => void {
  const provideHover = async (model: editor.ITextModel, position: { lineNumber: number; column: number }) => {
    const word = model.getWordAtPosition(position);
    const { shown, document } = store.get();
    const trace = client();
    const cell = document?.cells.findIndex(({ id }) => id === cellOfModel(model)) ?? -1;
    if (!word || !shown || !trace || isStale(store.get(), cell, position.lineNumber)) return null;
    const variable = variableNamed(shown, word.word);
    if (!variable) return null;
    const { value, grad, node, name } = variable;
    try {
      await trace.loadValues(grad === null ? [value] : [value, grad]);
    } catch (error) {
      report(error);
      return null;
    }
    const contents: IMarkdownString[] = [];
    const held = trace.value(value);
    if (held) {
      contents.push({
        value: `**${name}** · ${formatDtype(held.dtype)} ${formatShape(held.shape)}${kinds[node.kind]}`,
      });
      contents.push(block(held));
    }
    const gradient = grad === null ? undefined : trace.value(grad);
    if (gradient) contents.push({ value: `**gradient** of ${name}` }, block(gradient));
    return {
      contents,
      range: {
        startLineNumber: position.lineNumber,
        endLineNumber: position.lineNumber,
        startColumn: word.startColumn,
        endColumn: word.endColumn,
      },
    };
  };
  const registered = ["python", "typescript"].map((language) =>
    languages.registerHoverProvider(language, { provideHover }),
  );
  return () => {
    for (const one of registered) one.dispose();
  };
}

/** The printed tensor, or its statistics when it is too large to print. */
function block({ text, stats }: ValueSummary): IMarkdownString {
  const number = (x: number | null): string => (x === null ? "–" : formatNumber(x));
  const lines =
    text !== "" || !stats
      ? text
      : `min ${number(stats.min)}   max ${number(stats.max)}\nmean ${number(stats.mean)}   std ${number(stats.std)}   norm ${number(stats.norm)}`;
  return { value: `\`\`\`text\n${lines.replaceAll("```", "")}\n\`\`\`` };
}
