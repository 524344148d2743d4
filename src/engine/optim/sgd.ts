import type { Tensor } from "../tensor.ts";
import { addInto, axpy, rounded, storing, work, writeBack } from "./work.ts";

export interface SgdOptions {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  readonly maximize: boolean;
}

/**
 * One SGD step for every parameter that has a gradient, with the float roundings of PyTorch's operations one by one:
 * g ← g + λp; b ← μb + (1 − d)g; g ← b (or g + μb); p ← p − ηg. `buffers[i]` is the momentum buffer or null before the
 * first step. Returns the buffers made (null where none was).
 */
export function sgdUpdate(
  parameters: readonly Tensor[],
  buffers: readonly (Tensor | null)[],
  options: SgdOptions,
): (Tensor | null)[] {
  const { lr, momentum, dampening, weightDecay, nesterov, maximize } = options;
  return parameters.map((p, i) => {
    if (p.grad === null) return null;
    const { dtype } = p;
    const param = work(p);
    let step = work(p.grad, maximize || weightDecay !== 0 || momentum !== 0);
    if (maximize) for (let k = 0; k < step.length; k++) step[k] = -step[k];
    if (weightDecay !== 0) axpy(step, weightDecay, param, dtype);
    let made: Tensor | null = null;
    if (momentum !== 0) {
      const buffer = buffers[i];
      let b = step;
      if (buffer === null) {
        made = p.rt.empty(p.shape, dtype);
        made.data.set(step);
      } else {
        b = work(buffer, true);
        const mu = rounded(momentum, dtype);
        const store = storing(dtype);
        for (let k = 0; k < b.length; k++) b[k] = store(b[k] * mu);
        axpy(b, 1 - dampening, step, dtype);
        writeBack(buffer, b, "sgd", 2);
      }
      if (nesterov) axpy(step, momentum, b, dtype);
      else step = b;
    }
    addInto(p, param, -lr, step);
    return made;
  });
}
