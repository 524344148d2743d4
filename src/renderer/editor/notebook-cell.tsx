/** One cell of a notebook: prose, or code with what it printed; the cell as a whole can have the focus, as in Jupyter's command mode. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { cellName } from "../../trace/place-name.ts";
import { useActions } from "../session/actions-context.ts";
import { type Cell, isStale } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import { Icon } from "../ui/icons.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { CellEditor } from "./cell-editor.tsx";
import { CellOutput, outputOf } from "./cell-output.tsx";
import type { EditorModels } from "./editor-models.ts";
import { executionMark, stateWords } from "./source-marks.ts";

interface Props {
  models: EditorModels;
  cell: Cell;
}

const views: Record<Cell["kind"], (props: Props) => ComponentChildren> = {
  code: (props) => <CodeCell {...props} />,
  markdown: ({ cell }) => (
    <Frame index={cell.index} label="Text">
      <Markdown source={cell.source} />
    </Frame>
  ),
  raw: ({ cell }) => (
    <Frame index={cell.index} label="Raw text">
      <pre class="muted">{cell.source}</pre>
    </Frame>
  ),
};

export function NotebookCell(props: Props) {
  return <>{views[props.cell.kind](props)}</>;
}

function CodeCell({ models, cell }: Props) {
  const { index } = cell;
  const current = useSelect((state) => {
    const loc = state.shown?.event?.loc;
    return loc !== undefined && !isStale(state, index, null) && state.run.summary?.locations[loc]?.cell === index;
  });
  const stale = useSelect((state) => isStale(state, index, null));
  const part = useSelect((state) => state.run.parts[index]);
  const waits = useSelect((state) => state.run.waiting.some((one) => one.index === index));
  const { runPart } = useActions();
  const output = outputOf(
    useSelect((state) => state.console),
    index,
  );
  const state = waits ? "waiting" : (part?.status ?? "fresh");
  return (
    <Frame index={index} label={cellName(index)} current={current} state={state}>
      <div class="cell-side">
        <span class="cell-number" title={stateWords[state]}>
          {executionMark(part?.number ?? null, state)}
        </span>
        <button
          type="button"
          class="icon-button cell-run"
          aria-label={`Run ${cellName(index)}`}
          title="Run this cell (Ctrl+Enter; Shift+Enter goes on to the next)"
          onClick={() => runPart(index)}
        >
          <Icon name="run" />
        </button>
      </div>
      <div class="cell-box">
        <CellEditor models={models} cell={cell.id} index={index} grows runs label={`Code of ${cellName(index)}`} />
      </div>
      {stale && <p class="cell-stale">edited since it ran</p>}
      {output.length > 0 && <CellOutput entries={output} />}
    </Frame>
  );
}

interface FrameProps {
  index: number;
  label: string;
  current?: boolean;
  state?: string;
  children: ComponentChildren;
}

function Frame({ index, label, current, state, children }: FrameProps) {
  const host = useRef<HTMLElement>(null);
  const { noteEditorPlace } = useActions();
  const chosen = useSelect(({ chosenCell }) => (chosenCell?.index === index ? chosenCell : null));
  useLayoutEffect(() => {
    if (!chosen) return;
    host.current?.focus({ preventScroll: true });
    host.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <section
      ref={host}
      class="cell"
      data-current={current}
      data-cell={index}
      data-state={state}
      data-region="notebook"
      aria-label={label}
      tabIndex={-1}
      onFocus={(event) => {
        if (event.target === event.currentTarget) noteEditorPlace({ cell: index, line: 1 });
      }}
    >
      <CellTools index={index} label={label} />
      {children}
    </section>
  );
}

function CellTools({ index, label }: { index: number; label: string }) {
  const { insertCell, moveCell, removeCell } = useActions();
  const tools = [
    { icon: "plus", words: "Insert a cell below", key: "B", act: () => insertCell(1, index) },
    { icon: "up", words: "Move up", key: "Alt+↑", act: () => moveCell(-1, index) },
    { icon: "down", words: "Move down", key: "Alt+↓", act: () => moveCell(1, index) },
    { icon: "close", words: "Delete", key: "Delete", act: () => removeCell(index) },
  ] as const;
  return (
    <div class="cell-tools">
      <div>
        {tools.map(({ icon, words, key, act }) => (
          <button
            key={icon}
            type="button"
            class="icon-button"
            aria-label={`${words}: ${label}`}
            title={`${words} (Esc, then ${key})`}
            onClick={act}
          >
            <Icon name={icon} />
          </button>
        ))}
      </div>
    </div>
  );
}
