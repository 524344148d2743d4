import type { AnyOp, OpResult } from "../op.ts";
import { stack } from "../ops/joining.ts";
import { select } from "../ops/slicing.ts";
import type { Tensor } from "../tensor.ts";
import { mapTensors } from "../tensors-among.ts";
import type { Batch } from "./batch.ts";

/** What an operator without a rule gives: it runs once for each sample. Physical results, the batch in front. */
export function sampleBySample(
  b: Batch,
  call: AnyOp | ((...args: unknown[]) => OpResult),
  args: readonly unknown[],
): OpResult {
  const results = Array.from({ length: b.size }, (_, i) =>
    call(...mapTensors(args, (t) => (b.has(t) ? select(t.value, t.dim, i) : t))),
  ) as OpResult[];
  const [first] = results;
  if (!Array.isArray(first)) return stack(results as Tensor[]);
  return first.map((_, k) => stack(results.map((r) => (r as Tensor[])[k])));
}

type Gradients = readonly (Tensor | null)[];

/** The same for the formulas of a backward node whose upstream gradients are batched. */
export function gradientsBySample(
  b: Batch,
  grads: Gradients,
  run: (grads: Gradients) => (Tensor | null)[],
): (Tensor | null)[] {
  const results = Array.from({ length: b.size }, (_, i) =>
    run(grads.map((g) => (b.has(g) ? select(g.value, g.dim, i) : g))),
  );
  return results[0].map((g, k) => (g === null ? null : b.wrap(stack(results.map((r) => r[k] as Tensor)))));
}
