import type { Tensor } from "../../../engine/tensor.ts";
import type { Native } from "./table.ts";

/** Whole storages, for saving and loading. */
export const STORAGE_NATIVES: Readonly<Record<string, Native>> = {
  /** All elements of a tensor's storage as one vector over the same memory. */
  storage_tensor: (_c, t: Tensor) => t.alias([t.storage.bytes / t.dtype.itemsize], [1], 0),
  /** A tensor of given geometry over the memory of a vector, not known to be a view of it. */
  storage_view: (_c, t: Tensor, offset: number, shape: number[], strides: number[]) => t.alias(shape, strides, offset),
};
