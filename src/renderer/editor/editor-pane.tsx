/** The text: a script as one editor, a notebook as a stack of sections with its prose and outputs. */

import { cellName } from "../../graph/place-name.ts";
import { useActions } from "../session/actions-context.ts";
import { type Cell, isStale } from "../state/app-state.ts";
import { hasCells } from "../state/parts.ts";
import { useSelect } from "../state/store.ts";
import { Icon } from "../ui/icons.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { CellEditor } from "./cell-editor.tsx";
import { CellOutput, outputOf } from "./cell-output.tsx";
import type { EditorModels } from "./editor-models.ts";
import { executionMark, stateWords } from "./source-marks.ts";
import { Welcome } from "./welcome.tsx";

export function EditorPane({ models }: { models: EditorModels }) {
  const document = useSelect((state) => state.document);
  const stale = useSelect((state) => state.run.stale.length > 0);
  if (!document) return <Welcome />;
  const parted = hasCells(document);
  return (
    <>
      {stale && !parted && <StaleBar />}
      {document.kind === "notebook" ? (
        <div class="editor-scroll" key={document.id}>
          {document.cells.map((cell, index) => (
            <NotebookCell key={cell.id} models={models} cell={cell} index={index} />
          ))}
        </div>
      ) : (
        <div class="editor-fill" key={document.id}>
          <CellEditor
            models={models}
            cell={document.cells[0]?.id ?? ""}
            index={0}
            grows={false}
            runs={parted}
            label={`Source text of ${document.name}`}
          />
        </div>
      )}
    </>
  );
}

function StaleBar() {
  const { run } = useActions();
  return (
    <div class="stale-bar" role="status">
      <span>The text changed after this run: steps no longer match its lines.</span>
      <button type="button" class="link" onClick={() => run()}>
        Run again
      </button>
    </div>
  );
}

interface CellProps {
  models: EditorModels;
  cell: Cell;
  index: number;
}

function NotebookCell({ models, cell, index }: CellProps) {
  const current = useSelect((state) => {
    const loc = state.shown?.event?.loc;
    return loc !== undefined && !isStale(state, index, null) && state.run.summary?.locations[loc]?.cell === index;
  });
  const stale = useSelect((state) => isStale(state, index, null));
  const part = useSelect((state) => state.run.parts[index]);
  const waits = useSelect((state) => state.run.waiting.some((one) => one.index === index));
  const { runPart } = useActions();
  const entries = useSelect((state) => state.console);
  if (cell.kind === "markdown") {
    return (
      <section class="cell" aria-label="Text">
        <Markdown source={cell.source} />
      </section>
    );
  }
  if (cell.kind === "raw") {
    return (
      <section class="cell" aria-label="Raw text">
        <pre class="muted">{cell.source}</pre>
      </section>
    );
  }
  const output = outputOf(entries, index);
  const state = waits ? "waiting" : (part?.status ?? "fresh");
  return (
    <section class="cell" data-current={current} data-cell={index} data-state={state} aria-label={cellName(index)}>
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
    </section>
  );
}
