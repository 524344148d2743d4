import type { DType } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { castTensor } from "../kernels/copy.ts";
import { dense } from "../kernels/dense.ts";
import { inMemoryOrder } from "../kernels/layout.ts";
import { copyInFormat, isInFormat, type MemoryFormat } from "../memory-format.ts";
import { withoutData } from "../meta.ts";
import { inplace, op } from "../op.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import { broadcastStrides, canBroadcastTo } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** A copy with the same history in a memory format, by default with the same order of dimensions in memory. */
export const clone = op({
  name: "clone",
  args: ["self", "memory_format"],
  node: "CloneBackward0",
  forward: (self: Tensor, format: MemoryFormat | null = null): Tensor =>
    copyInFormat(self, format ?? "preserve_format"),
  vjp: { self: (g): Tensor => g },
  formula: { out: "{self}", vjp: { self: "{g}" } },
  places: ["torch", "Tensor"],
  signatures: ["clone(Tensor input, *, MemoryFormat? memory_format=None)"],
});

/** The same values outside the graph: shares storage and version counter, needs no gradient. */
export const detach = op({
  name: "detach",
  args: ["self"],
  detached: true,
  view: "single",
  forward: (self: Tensor): Tensor => self.alias(),
  formula: { out: "{self}", vjp: {}, note: "no gradient flows through detach()" },
  places: ["torch", "Tensor"],
  signatures: ["detach(Tensor input)"],
});

/** Conversion to another dtype or device (always a copy). Error: from a tensor without data to a real one. */
export const toCopy = op({
  name: "_to_copy",
  args: ["self", "dtype", "device", "memory_format"],
  node: "ToCopyBackward0",
  forward: (
    self: Tensor,
    dtype: DType | null,
    device: string | null = null,
    format: MemoryFormat | null = null,
  ): Tensor => {
    const cast = inMemoryOrder(self, (x) => castTensor(x, dtype ?? x.dtype));
    const made = format === null ? cast : copyInFormat(cast, format);
    return device === "meta" ? withoutData(made) : made;
  },
  keep: ([self]) => ({ dtype: self.dtype }),
  vjp: { self: (g, { dtype }): Tensor => cast(g, dtype) },
  formula: { out: "\\mathrm{to}({self})", vjp: { self: "\\mathrm{to}({g})" } },
  places: ["_C"],
  signatures: ["_to_copy(Tensor input, ScalarType? dtype, str? target=None, MemoryFormat? memory_format=None)"],
});

/** Conversion to another dtype, itself when nothing changes. */
export const cast = (self: Tensor, dtype: DType): Tensor => (self.dtype === dtype ? self : toCopy(self, dtype));

/** Itself when its elements lie in the format (row-major by default) without gaps, else a copy. */
export const contiguous = op({
  name: "contiguous",
  args: ["self", "memory_format"],
  forward: (self: Tensor, format: MemoryFormat | null = null): Tensor =>
    isInFormat(self, format ?? "contiguous_format") ? self : clone(self, format ?? "contiguous_format"),
  places: ["Tensor"],
  signatures: ["contiguous(Tensor input, *, MemoryFormat memory_format=None)"],
});

/** `src` broadcast to the shape of `self`, in its dtype: what `copy_` writes. */
const copyValue = op({
  name: "copy",
  args: ["self", "src"],
  node: "CopyBackwards",
  forward: (self: Tensor, src: Tensor): Tensor => {
    check(canBroadcastTo(src.shape, self.shape), () =>
      src.ndim > self.ndim
        ? `The size of tensor a (${self.shape[self.ndim - 1] ?? 1}) must match the size of tensor b (${src.shape[src.ndim - 1]}) at non-singleton dimension ${src.ndim - 1}`
        : mismatch(self, src),
    );
    const { data, start } = dense(src.alias(self.shape, broadcastStrides(src.shape, src.strides, self.shape)));
    const out = self.rt.empty(self.shape, self.dtype);
    const from = src.dtype.slots;
    const to = self.dtype.slots;
    const { round } = self.dtype;
    for (let i = 0; i < self.numel; i++) {
      out.data[i * to] = round(data[start + i * from]);
      if (to === 2) out.data[2 * i + 1] = from === 2 ? round(data[start + 2 * i + 1]) : 0;
    }
    return out;
  },
  keep: ([, src]) => ({ dtype: src.dtype }),
  vjp: {
    self: (g): Tensor => g.rt.quietly(() => g.rt.full(g.shape, 0, g.dtype)),
    src: (g): Tensor => g,
  },
  formula: { out: "{src}", vjp: { self: "0", src: "{g}" } },
});

function mismatch(self: Tensor, src: Tensor): string {
  for (let i = 1; i <= src.ndim; i++) {
    const a = self.shape[self.ndim - i];
    const b = src.shape[src.ndim - i];
    if (b !== 1 && a !== b)
      return `The size of tensor a (${a}) must match the size of tensor b (${b}) at non-singleton dimension ${self.ndim - i}`;
  }
  return `output with shape ${sizes(self.shape)} doesn't match the broadcast shape ${sizes(src.shape)}`;
}

/** Writes the values of `src` (broadcast, converted) into `self`. */
export const copy_ = inplace(copyValue, {
  name: "copy_",
  signatures: [
    "copy_(Tensor input, Tensor other, bool non_blocking=False)",
    {
      text: "copy_(Tensor input, Scalar other, bool non_blocking=False)",
      hidden: true,
      call: (self: Tensor, other: Scalar) => copy_(self, self.rt.scalar(scalarValue(other), self.dtype)),
    },
  ],
});
