import { dense } from "../../../engine/kernels/dense.ts";
import { VersionCounter } from "../../../engine/storage.ts";
import type { Tensor } from "../../../engine/tensor.ts";
import { elementForPython } from "../codec.ts";
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
  /** While numpy computes, operators are neither recorded nor announced: enters such a block, and says whether gradients were recorded before. */
  quiet: (c) => {
    c.rt.muted++;
    const before = c.rt.gradEnabled;
    c.rt.gradEnabled = false;
    return before;
  },
  /** Leaves a block of `quiet`, which gave `before`. */
  unquiet: (c, before: boolean) => {
    c.rt.gradEnabled = before;
    c.rt.muted--;
    return null;
  },
  /** The real number at an index of integers, one for each dimension; null where there is none. */
  element: (_c, t: Tensor, index: number[]) => {
    const at = placeOf(t, index);
    return at === null ? null : elementForPython(Number(t.data[at]), t.dtype);
  },
  /** Writes a number at an index of integers, one for each dimension; says whether there is such a place. */
  set_element: (_c, t: Tensor, index: number[], value: number | { value: number }) => {
    const at = placeOf(t, index);
    if (at === null) return false;
    t.willChange("write");
    t.data[at] = t.dtype.round(typeof value === "number" ? value : value.value);
    return true;
  },
  same_storage: (_c, a: Tensor, b: Tensor) => a.storage === b.storage,
  /** Whether a real tensor holds neither infinity nor NaN. */
  all_finite: (_c, t: Tensor) => {
    const { data, start } = dense(t);
    for (let i = start; i < start + t.numel; i++) if (!Number.isFinite(data[i])) return false;
    return true;
  },
};

/** Place in the memory of `t` at an index of integers, which may count from the end; null where it is out of bounds or too short. */
function placeOf(t: Tensor, index: readonly number[]): number | null {
  if (index.length !== t.shape.length) return null;
  let at = t.offset;
  for (let d = 0; d < index.length; d++) {
    const size = t.shape[d];
    const k = index[d] < 0 ? index[d] + size : index[d];
    if (k < 0 || k >= size) return null;
    at += k * t.strides[d];
  }
  return at;
}
