import { VersionCounter } from "../../../engine/storage.ts";
import type { Tensor } from "../../../engine/tensor.ts";
import type { Native } from "./table.ts";

/** What our numpy needs beyond PyTorch: views with any strides (numpy's may be negative), over the same memory. */
export const NUMPY_NATIVES: Readonly<Record<string, Native>> = {
  /** A view of the memory of `t`; offset and strides count elements. The caller has checked that it stays inside. */
  strided_view: (_c, t: Tensor, shape: number[], strides: number[], offset: number) => t.alias(shape, strides, offset),
  /** The memory of `t` as numpy sees it: no history, and changes through it are not counted (as in PyTorch). */
  share: (_c, t: Tensor) => {
    const out = t.alias();
    out.versions = new VersionCounter();
    return out;
  },
};
