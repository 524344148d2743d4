import { dimToFront } from "../batching/batch.ts";
import { expand, unsqueeze } from "../ops/views.ts";
import type { Tensor } from "../tensor.ts";
import { BatchedTensor } from "./batched-tensor.ts";
import type { VmapLevel } from "./levels.ts";

/** All samples of the given vmaps (the outermost first), their dimensions in front in that order; vmaps further in stay. */
export const stripped = (t: Tensor, levels: readonly VmapLevel[]): Tensor => levels.reduceRight(withoutLevel, t);

/** The inverse: hides the first dimensions again. */
export const restored = (t: Tensor, levels: readonly VmapLevel[]): Tensor =>
  levels.reduce((x, level) => withLevel(x, level, 0), t);

function withoutLevel(t: Tensor, level: VmapLevel): Tensor {
  if (t instanceof BatchedTensor && t.level === level) return dimToFront(t.value, t.dim);
  if (t instanceof BatchedTensor && t.level.number > level.number)
    return new BatchedTensor(withoutLevel(t.value, level), t.dim + 1, t.level);
  return expand(unsqueeze(t, 0), [level.size, ...t.shape]);
}

/** Hides dimension `dim`, under the vmaps further in. */
function withLevel(t: Tensor, level: VmapLevel, dim: number): Tensor {
  if (!(t instanceof BatchedTensor) || t.level.number < level.number) return new BatchedTensor(t, dim, level);
  const inner = dim < t.dim ? dim : dim + 1;
  return new BatchedTensor(withLevel(t.value, level, inner), t.dim > inner ? t.dim - 1 : t.dim, t.level);
}
