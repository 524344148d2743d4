import { bool, type DType, float32, float64, int32, isIntegral } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { binary, binaryLoop, operand, settle } from "../kernels/elementwise.ts";
import { inJointOrder, inOrder, orderOf, outOfOrder } from "../kernels/layout.ts";
import { inplace, op } from "../op.ts";
import { numberTensor, resultType } from "../promotion.ts";
import { notImplementedFor } from "../refusals.ts";
import type { Runtime } from "../runtime.ts";
import { ComplexScalar, FloatScalar, isScalar, type Scalar, scalarValue } from "../scalar.ts";
import { broadcastShapes, numelOf } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { add, div, mul, mulScalar, neg, sub } from "./arithmetic.ts";
import { conj } from "./complex-parts.ts";
import { notDifferentiable } from "./not-differentiable.ts";
import { factorBefore } from "./overloads.ts";
import { exp2 } from "./unary.ts";

/** Functions of three numbers (and some of two) that are one kernel in PyTorch. */
function ternary(type: DType, a: Tensor, b: Tensor, c: Tensor, f: (a: number, b: number, c: number) => number): Tensor {
  const shape = broadcastShapes(broadcastShapes(a.shape, b.shape), c.shape);
  return inJointOrder([a, b, c], shape, (operands, shape) => {
    const [x, y, z] = operands.map((t) => operand(t, type, shape));
    const out = a.rt.empty(shape, type);
    const { data } = out;
    const n = numelOf(shape);
    for (let i = 0; i < n; i++)
      data[i] = f(x.data[x.start + i * x.step], y.data[y.start + i * y.step], z.data[z.start + i * z.step]);
    return settle(out);
  });
}

const isOne = (s: Scalar): boolean => scalarValue(s) === 1;
/** How kernels of a type round between their steps: floating point types but doubles compute in single precision. */
const rounding = (type: DType): ((x: number) => number) =>
  type.kind === "float" && type !== float64 ? Math.fround : (x) => x;
const times = (x: Tensor, value: Scalar): Tensor => (isOne(value) ? x : mulScalar(x, value));

const ADDC = (name: string) => [
  `${name}(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1, Tensor out=None)`,
  factorBefore(name, "Scalar value, Tensor tensor1, Tensor tensor2"),
];

/** self + value · tensor1 · tensor2 */
export const addcmul = op({
  name: "addcmul",
  args: ["self", "tensor1", "tensor2", "value"],
  node: "AddcmulBackward0",
  forward: (self: Tensor, a: Tensor, b: Tensor, value: Scalar = 1): Tensor => {
    const type = resultType(self.rt, [self, a, b]);
    if (type === bool) throw notImplementedFor("addcmul_cpu_out", type);
    if (type.kind === "complex") return add(self, mul(times(a, value), b));
    const round = rounding(type);
    const v = round(scalarValue(value));
    // The last product and the sum are one instruction, with one rounding.
    return ternary(type, self, a, b, (x, y, z) => x + round(v * y) * z);
  },
  keep: ([, tensor1, tensor2, value], _out, need) => ({
    tensor1: need("tensor2") ? tensor1 : undefined,
    tensor2: need("tensor1") ? tensor2 : undefined,
    value: value ?? 1,
  }),
  vjp: {
    self: (g): Tensor => g,
    tensor1: (g, { tensor2, value }): Tensor => mul(g, conj(times(tensor2, value))),
    tensor2: (g, { tensor1, value }): Tensor => mul(g, conj(times(tensor1, value))),
  },
  formula: {
    out: "{self} + {value}\\,{tensor1} \\odot {tensor2}",
    vjp: {
      self: "{g}",
      tensor1: "{value}\\,{g} \\odot {tensor2}",
      tensor2: "{value}\\,{g} \\odot {tensor1}",
    },
  },
  places: ["torch", "Tensor"],
  signatures: ADDC("addcmul"),
});
export const addcmul_ = inplace(addcmul);

/** self + value · tensor1 / tensor2. Error: both are integers. */
export const addcdiv = op({
  name: "addcdiv",
  args: ["self", "tensor1", "tensor2", "value"],
  node: "AddcdivBackward0",
  forward: (self: Tensor, a: Tensor, b: Tensor, value: Scalar = 1): Tensor => {
    if (isIntegral(a.dtype) && isIntegral(b.dtype))
      throw runtimeError(
        "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true division of tensor1 and tensor2. " +
          "The historic addcdiv behavior can be implemented as (input + value * torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as " +
          "(input + value * tensor1 / tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: " +
          "(input + value * tensor1 / tensor2), for all dtypes.",
      );
    const type = resultType(self.rt, [self, a, b]);
    if (type.kind === "complex") return add(self, div(times(a, value), b));
    const round = rounding(type);
    const v = round(scalarValue(value));
    return ternary(type, self, a, b, (x, y, z) => x + round(round(v * y) / z));
  },
  keep: ([, tensor1, tensor2, value], _out, need) => ({
    tensor1: need("tensor2") ? tensor1 : undefined,
    tensor2,
    value: value ?? 1,
  }),
  vjp: {
    self: (g): Tensor => g,
    tensor1: (g, { tensor2, value }): Tensor => times(div(g, conj(tensor2)), value),
    tensor2: (g, { tensor1, tensor2, value }): Tensor =>
      mul(neg(g), conj(div(times(tensor1, value), mul(tensor2, tensor2)))),
  },
  formula: {
    out: "{self} + {value}\\,{tensor1} / {tensor2}",
    vjp: {
      self: "{g}",
      tensor1: "{value}\\,{g} / {tensor2}",
      tensor2: "-{value}\\,{g} \\odot {tensor1} / {tensor2}^2",
    },
  },
  places: ["torch", "Tensor"],
  signatures: ADDC("addcdiv"),
});
export const addcdiv_ = inplace(addcdiv);

/** Interpolation as PyTorch computes it: from the nearer end, the difference and the weight rounded before the last step. */
export const between = (a: number, b: number, w: number, round: (x: number) => number): number =>
  Math.abs(w) < 0.5 ? a + w * round(b - a) : b + round(w - 1) * round(b - a);

const asWeight = (rt: Runtime, x: Tensor | Scalar | ComplexScalar): Tensor | Scalar =>
  x instanceof ComplexScalar ? numberTensor(rt, x) : x;

/** self + weight · (end - self) */
export const lerp = op({
  name: "lerp",
  args: ["self", "end", "weight"],
  node: ([, , weight]) => (weight instanceof Tensor ? "LerpBackward1" : "LerpBackward0"),
  forward: (self: Tensor, end: Tensor, weight: Tensor | Scalar | ComplexScalar): Tensor => {
    check(
      self.dtype === end.dtype,
      () => `expected dtype ${self.dtype.cppName} for \`end\` but got dtype ${end.dtype.cppName}`,
    );
    if (isIntegral(self.dtype)) throw notImplementedFor("lerp_kernel_scalar", self.dtype);
    if (weight instanceof Tensor)
      check(
        self.dtype === weight.dtype,
        () => `expected dtype ${self.dtype.cppName} for \`weight\` but got dtype ${weight.dtype.cppName}`,
      );
    if (self.dtype.kind === "complex") return add(self, mul(sub(end, self), asWeight(self.rt, weight)));
    const round = rounding(self.dtype);
    if (weight instanceof Tensor) return ternary(self.dtype, self, end, weight, (a, b, w) => between(a, b, w, round));
    const w = round(scalarValue(weight as Scalar));
    return binary(
      self,
      end,
      binaryLoop((a, b) => between(a, b, w, round)),
    );
  },
  keep: ([self, end, weight], _out, need) => ({
    end: need("weight") ? end : undefined,
    self: need("weight") ? self : undefined,
    weight,
  }),
  vjp: {
    self: (g, { weight }): Tensor =>
      isScalar(weight)
        ? mulScalar(g, new FloatScalar(1 - scalarValue(weight)))
        : mul(g, conj(sub(1, asWeight(g.rt, weight)))),
    end: (g, { weight }): Tensor =>
      isScalar(weight) ? mulScalar(g, weight) : mul(g, conj(asWeight(g.rt, weight) as Tensor)),
    weight: (g, { self, end }): Tensor => mul(g, conj(sub(end, self))),
  },
  formula: {
    out: "{self} + {weight}\\,({end} - {self})",
    vjp: {
      self: "(1 - {weight}) \\odot {g}",
      end: "{weight} \\odot {g}",
      weight: "{g} \\odot ({end} - {self})",
    },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "lerp(Tensor input, Tensor end, Tensor weight, *, Tensor out=None)",
    "lerp(Tensor input, Tensor end, Scalar weight, *, Tensor out=None)",
  ],
});
export const lerp_ = inplace(lerp);

/** Mantissa in [1/2, 1) and exponent with x = mantissa · 2^exponent. */
export const frexp = op({
  name: "frexp",
  args: ["self"],
  node: "FrexpBackward0",
  nondifferentiable: [1],
  forward: (self: Tensor): Tensor[] => {
    check(self.dtype.kind === "float", () => "torch.frexp() only supports floating-point dtypes");
    const order = orderOf(self);
    const source = inOrder(self, order);
    const mantissa = self.rt.empty(source.shape, self.dtype);
    const exponent = self.rt.empty(source.shape, int32);
    for (const [i, x] of source.toArray().entries()) {
      let e = 0;
      let m = x;
      if (x !== 0 && Number.isFinite(x)) {
        e = Math.floor(Math.log2(Math.abs(x))) + 1;
        // In two exact steps: 2^-e itself may be out of range.
        const half = Math.trunc(e / 2);
        m = x * 2 ** -half * 2 ** (half - e);
        if (Math.abs(m) >= 1) {
          m /= 2;
          e++;
        } else if (Math.abs(m) < 0.5) {
          m *= 2;
          e--;
        }
      }
      mantissa.data[i] = m;
      exponent.data[i] = e;
    }
    return order === null ? [mantissa, exponent] : [outOfOrder(mantissa, order), outOfOrder(exponent, order)];
  },
  keep: (_args, [, exponent]) => ({ exponent }),
  vjp: { self: (g, { exponent }): Tensor => div(g, exp2(exponent)) },
  formula: { out: "{self} \\cdot 2^{-e}", vjp: { self: "{g} \\cdot 2^{-e}" } },
  places: ["torch", "Tensor"],
  resultNames: ["mantissa", "exponent"],
  signatures: ["frexp(Tensor input, *, TensorList out=None)"],
});

const stepLoop = binaryLoop((x, v) => (x !== x ? x : x === 0 ? v : x > 0 ? 1 : 0));
/** 0 below zero, 1 above, `values` at zero. */
export const heaviside = notDifferentiable({
  name: "heaviside",
  args: ["self", "values"],
  inputs: ["self", "values"],
  forward: (self: Tensor, values: Tensor): Tensor => {
    check(self.dtype === values.dtype, () => "heaviside is not yet implemented for tensors with different dtypes.");
    return binary(self, values, stepLoop, {
      refuses: { complex: "heaviside is not yet implemented for complex tensors." },
    });
  },
  out: "H({self})",
  signatures: ["heaviside(Tensor input, Tensor values, *, Tensor out=None)"],
});
export const heaviside_ = inplace(heaviside);

const doubles = new Float64Array(1);
const doubleBits = new BigInt64Array(doubles.buffer);
const floats = new Float32Array(1);
const floatBits = new Int32Array(floats.buffer);
/** The next representable number after x towards y. */
function next(x: number, y: number, double: boolean): number {
  if (x !== x || y !== y) return Number.NaN;
  if (x === y) return y;
  const up = y > x;
  if (double) {
    doubles[0] = x;
    if (x === 0) doubleBits[0] = 1n;
    else doubleBits[0] += x > 0 === up ? 1n : -1n;
    return x === 0 && !up ? -doubles[0] : doubles[0];
  }
  floats[0] = x;
  if (x === 0) floatBits[0] = 1;
  else floatBits[0] += x > 0 === up ? 1 : -1;
  return x === 0 && !up ? -floats[0] : floats[0];
}
export const nextafter = notDifferentiable({
  name: "nextafter",
  args: ["self", "other"],
  inputs: ["self", "other"],
  forward: (self: Tensor, other: Tensor): Tensor => {
    const type = resultType(self.rt, [self, other]);
    if (type !== float32 && type !== float64) throw notImplementedFor("nextafter_cpu", type);
    return binary(
      self,
      other,
      binaryLoop((x, y) => next(x, y, type === float64)),
    );
  },
  out: "\\mathrm{nextafter}({self}, {other})",
  signatures: ["nextafter(Tensor input, Tensor other, *, Tensor out=None)"],
});
export const nextafter_ = inplace(nextafter);
