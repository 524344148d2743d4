import { isFloating } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { dense } from "../kernels/dense.ts";
import { binary, binaryLoop, settle, unary, unaryLoop } from "../kernels/elementwise.ts";
import { rowMajor } from "../kernels/layout.ts";
import { op, type Place } from "../op.ts";
import type { Generator } from "../random/generator.ts";
import { notImplementedFor, onlyFloats } from "../refusals.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, mul, sub, zerosLike } from "./arithmetic.ts";
import { gt, where } from "./compare.ts";
import { inplaceFunction } from "./curve.ts";
import { slice, sliceBackward } from "./slicing.ts";
import { sigmoid } from "./unary-core.ts";
import { reshape } from "./views.ts";

/** Rectifiers whose slope is learned or drawn, and the gated linear unit. */

const positive = (x: Tensor): Tensor => x.rt.quietly(() => gt(x, 0));

/** Gradient of a rectifier's input; bent only at 0, so that its own gradient by the input is 0. */
const preluInput = op({
  name: "_prelu_kernel_backward",
  args: ["grad_output", "self", "weight"],
  node: "PreluKernelBackwardBackward0",
  forward: (grad: Tensor, self: Tensor, weight: Tensor): Tensor => where(positive(self), grad, mul(weight, grad)),
  keep: ([grad_output, self, weight]) => ({ grad_output, self, weight }),
  vjp: {
    grad_output: (h, { self, weight }): Tensor => preluInput(h, self, weight),
    self: (_h, { self }): Tensor => zerosLike(self),
    weight: (h, { grad_output, self }): Tensor => where(positive(self), 0, mul(grad_output, h)),
  },
  formula: {
    out: "{grad_output} \\odot ({self} > 0\\,?\\,1 : {weight})",
    vjp: {
      grad_output: "{g} \\odot ({self} > 0\\,?\\,1 : {weight})",
      self: "0",
      weight: "{g} \\odot {grad_output} \\odot [{self} \\le 0]",
    },
  },
});

/** `weight` broadcasts against `self`. */
export const preluKernel = op({
  name: "_prelu_kernel",
  args: ["self", "weight"],
  refuses: onlyFloats("prelu_cpu"),
  node: "PreluKernelBackward0",
  forward: (self: Tensor, weight: Tensor): Tensor => where(gt(self, 0), self, mul(weight, self)),
  keep: ([self, weight]) => ({ self, weight }),
  vjp: {
    self: (g, { self, weight }): Tensor => preluInput(g, self, weight),
    weight: (g, { self }): Tensor => where(positive(self), 0, mul(self, g)),
  },
  formula: {
    out: "{self} > 0\\,?\\,{self} : {weight}\\,{self}",
    vjp: {
      self: "{g} \\odot ({self} > 0\\,?\\,1 : {weight})",
      weight: "\\textstyle\\sum {g} \\odot \\min({self}, 0)",
    },
  },
});

/** One slope for everything, or one per channel (dimension 1). Errors: PyTorch's about the weight's size and dtype. */
export const prelu = op({
  name: "prelu",
  args: ["self", "weight"],
  forward: (self: Tensor, weight: Tensor): Tensor => {
    check(
      self.dtype === weight.dtype,
      () => `prelu: Type promoting not supported. Got ${self.dtype.scalarName} and ${weight.dtype.scalarName}`,
    );
    if (weight.numel !== 1) {
      check(self.ndim > 0, () => "Not allow zero-dim input tensor.");
      const channels = self.ndim > 1 ? self.shape[1] : 1;
      check(
        channels === weight.numel,
        () =>
          `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${weight.numel} and channel size = ${channels}.`,
      );
    }
    check(
      weight.ndim <= 1,
      () => `prelu: Expected \`weight\` to be a scalar or 1D tensor, but got: ndim = ${weight.ndim}`,
    );
    if (self.ndim === weight.ndim) return preluKernel(self, weight);
    const shape = self.shape.map((_, i) => (i === 1 ? weight.numel : 1));
    return preluKernel(self, reshape(weight, shape));
  },
  places: ["torch", "Tensor", "F"],
  signatures: ["prelu(Tensor input, Tensor weight)"],
});

/** Gradient of a leaky rectifier whose slopes were drawn into `noise`. */
const rreluBackward = op({
  name: "rrelu_with_noise_backward",
  args: ["grad_output", "self", "noise", "lower", "upper", "training"],
  node: "RreluWithNoiseBackwardBackward0",
  forward: (grad: Tensor, self: Tensor, noise: Tensor, lower: number, upper: number, training: boolean): Tensor => {
    if (training && upper - lower > 1e-6) return mul(grad, noise);
    const slope = (lower + upper) / 2;
    return binary(
      grad,
      self,
      binaryLoop((g, x) => (x > 0 ? g : g * slope)),
    );
  },
  keep: ([, self, noise, lower, upper, training]) => ({ self, noise, lower, upper, training }),
  vjp: {
    grad_output: (h, { self, noise, lower, upper, training }): Tensor =>
      rreluBackward(h, self, noise, lower, upper, training),
    self: (_h, { self }): Tensor => zerosLike(self),
  },
  formula: { out: "{grad_output} \\odot {noise}", vjp: { grad_output: "{g} \\odot {noise}", self: "0" } },
});

/** `noise` is filled with the slopes used: drawn from U(lower, upper) in training, else the middle. */
export const rreluWithNoise = op({
  name: "rrelu_with_noise",
  args: ["self", "noise", "lower", "upper", "training", "generator"],
  node: "RreluWithNoiseBackward0",
  forward: (
    self: Tensor,
    noise: Tensor,
    lower: number,
    upper: number,
    training: boolean,
    generator: Generator | null,
  ): Tensor => {
    check(lower <= upper, () => `Lower bound should be less than or equal to the upper bound`);
    if (!isFloating(self.dtype)) throw notImplementedFor("rrelu_with_noise_out_cpu", self.dtype);
    if (!training) {
      const slope = (lower + upper) / 2;
      return unary(
        rowMajor(self),
        unaryLoop((x) => (x > 0 ? x : x * slope)),
      );
    }
    const source = generator ?? self.rt.generator;
    const { data, start } = dense(self);
    const out = self.rt.empty(self.shape, self.dtype);
    for (let i = 0; i < self.numel; i++) {
      const x = data[start + i];
      const slope = x <= 0 ? source.double() * (upper - lower) + lower : 1;
      noise.data[noise.offset + i] = slope;
      out.data[i] = x <= 0 ? x * slope : x;
    }
    return settle(out);
  },
  keep: ([self, noise, lower, upper, training]) => ({ self, noise, lower, upper, training }),
  vjp: {
    self: (g, { self, noise, lower, upper, training }): Tensor => rreluBackward(g, self, noise, lower, upper, training),
  },
  formula: {
    out: "{self} > 0\\,?\\,{self} : a\\,{self}",
    vjp: { self: "{g} \\odot ({self} > 0\\,?\\,1 : a)" },
    note: "a is drawn between lower and upper for every element in training, else their mean",
  },
});
const rreluWithNoise_ = inplaceFunction(rreluWithNoise, ["_C"], "RreluWithNoiseBackward1");

/** rrelu and its in-place twin: the noise is drawn into a tensor of its own. */
const rreluOf = (name: string, places: readonly Place[], withNoise: typeof rreluWithNoise) =>
  op({
    name,
    args: ["self", "lower", "upper", "training", "generator"],
    forward: (
      self: Tensor,
      lower: number = 1 / 8,
      upper: number = 1 / 3,
      training: boolean = false,
      generator: Generator | null = null,
    ): Tensor => withNoise(self, self.rt.empty(self.shape, self.dtype), lower, upper, training, generator),
    places,
    signatures: [
      `${name}(Tensor input, double lower=0.125, double upper=0.3333333333333333, bool training=False, *, Generator generator=None)`,
    ],
  });
export const rrelu = rreluOf("rrelu", ["torch", "F"], rreluWithNoise);
export const rrelu_ = rreluOf("rrelu_", ["torch"], rreluWithNoise_);

/** a ⊙ σ(b) for the two halves a, b of `self` along `dim`. */
export const glu = op({
  name: "glu",
  args: ["self", "dim"],
  node: "GluBackward0",
  forward: (self: Tensor, dim: number = -1): Tensor => {
    if (self.ndim === 0) throw runtimeError("glu does not support 0-dimensional tensors");
    const d = wrapDim(dim, self.ndim);
    check(self.shape[d] % 2 === 0, () => `Halving dimension must be even, but dimension ${d} is size ${self.shape[d]}`);
    if (!isFloating(self.dtype)) throw notImplementedFor("glu_cpu", self.dtype);
    const [a, b] = halves(self, d);
    return mul(a, sigmoid(b));
  },
  keep: ([self, dim]) => ({ self, dim: wrapDim(dim ?? -1, self.ndim) }),
  vjp: {
    self: (g, { self, dim }): Tensor => {
      const [a, b] = halves(self, dim);
      const gate = sigmoid(b);
      const left = mul(g, gate);
      const right = mul(mul(left, a), sub(1, gate));
      const half = self.shape[dim] / 2;
      return add(sliceBackward(left, self.shape, dim, 0, 1), sliceBackward(right, self.shape, dim, half, 1));
    },
  },
  formula: {
    out: "a \\odot \\sigma(b)",
    vjp: { self: "[{g} \\odot \\sigma(b),\\; {g} \\odot a \\odot \\sigma(b)(1 - \\sigma(b))]" },
    note: "a and b are the halves of {self}",
  },
  places: ["F"],
  signatures: ["glu(Tensor input, int64_t dim=-1)"],
});

function halves(self: Tensor, dim: number): [Tensor, Tensor] {
  const half = self.shape[dim] / 2;
  return [slice(self, dim, 0, half, 1), slice(self, dim, half, 2 * half, 1)];
}
