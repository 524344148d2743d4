/** What the sections of a script printed and drew, in the text below each of them. */
import type { editor } from "monaco-editor/editor/editor.api";
import { render } from "preact";
import type { AppState, ConsoleEntry } from "../state/app-state.ts";
import { sectionsOf } from "../state/parts.ts";
import { CellOutput, outputOf } from "./cell-output.tsx";

interface SectionOutput {
  index: number;
  /** Line (1-based) below which it stands. */
  line: number;
  entries: readonly ConsoleEntry[];
}

export interface SectionOutputs {
  update(state: AppState): void;
  dispose(): void;
}

/** Pixels before an output is measured. */
const firstHeight = 26;

/** Outputs of sections that printed something, each below the last line of its section that is not empty. Pure. */
function sectionOutputs({ document, console }: Pick<AppState, "document" | "console">): SectionOutput[] {
  if (!document) return [];
  return sectionsOf(document).flatMap(({ index, line, source }) => {
    const entries = outputOf(console, index);
    return entries.length > 0 ? [{ index, line: line + source.trimEnd().split("\n").length - 1, entries }] : [];
  });
}

export function createSectionOutputs(widget: editor.ICodeEditor): SectionOutputs {
  const zones = new Map<number, { id: string; zone: editor.IViewZone; resized: ResizeObserver }>();
  let seen: Pick<AppState, "document" | "console"> = { document: null, console: [] };

  const add = (index: number, line: number): editor.IViewZone => {
    const domNode = document.createElement("div");
    domNode.className = "section-zone";
    const zone: editor.IViewZone = { afterLineNumber: line, heightInPx: firstHeight, domNode, suppressMouseDown: true };
    const inner = domNode.appendChild(document.createElement("div"));
    const resized = new ResizeObserver(() => {
      // Nothing is as high as that while it is scrolled out of sight.
      if (inner.offsetHeight === 0 || inner.offsetHeight === zone.heightInPx) return;
      zone.heightInPx = inner.offsetHeight;
      widget.changeViewZones((accessor) => accessor.layoutZone(known.id));
    });
    const known = { id: "", zone, resized };
    widget.changeViewZones((accessor) => {
      known.id = accessor.addZone(zone);
    });
    resized.observe(inner);
    zones.set(index, known);
    return zone;
  };
  const remove = (index: number): void => {
    const known = zones.get(index);
    if (!known) return;
    zones.delete(index);
    known.resized.disconnect();
    render(null, known.zone.domNode.firstElementChild as Element);
    widget.changeViewZones((accessor) => accessor.removeZone(known.id));
  };

  return {
    update(state) {
      if (state.console === seen.console && state.document === seen.document) return;
      seen = state;
      const outputs = sectionOutputs(state);
      for (const index of [...zones.keys()]) if (!outputs.some((one) => one.index === index)) remove(index);
      for (const { index, line, entries } of outputs) {
        const known = zones.get(index);
        const zone = known?.zone ?? add(index, line);
        render(<CellOutput entries={entries} />, zone.domNode.firstElementChild as Element);
        if (!known || zone.afterLineNumber === line) continue;
        zone.afterLineNumber = line;
        widget.changeViewZones((accessor) => accessor.layoutZone(known.id));
      }
    },
    dispose() {
      for (const index of [...zones.keys()]) remove(index);
    },
  };
}
