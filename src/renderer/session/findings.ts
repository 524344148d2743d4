/** What a run should tell its person is asked when the program stands still or is over: it takes the whole trace. */
import { eventCount } from "../state/app-state.ts";
import { type Store, watch } from "../state/store.ts";
import type { TraceClient } from "./trace-client.ts";

export function loadFindings(
  store: Store,
  client: () => TraceClient | null,
  report: (error: unknown) => void,
): () => void {
  return watch(
    store,
    (state) => `${state.run.id} ${state.run.status} ${state.run.status === "running" ? 0 : eventCount(state)}`,
    () => {
      const state = store.get();
      const { id, status } = state.run;
      const trace = client();
      if (!trace || status === "running" || status === "lost" || eventCount(state) === 0) return;
      trace.source.ask("findings", {}).then(
        (findings) => store.dispatch("findings/loaded", { id, findings }),
        (error: unknown) => {
          // Another run began meanwhile: its own answer is on the way.
          if (id === store.get().run.id) report(error);
        },
      );
    },
  );
}
