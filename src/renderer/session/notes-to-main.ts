/** What the main process must know of this window without asking: the document and its unsaved text, and what the menu may offer. */
import type { Backend } from "../backend/backend.ts";
import type { WindowCommands } from "../commands/window-commands.ts";
import type { AppState, DocumentState } from "../state/app-state.ts";
import { type Store, watch } from "../state/store.ts";

/** A crash loses at most this much typing, in milliseconds. */
const textDelay = 500;

export function noteDocument(store: Store, backend: Backend, report: (error: unknown) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const note = (withText: boolean): void => {
    clearTimeout(timer);
    const { document } = store.get();
    backend.noteDocument(document && description(document, withText)).catch(report);
  };
  watch(store, outline, () => note(false));
  watch(
    store,
    (state) => (state.document?.dirty ? state.document.cells : null),
    (cells) => {
      clearTimeout(timer);
      if (cells) timer = setTimeout(() => note(true), textDelay);
    },
  );
}

/** Changes when title, file or "saved" does: told at once, since closing depends on it. */
function outline({ document }: AppState): string {
  return document ? JSON.stringify([document.id, document.name, document.token, document.dirty]) : "";
}

function description({ name, kind, token, dirty, cells }: DocumentState, withText: boolean) {
  const unsaved = dirty && withText ? cells.map((cell) => ({ kind: cell.kind, source: cell.source })) : null;
  return { name, kind, token, dirty, unsaved };
}

export function noteCommands(
  store: Store,
  backend: Backend,
  commands: WindowCommands,
  report: (error: unknown) => void,
): void {
  const possible = (state: AppState) => commands.entries.filter(({ enabled }) => enabled(state)).map(({ id }) => id);
  const note = (): void => void backend.noteCommands(possible(store.get())).catch(report);
  watch(store, (state) => possible(state).join(), note);
  note();
}
