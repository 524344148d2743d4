/** The text: a script as one editor, a notebook as a stack of sections with its prose and outputs. */

import { placeName } from "../../trace/place-name.ts";
import { useActions } from "../session/actions-context.ts";
import { hasCells } from "../state/parts.ts";
import { useSelect } from "../state/store.ts";
import { CellEditor } from "./cell-editor.tsx";
import type { EditorModels } from "./editor-models.ts";
import { NotebookCell } from "./notebook-cell.tsx";
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
          {document.cells.map((cell) => (
            <NotebookCell key={cell.id} models={models} cell={cell} />
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
      <ElsewhereNote />
    </>
  );
}

/** Where the current step comes from while that is none of the lines shown. */
function ElsewhereNote() {
  const place = useSelect(({ run, shown }) => {
    const at = shown?.event && run.summary?.locations[shown.event.loc];
    return at?.elsewhere ? placeName(at) : null;
  });
  return place === null ? null : <p class="elsewhere-note">This step comes from {place}</p>;
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
