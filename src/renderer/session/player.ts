/** Plays: one step at a time, never ahead of the picture. A paused program plays on. Stops at breakpoints, errors, the end, and when the window loses focus. */
import { eventCount } from "../state/app-state.ts";
import { type Store, watch } from "../state/store.ts";
import type { CursorController } from "./cursor-controller.ts";
import type { LiveRun } from "./live-run.ts";
import { continueTarget, stepTarget, stopOf } from "./navigation.ts";
import type { TraceClient } from "./trace-client.ts";

/** Milliseconds of one step at speed 1. */
export const stepMilliseconds = 700;

export function createPlayer(
  store: Store,
  cursor: CursorController,
  live: LiveRun,
  client: () => TraceClient | null,
): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;

  const stop = (): void => store.dispatch("cursor/playing", { playing: false });

  const tick = async (): Promise<void> => {
    timer = null;
    const trace = client();
    const { cursor: state } = store.get();
    if (!state.playing || !trace) return;
    const count = eventCount(store.get());
    const end = state.focus?.last ?? count - 1;
    let target = await stepTarget(trace, state.target, 1, state.grain, count);
    if (target !== null && target > end) target = state.focus ? state.focus.first : null;
    if (!store.get().cursor.playing || store.get().cursor.target !== state.target) return schedule();
    if (target === null) {
      if (state.focus || store.get().run.status !== "paused") return stop();
      await live.resume(stopOf[state.grain]);
      return store.get().run.pause?.reason === "step" ? schedule() : stop();
    }
    const hit = await continueTarget(trace, store.get(), state.target, 1);
    if (hit && hit.seq <= target && hit.seq > state.target) {
      store.dispatch("breakpoint/hit", { id: hit.breakpoint });
      store.dispatch("cursor/target", { target: hit.seq });
      return stop();
    }
    store.dispatch("cursor/target", { target });
    await cursor.settled();
    if (store.get().shown?.event?.kind === "error") return stop();
    schedule();
  };
  const schedule = (): void => {
    if (timer === null && store.get().cursor.playing) {
      timer = setTimeout(() => void tick(), stepMilliseconds / store.get().cursor.speed);
    }
  };
  const stopWatching = watch(
    store,
    (state) => state.cursor.playing,
    (playing) => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (playing) void tick();
    },
  );
  const blurred = (): void => {
    if (store.get().cursor.playing) stop();
  };
  globalThis.addEventListener("blur", blurred);
  return () => {
    stopWatching();
    globalThis.removeEventListener("blur", blurred);
    if (timer !== null) clearTimeout(timer);
  };
}
