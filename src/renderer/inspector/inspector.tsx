/** The right side: what the current step does on top, below it the selected (or current) node. */
import { nodeOf } from "../session/navigation.ts";
import { useSelect } from "../state/store.ts";
import { Changes } from "./changes.tsx";
import { NodeCard } from "./node-card.tsx";
import { Remedy } from "./remedy.tsx";
import { StepCard } from "./step-card.tsx";
import { VerificationCard } from "./verification-card.tsx";

export function Inspector() {
  const shown = useSelect((state) => state.shown);
  const selection = useSelect((state) => state.selection);
  const failure = useSelect((state) => state.run.failure);
  if (!shown) {
    return (
      <aside class="inspector" aria-label="Inspector">
        {failure ? (
          <section class="card">
            <h2>Error</h2>
            <p class="failure">
              <strong>{failure.type}</strong>: {failure.message}
            </p>
            <Remedy message={failure.message} />
          </section>
        ) : (
          <section class="card">
            <h2>This step</h2>
            <p class="muted">
              While you step, this side shows each gradient: upstream × local derivative = contribution, in symbols,
              shapes and numbers.
            </p>
          </section>
        )}
      </aside>
    );
  }
  const node = selection.node ?? (shown.event ? nodeOf(shown.event) : null);
  return (
    <aside class="inspector" aria-label="Inspector">
      <VerificationCard />
      <StepCard shown={shown} />
      <Changes shown={shown} />
      {node !== null && <NodeCard shown={shown} id={node} />}
    </aside>
  );
}
