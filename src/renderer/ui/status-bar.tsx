/** The line at the bottom: what the run is doing, the current step in words, position and zoom come from their own controls. */
import { formatBytes, formatCount } from "../../graph/format-number.ts";
import type { RunState } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";

export function StatusBar() {
  const run = useSelect((state) => state.run);
  const shown = useSelect((state) => state.shown);
  const { summary } = run;
  const scene = summary?.scenes.find(({ id }) => id === shown?.view.scene);
  return (
    <footer class="status">
      <span data-testid="run-status" role="status">
        {statusText(run)}
      </span>
      {scene && summary && summary.scenes.length > 1 && <span>{scene.title}</span>}
      {summary && summary.events > 0 && (
        <>
          <span>{formatCount(summary.events)} events</span>
          <span>
            {summary.passes} backward {summary.passes === 1 ? "pass" : "passes"}
          </span>
          <span title="Values held for stepping">{formatBytes(summary.valueBytes)}</span>
        </>
      )}
    </footer>
  );
}

function statusText(run: RunState): string {
  const time = run.milliseconds === null ? "" : ` in ${Math.round(run.milliseconds)} ms`;
  switch (run.status) {
    case "idle":
      return "Ready";
    case "running":
      return `Running…${run.summary ? ` ${formatCount(run.summary.events)} events` : ""}`;
    case "finished":
      return `Finished${time}`;
    case "stopped":
      return `Stopped${time}`;
    case "lost":
    case "failed":
      return run.failure ? `${run.failure.type}: ${run.failure.message.split("\n")[0]}` : "Failed";
  }
}
