/** The canvas before there is a picture: says what to do next, or what is going on. */
import { useActions } from "../session/actions-context.ts";
import { useSelect } from "../state/store.ts";

export function GraphEmpty() {
  const hasDocument = useSelect((state) => state.document !== null);
  const { status, failure } = useSelect((state) => state.run);
  const { run, stop } = useActions();
  if (status === "running" || status === "paused") {
    return (
      <div class="graph-empty" role="status">
        <h2>{status === "paused" ? "Paused before the first operator" : "Running…"}</h2>
        <button type="button" class="button" onClick={() => stop()}>
          Stop
        </button>
      </div>
    );
  }
  if (failure) {
    return (
      <div class="graph-empty" role="alert">
        <h2>The run ended with an error</h2>
        <p>
          {failure.type}: {failure.message.split("\n")[0]}
        </p>
      </div>
    );
  }
  if (status !== "idle") {
    return (
      <div class="graph-empty">
        <h2>Nothing to draw</h2>
        <p>The program ran, but used no tensors.</p>
      </div>
    );
  }
  return (
    <div class="graph-empty">
      <h2>{hasDocument ? "Ready" : "The graph appears here"}</h2>
      <p>
        {hasDocument
          ? "Run the program to see its computation graph, then step with F10 and back with Shift+F10."
          : "Open a program on the left, run it, and step through its backward pass."}
      </p>
      {hasDocument && (
        <button type="button" class="button primary" onClick={() => run()}>
          Run
        </button>
      )}
    </div>
  );
}
