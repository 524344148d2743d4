/** The line at the bottom: what the run is doing, the current step in words, position and zoom come from their own controls. */

import { useMemo } from "preact/hooks";
import { formatBytes, formatCount } from "../../graph/format-number.ts";
import { placeName } from "../../trace/place-name.ts";
import { placeText } from "../panel/breakpoints.tsx";
import type { AppState } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import { iterationsOf } from "../timeline/iterations.ts";

export function StatusBar() {
  const text = useSelect(statusText);
  const { summary, pace, status } = useSelect((state) => state.run);
  const shown = useSelect((state) => state.shown);
  const scene = summary?.scenes.find(({ id }) => id === shown?.view.scene);
  // While the program runs, how far it is; later, what is looked at.
  const last = useMemo(() => (summary?.running ? iterationsOf(summary).at(-1) : undefined), [summary]);
  return (
    <footer class="status" data-run={status}>
      <span data-testid="run-status" role="status">
        {text}
      </span>
      {last && <span>at iteration {formatCount(last.number)}</span>}
      {!last && scene && summary && summary.scenes.length > 1 && <span>{scene.title}</span>}
      {summary && (summary.events > 0 || summary.running) && (
        <>
          <span>
            {formatCount(summary.events)} {summary.events === 1 ? "event" : "events"}
          </span>
          <span>
            {formatCount(summary.passes)} backward {summary.passes === 1 ? "pass" : "passes"}
          </span>
          {pace && <span data-testid="pace">{formatCount(Math.round(pace.eventsPerSecond))} events/s</span>}
          <span title="Values held for stepping">{formatBytes(summary.valueBytes)} of trace</span>
          {pace && <span title="All tensors of the program, and the trace">{formatBytes(pace.bytes)} in use</span>}
        </>
      )}
    </footer>
  );
}

function statusText({ run, document, breakpoints }: AppState): string {
  const time = run.milliseconds === null ? "" : ` in ${Math.round(run.milliseconds)} ms`;
  switch (run.status) {
    case "idle":
      return "Ready";
    case "running":
      if (!run.pausing) return "Running…";
      // What it waits for may take its time: a loop without tensors in TypeScript, a long built-in function in Python.
      return document?.kind === "typescript"
        ? "Pausing at the next tensor operator…"
        : "Pausing at the next instruction…";
    case "paused": {
      const { pause } = run;
      const met = breakpoints.find(({ id }) => id === pause?.breakpoint);
      const where = pause?.line ? ` at ${placeName({ cell: pause.cell, line: pause.line })}` : "";
      return `Paused${where}${met && met.place.by !== "line" ? `: ${placeText(met.place)}` : ""}`;
    }
    case "finished":
      return `Finished${time}`;
    case "stopped":
      return `Stopped${time}`;
    case "lost":
    case "failed":
      return run.failure ? `${run.failure.type}: ${run.failure.message.split("\n")[0]}` : "Failed";
  }
}
