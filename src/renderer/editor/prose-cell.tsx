/** A text cell of a notebook: as it reads, and while it is edited as it is written. */
import { editor, KeyCode } from "monaco-editor/editor/editor.api";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useActions } from "../session/actions-context.ts";
import type { Cell } from "../state/app-state.ts";
import { useStore, watch } from "../state/store.ts";
import { Markdown } from "../ui/markdown.tsx";
import { CellFrame } from "./cell-frame.tsx";
import type { EditorModels } from "./editor-models.ts";
import { editorOptions, fitToText } from "./editor-options.ts";

interface Props {
  models: EditorModels;
  cell: Cell;
}

const labels = { markdown: "Text", raw: "Raw text" } as const;

export function ProseCell({ models, cell, kind }: Props & { kind: keyof typeof labels }) {
  const { index, source } = cell;
  const store = useStore();
  const [editing, setEditing] = useState(false);
  useLayoutEffect(() => {
    const stops = [
      watch(
        store,
        (state) => state.caret,
        (caret) => caret?.index === index && setEditing(true),
      ),
      // Taken in hand as a whole, it reads again.
      watch(
        store,
        (state) => state.chosenCell,
        (chosen) => chosen?.index === index && setEditing(false),
      ),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [store, index]);
  const edit = (): void => store.dispatch("caret/part", { index, line: null });
  return (
    <CellFrame
      index={index}
      label={labels[kind]}
      tools={editing ? [] : [{ icon: "edit", words: "Edit", key: "Enter", act: edit }]}
    >
      {editing ? (
        <div class="cell-box">
          <ProseEditor models={models} cell={cell} label={`${labels[kind]} of the cell`} />
        </div>
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the cell does the same
        <div onDblClick={edit}>
          {source.trim() === "" ? (
            <p class="muted">Empty: double-click, or press Enter, to write.</p>
          ) : kind === "markdown" ? (
            <Markdown source={source} />
          ) : (
            <pre class="muted">{source}</pre>
          )}
        </div>
      )}
    </CellFrame>
  );
}

function ProseEditor({ models, cell: { id, index }, label }: Props & { label: string }) {
  const host = useRef<HTMLDivElement>(null);
  const store = useStore();
  const { noteEditorPlace } = useActions();
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const widget = editor.create(element, {
      ...editorOptions(true, label),
      model: models.model(id),
      glyphMargin: false,
      lineNumbers: "off",
    });
    const stop = fitToText(widget, element);
    widget.onDidFocusEditorText(() => noteEditorPlace({ cell: index, line: 1 }));
    widget.addAction({
      id: "cell.leave",
      label: "Leave the text for the cell",
      keybindings: [KeyCode.Escape],
      precondition: "!findWidgetVisible && !editorHasSelection",
      run: () => store.dispatch("cell/chosen", { index }),
    });
    widget.focus();
    return () => {
      stop();
      widget.dispose();
    };
  }, [models, id, index, label, store, noteEditorPlace]);
  return <div ref={host} class="cell-editor" />;
}
