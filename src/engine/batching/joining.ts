import { permute, reshape } from "../ops/views.ts";
import type { Tensor } from "../tensor.ts";

/** The batch joined with the first dimension of the samples: [batch · N, …]. */
export const intoFirst = (t: Tensor): Tensor => reshape(t, [t.shape[0] * t.shape[1], ...t.shape.slice(2)]);

/** The batch joined with the second dimension of the samples: [N, batch · C, …], where it makes groups of channels. */
export function intoSecond(t: Tensor): Tensor {
  const apart = permute(t, [1, 0, ...others(t)]);
  return reshape(apart, [t.shape[1], t.shape[0] * t.shape[2], ...t.shape.slice(3)]);
}

/** The inverse of `intoFirst` for a batch of `size` samples. */
export const outOfFirst = (t: Tensor, size: number): Tensor =>
  reshape(t, [size, t.shape[0] / size, ...t.shape.slice(1)]);

/** The inverse of `intoSecond`. */
export function outOfSecond(t: Tensor, size: number): Tensor {
  const apart = reshape(t, [t.shape[0], size, t.shape[1] / size, ...t.shape.slice(2)]);
  return permute(apart, [1, 0, ...others(apart)]);
}

const others = (t: Tensor): number[] => t.shape.slice(2).map((_, d) => d + 2);
