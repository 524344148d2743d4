import { check } from "../errors.ts";
import { inplace, op } from "../op.ts";
import type { Operand } from "../promotion.ts";
import { isScalar, scalarValue } from "../scalar.ts";
import { Tensor } from "../tensor.ts";

/** A value everywhere: what fill_ writes. */
const fillValue = op({
  name: "fill",
  args: ["self", "value"],
  node: ([, value]) => (isScalar(value) ? "FillBackward0" : "FillBackward1"),
  forward: (self: Tensor, value: Operand): Tensor => {
    if (value instanceof Tensor)
      check(
        value.ndim === 0,
        () => `fill_ only supports 0-dimension value tensor but got tensor with ${value.ndim} dimensions.`,
      );
    const re = value instanceof Tensor ? value.item() : scalarValue(value);
    const out = self.rt.full(self.shape, re, self.dtype);
    if (value instanceof Tensor && value.dtype.slots === 2) {
      const im = value.data[2 * value.offset + 1];
      check(
        out.dtype.slots === 2 || im === 0,
        () => `value cannot be converted to type ${self.dtype.cppName} without overflow`,
      );
      if (out.dtype.slots === 2) for (let i = 1; i < out.data.length; i += 2) out.data[i] = im;
    }
    return out;
  },
  vjp: {
    self: (g): Tensor => g.rt.full(g.shape, 0, g.dtype),
    value: (g): Tensor => g.rt.math.sumTo(g, []),
  },
  formula: { out: "{value}", vjp: { self: "0", value: "\\textstyle\\sum {g}" } },
  places: ["torch"],
  signatures: ["fill(Tensor input, Tensor value)", "fill(Tensor input, Scalar value)"],
});

export { fillValue as fill };
export const fill_ = inplace(fillValue, {
  name: "fill_",
  node: ([, value]) => (isScalar(value) ? "FillBackward2" : "FillBackward3"),
});
const zeroValue = op({
  name: "zero",
  args: ["self"],
  node: "ZeroBackward0",
  forward: (self: Tensor): Tensor => self.rt.full(self.shape, 0, self.dtype),
  vjp: { self: (g): Tensor => g.rt.full(g.shape, 0, g.dtype) },
  formula: { out: "0", vjp: { self: "0" } },
  signatures: ["zero(Tensor input)"],
});
export const zero_ = inplace(zeroValue, { name: "zero_" });
