import type { GradNode } from "../autograd/node.ts";
import { OpNode } from "../autograd/op-node.ts";
import { createRuntime } from "../engine.ts";
import type { EngineObserver } from "../observer.ts";
import type { Vjp } from "../op.ts";

/** The runtime of all gradient checks: what runs backward in it counts as checked. */
export const rt = createRuntime();

const ignore = (): void => {};
/** An observer that hears nothing. */
export const SILENT: EngineObserver = {
  operatorRan: ignore,
  storageWillChange: ignore,
  backwardBegan: ignore,
  nodeEntered: ignore,
  contributionMade: ignore,
  contributionReceived: ignore,
  leafAccumulated: ignore,
  savedReleased: ignore,
  backwardEnded: ignore,
  gradientCleared: ignore,
  gradientHooked: ignore,
  optimizerStep: ignore,
  callBegan: ignore,
};

/** Collects the vector-Jacobian products that backward passes use from now on. */
export function watchFormulas(): ReadonlySet<Vjp<unknown>> {
  const used = new Set<Vjp<unknown>>();
  const nodeEntered = (node: GradNode): void => {
    if (!(node instanceof OpNode)) return;
    for (const [input, formula] of Object.entries(node.def.vjp ?? {})) if (node.needs(input)) used.add(formula);
  };
  rt.observer = { ...SILENT, nodeEntered };
  return used;
}
