/** One Monaco model per cell: text and undo history outlive the views that show them. */
import { editor, Uri } from "monaco-editor/editor/editor.api";
import type { DocumentKind } from "../../ipc/documents.ts";
import type { Cell } from "../state/app-state.ts";
import { type Store, watch } from "../state/store.ts";

export interface EditorModels {
  model(cell: string): editor.ITextModel;
  dispose(): void;
}

/** Id of the cell that a model is of. */
export function cellOfModel(model: editor.ITextModel): string {
  return model.uri.path.replace(/^.*\//, "").replace(/\.\w+$/, "");
}

const languageOf: Record<DocumentKind, { language: string; extension: string }> = {
  python: { language: "python", extension: "py" },
  notebook: { language: "python", extension: "py" },
  typescript: { language: "typescript", extension: "ts" },
};

/** Of cells that are no code. */
const languageIn: Partial<Record<Cell["kind"], string>> = { markdown: "markdown", raw: "plaintext" };

export function createEditorModels(store: Store): EditorModels {
  const models = new Map<string, editor.ITextModel>();
  const forget = (): void => {
    for (const model of models.values()) model.dispose();
    models.clear();
  };
  const stop = watch(store, (state) => state.document?.id ?? null, forget);
  return {
    model(cell) {
      const document = store.get().document;
      const found = document?.cells.find(({ id }) => id === cell);
      const { language: ofCode, extension } = languageOf[document?.kind ?? "python"];
      const language = found ? (languageIn[found.kind] ?? ofCode) : ofCode;
      const known = models.get(cell);
      if (known) {
        editor.setModelLanguage(known, language);
        return known;
      }
      const uri = Uri.parse(`file:///document/${document?.id ?? "none"}/${cell}.${extension}`);
      const made = editor.createModel(found?.source ?? "", language, uri);
      made.onDidChangeContent(() => store.dispatch("document/edited", { cell, source: made.getValue() }));
      models.set(cell, made);
      return made;
    },
    dispose() {
      stop();
      forget();
    },
  };
}
