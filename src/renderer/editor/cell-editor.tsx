/** One Monaco editor over one cell's model, with the marks of the run. */
import { editor, KeyCode } from "monaco-editor/editor/editor.api";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useActions } from "../session/actions-context.ts";
import { useStore, watch } from "../state/store.ts";
import { decorationsOf } from "./decorations.ts";
import type { EditorModels } from "./editor-models.ts";
import { editorOptions, fitToText } from "./editor-options.ts";
import { createInlineValues } from "./inline-values.ts";
import { createSectionOutputs } from "./section-outputs.tsx";
import { type CellMarks, marksOf, sameMarks } from "./source-marks.ts";

interface Props {
  models: EditorModels;
  cell: string;
  /** Of the cell in its notebook; 0 for a script. */
  index: number;
  /** A section of a notebook is as high as its text; a script fills its pane. */
  grows: boolean;
  /** Its text runs by itself, or has parts that do. */
  runs: boolean;
  label: string;
}

export function CellEditor({ models, cell, index, grows, runs, label }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const store = useStore();
  const actions = useActions();
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const widget = editor.create(element, { ...editorOptions(grows, label), model: models.model(cell) });
    const placeOf = (line: number) => ({ cell: store.get().document?.kind === "notebook" ? index : null, line });

    const stopFitting = grows ? fitToText(widget, element) : fillPane(widget, element);
    const decorations = widget.createDecorationsCollection();
    let marks: CellMarks | null = null;
    const mark = (next: CellMarks): void => {
      const before = marks;
      marks = next;
      decorations.set(decorationsOf(next, widget.getModel()?.getLineCount() ?? 0));
      const line = next.error && next.error.line !== before?.error?.line ? next.error.line : next.done?.line;
      if (line && line !== before?.done?.line) {
        if (!grows) widget.revealLineInCenterIfOutsideViewport(line, editor.ScrollType.Smooth);
        else if (!store.get().cursor.playing || next.done) element.scrollIntoView({ block: "nearest" });
      }
    };
    mark(marksOf(store.get(), index));
    const values = createInlineValues(widget, index, actions.client, actions.report);
    values.update(store.get());
    const outputs = createSectionOutputs(widget);
    outputs.update(store.get());

    const parts = [
      widget.onMouseDown((event) => {
        const line = event.target.position?.lineNumber;
        if (!line) return;
        const { GUTTER_GLYPH_MARGIN, GUTTER_LINE_NUMBERS, GUTTER_LINE_DECORATIONS } = editor.MouseTargetType;
        const section = marks?.sections.find((one) => one.line === line);
        if (section && event.target.type === GUTTER_GLYPH_MARGIN) void actions.runPart(section.index);
        else if (event.target.type === GUTTER_GLYPH_MARGIN || event.target.type === GUTTER_LINE_NUMBERS) {
          if (event.event.rightButton) actions.editLineBreakpoint(placeOf(line));
          else actions.toggleLineBreakpoint(placeOf(line));
        } else if (event.event.altKey) {
          actions.goToLineHit(placeOf(line), event.event.shiftKey ? -1 : 1);
        } else if (event.target.type !== GUTTER_LINE_DECORATIONS) {
          actions.selectLine(placeOf(line));
        }
      }),
      widget.addAction({
        id: "cell.leave",
        label: "Leave the text for the cell",
        keybindings: [KeyCode.Escape],
        precondition: "!suggestWidgetVisible && !parameterHintsVisible && !findWidgetVisible && !editorHasSelection",
        run: () => {
          if (grows) store.dispatch("cell/chosen", { index });
        },
      }),
      widget.onDidFocusEditorText(() => actions.noteEditorPlace(placeOf(widget.getPosition()?.lineNumber ?? 1))),
      widget.onDidChangeCursorPosition((event) => actions.noteEditorPlace(placeOf(event.position.lineNumber))),
    ];
    const stop = watch(
      store,
      (state) => state,
      (state) => {
        const next = marksOf(state, index);
        if (!marks || !sameMarks(next, marks)) mark(next);
        values.update(state);
        outputs.update(state);
      },
    );
    const stopCaret = watch(
      store,
      (state) => state.caret,
      (caret) => {
        if (!caret || (grows && caret.index !== index)) return;
        if (caret.line !== null) widget.setPosition({ lineNumber: caret.line, column: 1 });
        widget.focus();
        if (grows) element.scrollIntoView({ block: "nearest" });
        else widget.revealLineInCenterIfOutsideViewport(caret.line ?? 1, editor.ScrollType.Smooth);
      },
    );
    return () => {
      stop();
      stopCaret();
      values.dispose();
      outputs.dispose();
      stopFitting();
      for (const part of parts) part.dispose();
      widget.dispose();
    };
  }, [models, cell, index, grows, label, store, actions]);
  return <div ref={host} class="cell-editor" data-region={runs ? "cell" : undefined} />;
}

/** The editor is as large as its pane. Returns what ends that. */
function fillPane(widget: editor.IStandaloneCodeEditor, element: HTMLElement): () => void {
  const observer = new ResizeObserver(() => widget.layout());
  observer.observe(element);
  return () => observer.disconnect();
}
