import { bool, type DType } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { copyTensor } from "../kernels/copy.ts";
import { dense, denseArray } from "../kernels/dense.ts";
import { inplace, op } from "../op.ts";
import { ComplexScalar, type Scalar, scalarValue } from "../scalar.ts";
import { broadcastShapes, numelOf, type Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { where } from "./compare.ts";
import { cat } from "./joining.ts";
import { sum } from "./sum.ts";
import { expand, reshape } from "./views.ts";

function checkMask(mask: Tensor, name: string, dtype: string): void {
  check(mask.dtype === bool, () => `${name} only supports boolean masks, but got mask with dtype ${dtype}`);
}

/** The largest integer of each dtype: a value beyond it cannot be stored. */
const LIMITS: Readonly<Record<string, readonly [number, number, string]>> = {
  int64: [-(2 ** 63), 2 ** 63, "int64_t"],
  int32: [-(2 ** 31), 2 ** 31 - 1, "int"],
  int16: [-32768, 32767, "int16_t"],
  int8: [-128, 127, "int8_t"],
  uint8: [-255, 255, "uint8_t"],
};

/** A number as it is stored in a dtype. Error: it is out of the dtype's range. */
export function storable(value: number, dtype: DType): number {
  const limit = LIMITS[dtype.name];
  if (limit !== undefined && !(value >= limit[0] && value <= limit[1]))
    throw runtimeError(`value cannot be converted to type ${limit[2]} without overflow`);
  return dtype.round(value);
}

/** Real and imaginary part of a number or a 0-d tensor. */
export function parts(value: Tensor | Scalar | ComplexScalar): [number, number] {
  if (value instanceof ComplexScalar) return [value.re, value.im];
  if (!(value instanceof Tensor)) return [scalarValue(value), 0];
  return [value.item(), value.dtype.slots === 2 ? value.data[2 * value.offset + 1] : 0];
}

export const maskedFill = op({
  name: "masked_fill",
  args: ["self", "mask", "value"],
  node: ([, , value]) => (value instanceof Tensor ? "MaskedFillBackward1" : "MaskedFillBackward0"),
  forward: (self: Tensor, mask: Tensor, value: Tensor | Scalar | ComplexScalar): Tensor => {
    checkMask(mask, "masked_fill_", mask.dtype.cppName);
    if (value instanceof Tensor)
      check(
        value.ndim === 0,
        () =>
          `masked_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s).`,
      );
    const shape = broadcastShapes(mask.shape, self.shape);
    const [re, im] = parts(value);
    const v = storable(re, self.dtype);
    const out = copyTensor(shape === self.shape ? self : expand(self, shape));
    const m = dense(mask, shape);
    const { data } = out;
    const n = out.numel;
    if (self.dtype.slots === 1) {
      for (let i = 0; i < n; i++) if (m.data[m.start + i] !== 0) data[i] = v;
    } else
      for (let i = 0; i < n; i++)
        if (m.data[m.start + i] !== 0) {
          data[2 * i] = v;
          data[2 * i + 1] = im;
        }
    return out;
  },
  keep: ([, mask]) => ({ mask }),
  vjp: {
    self: (g, { mask }): Tensor => maskedFill(g, mask, 0),
    value: (g, { mask }): Tensor => sum(where(mask, g, 0)),
  },
  formula: {
    out: "{mask}\\,?\\,{value} : {self}",
    vjp: { self: "{g} \\odot [\\lnot {mask}]", value: "\\textstyle\\sum {g} \\odot [{mask}]" },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "masked_fill(Tensor input, Tensor mask, Tensor value)",
    "masked_fill(Tensor input, Tensor mask, Scalar value)",
  ],
});
export const maskedFill_ = inplace(maskedFill);

/** The elements where the (broadcast) mask is true, as a vector. */
export const maskedSelect = op({
  name: "masked_select",
  args: ["self", "mask"],
  node: "MaskedSelectBackward0",
  forward: (self: Tensor, mask: Tensor): Tensor => {
    check(mask.dtype === bool, () => "masked_select: expected BoolTensor for mask");
    const shape = broadcastShapes(mask.shape, self.shape);
    const n = numelOf(shape);
    const m = dense(mask, shape);
    const { data, start } = dense(self, shape);
    const { slots } = self.dtype;
    let count = 0;
    for (let i = 0; i < n; i++) if (m.data[m.start + i] !== 0) count++;
    const out = self.rt.empty([count], self.dtype);
    for (let i = 0, k = 0; i < n; i++)
      if (m.data[m.start + i] !== 0) for (let s = 0; s < slots; s++) out.data[k++] = data[start + i * slots + s];
    return out;
  },
  keep: ([self, mask]) => ({ self_sizes: self.shape, mask }),
  vjp: {
    self: (g, { self_sizes, mask }): Tensor =>
      maskedScatter(g.rt.full(broadcastShapes(self_sizes, mask.shape), 0, g.dtype), mask, g),
  },
  formula: {
    out: "{self}_{{mask}}",
    vjp: { self: "\\mathrm{scatter}_{{mask}}({g})" },
    note: "zero where the mask is false",
  },
  places: ["torch", "Tensor"],
  signatures: ["masked_select(Tensor input, Tensor mask, *, Tensor out=None)"],
});

/** Where the mask is true, the elements of `source` in order. */
export const maskedScatter = op({
  name: "masked_scatter",
  args: ["self", "mask", "source"],
  node: "MaskedScatterBackward0",
  forward: (self: Tensor, mask: Tensor, source: Tensor): Tensor => {
    check(
      self.dtype === source.dtype,
      () =>
        `masked_scatter: expected self and source to have same dtypes but got ${self.dtype.scalarName} and ${source.dtype.scalarName}`,
    );
    checkMask(mask, "masked_scatter_", mask.dtype.scalarName);
    const shape = broadcastShapes(mask.shape, self.shape);
    const out = copyTensor(shape === self.shape ? self : expand(self, shape));
    const m = dense(mask, shape);
    const values = denseArray(source);
    const { slots } = self.dtype;
    let k = 0;
    for (let i = 0; i < out.numel; i++)
      if (m.data[m.start + i] !== 0) {
        check(k < values.length, () => "Number of elements of source < number of ones in mask");
        for (let s = 0; s < slots; s++) out.data[i * slots + s] = values[k++];
      }
    return out;
  },
  keep: ([, mask, source]) => ({ mask, source_sizes: source.shape }),
  vjp: {
    self: (g, { mask }): Tensor => maskedFill(g, mask, 0),
    source: (g, { mask, source_sizes }): Tensor => takeFirst(maskedSelect(g, mask), source_sizes),
  },
  formula: {
    out: "{self}_{{mask}} \\leftarrow {source}",
    vjp: { self: "{g} \\odot [\\lnot {mask}]", source: "{g}_{{mask}}" },
  },
  places: ["torch", "Tensor"],
  signatures: ["masked_scatter(Tensor input, Tensor mask, Tensor source)"],
});
export const maskedScatter_ = inplace(maskedScatter);

/** A vector in the given shape, with zeros for the elements it lacks. */
function takeFirst(values: Tensor, shape: Shape): Tensor {
  const missing = numelOf(shape) - values.numel;
  return reshape(missing > 0 ? cat([values, values.rt.full([missing], 0, values.dtype)]) : values, shape);
}
