import { dimToFront, frontToDim } from "../batching/batch.ts";
import { expand, unsqueeze } from "../ops/views.ts";
import type { Runtime } from "../runtime.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { BatchedTensor } from "./batched-tensor.ts";
import type { Randomness, TransformLevel, VmapLevel } from "./levels.ts";

/** Begins a transform; `leave` ends it. */
export function enter<L extends Omit<TransformLevel, "number">>(
  rt: Runtime,
  level: L,
): L & { readonly number: number } {
  const own = { ...level, number: rt.transforms.length + 1 };
  rt.transforms = [...rt.transforms, own as unknown as TransformLevel];
  rt.interpreter ??= rt.makeInterpreter(rt);
  return own;
}

/** Ends the innermost transform. */
export function leave(rt: Runtime): void {
  rt.transforms = rt.transforms.slice(0, -1);
  if (rt.transforms.length === 0) rt.interpreter = null;
}

/** Begins a vmap over batches of `size` samples; over batches of tangents only if told so. */
export const enterVmap = (rt: Runtime, size: number, randomness: Randomness, tangents = false): VmapLevel =>
  enter(rt, { kind: "vmap", size, randomness, tangents }) as VmapLevel;

/** A batch as its samples see it: `dim` is hidden. */
export const addBatchDim = (t: Tensor, dim: number, level: VmapLevel): Tensor =>
  new BatchedTensor(t, wrapDim(dim, t.ndim), level);

/** All samples of a result, along dimension `dim` (negative from the end); one that is the same for all is repeated. Error: there is no such dimension. */
export function removeBatchDim(t: Tensor, level: VmapLevel, dim: number): Tensor {
  const own = t instanceof BatchedTensor && t.level === level;
  const to = wrapDim(dim, t.ndim + 1);
  if (!own) return frontToDim(expand(unsqueeze(t, 0), [level.size, ...t.shape]), to);
  return t.dim === to ? t.value : frontToDim(dimToFront(t.value, t.dim), to);
}
