/** One cell of a notebook: prose, or code with what it printed. */
import type { ComponentChildren } from "preact";
import { cellName } from "../../trace/place-name.ts";
import { useActions } from "../session/actions-context.ts";
import { type Cell, isStale } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import { Icon } from "../ui/icons.tsx";
import { CellEditor } from "./cell-editor.tsx";
import { CellFrame } from "./cell-frame.tsx";
import { CellOutput, outputOf } from "./cell-output.tsx";
import type { EditorModels } from "./editor-models.ts";
import { ProseCell } from "./prose-cell.tsx";
import { executionMark, stateWords } from "./source-marks.ts";

interface Props {
  models: EditorModels;
  cell: Cell;
}

const views: Record<Cell["kind"], (props: Props) => ComponentChildren> = {
  code: (props) => <CodeCell {...props} />,
  markdown: (props) => <ProseCell {...props} kind="markdown" />,
  raw: (props) => <ProseCell {...props} kind="raw" />,
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
    <CellFrame index={index} label={cellName(index)} current={current} state={state}>
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
    </CellFrame>
  );
}
