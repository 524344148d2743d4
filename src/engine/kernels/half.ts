import { bfloat16, float16, float32 } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { castTensor } from "./copy.ts";

/** A kernel of several steps over tensors of one dtype: in half precision it computes in float32 and rounds once, at the end. */
export function roundedOnce<T extends Tensor[]>(tensors: [...T], kernel: (...tensors: T) => Tensor): Tensor {
  const { dtype } = tensors[0];
  if (dtype !== float16 && dtype !== bfloat16) return kernel(...tensors);
  return castTensor(kernel(...(tensors.map((t) => castTensor(t, float32)) as T)), dtype);
}
