/** At the ends of lines: what the variables assigned there hold at the cursor, and their gradients. */
import type { editor } from "monaco-editor/editor/editor.api";
import { elementCount, formatNumber, formatShape, formatValue } from "../../graph/format-number.ts";
import type { ValueSummary } from "../../trace/query.ts";
import type { TraceClient } from "../session/trace-client.ts";
import { type AppState, isStale, type Shown } from "../state/app-state.ts";
import { assignedLines, type Variable, variablesOf } from "./variables.ts";

/** Tensors of up to this many elements are written out. */
const written = 6;

export interface InlineValues {
  /** Draws what the state shows, once the values are here. */
  update(state: AppState): void;
  dispose(): void;
}

export function createInlineValues(
  widget: editor.IStandaloneCodeEditor,
  cell: number,
  client: () => TraceClient | null,
  report: (error: unknown) => void,
): InlineValues {
  const decorations = widget.createDecorationsCollection();
  let drawn: Shown | null = null;
  let stale: readonly number[] = [];
  let assigned = { source: "", lines: new Map<string, number>() };

  const draw = (shown: Shown, variables: readonly Variable[]): void => {
    const trace = client();
    const model = widget.getModel();
    if (drawn !== shown || !trace || !model) return;
    decorations.set(decorationsOf(variables, trace.value, model));
  };
  return {
    update(state) {
      const { shown } = state;
      if (shown === drawn && state.run.stale === stale) return;
      drawn = shown;
      stale = state.run.stale;
      const trace = client();
      if (!shown || !trace) {
        decorations.clear();
        return;
      }
      const source = widget.getModel()?.getValue() ?? "";
      if (source !== assigned.source) assigned = { source, lines: assignedLines(source) };
      const all = variablesOf(shown, state.run.summary?.locations ?? [], cell, assigned.lines);
      const variables = all.filter(({ line }) => !isStale(state, cell, line));
      const ids = variables.flatMap(({ value, grad }) => (grad === null ? [value] : [value, grad]));
      if (ids.every((id) => trace.value(id))) draw(shown, variables);
      else trace.loadValues(ids).then(() => draw(shown, variables), report);
    },
    dispose: () => decorations.clear(),
  };
}

function decorationsOf(
  variables: readonly Variable[],
  value: (id: number) => ValueSummary | undefined,
  model: editor.ITextModel,
): editor.IModelDeltaDecoration[] {
  return variables.flatMap(({ line, name, value: id, grad }): editor.IModelDeltaDecoration[] => {
    const summary = value(id);
    if (!summary || line > model.getLineCount()) return [];
    const alone = variables.filter((one) => one.line === line).length === 1;
    const parts = [after(model, line, `${alone ? "" : `${name} `}${shortValue(summary, "value")}`, "inline-value")];
    const gradient = grad === null ? undefined : value(grad);
    if (gradient) parts.push(after(model, line, `∇ ${shortValue(gradient, "gradient")}`, "inline-value inline-grad"));
    return parts;
  });
}

function after(
  model: editor.ITextModel,
  line: number,
  content: string,
  inlineClassName: string,
): editor.IModelDeltaDecoration {
  const column = model.getLineMaxColumn(line);
  return {
    range: { startLineNumber: line, endLineNumber: line, startColumn: column, endColumn: column },
    options: { showIfCollapsed: true, after: { content, inlineClassName, cursorStops: null } },
  };
}

/** "12.0", "[1.0, 2.0]", "[4×3] 0.1 ± 0.5". */
function shortValue(value: ValueSummary, as: "value" | "gradient"): string {
  const { shape, preview, dtype } = value;
  const count = elementCount(shape);
  if (shape.length === 0) return formatValue(value, as);
  if (shape.length === 1 && count > 0 && count <= written && preview.length >= count) {
    const integer = /int|bool/.test(dtype);
    return `[${preview.map((x) => formatNumber(x, { integer })).join(", ")}]`;
  }
  return `${formatShape(shape)} ${formatValue(value, as)}`;
}
