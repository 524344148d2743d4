import type { DType } from "../dtype.ts";
import { logSoftmaxKernel, softmaxGradient, softmaxKernel } from "../kernels/softmax.ts";
import { op } from "../op.ts";
import { checkKind, onlyFloats } from "../refusals.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mul, neg, sub } from "./arithmetic.ts";
import { cast } from "./copies.ts";
import { sum } from "./sum.ts";
import { exp } from "./unary-core.ts";

/** Sum along the dimension of a softmax, kept as size 1 (a 0-d tensor is its own sum). */
const total = (x: Tensor, dim: number): Tensor => (x.ndim === 0 ? x : sum(x, [dim], true));

/** PyTorch's kernel for the last dimension or another one. */
const kernelOf = (name: string, self: Tensor, dim: number): string =>
  wrapDim(dim, self.ndim) === Math.max(self.ndim - 1, 0) ? `${name}_lastdim_kernel_impl` : "softmax_kernel_impl";

/** y ⊙ (g - Σ g ⊙ y) */
export const softmaxBackward = op({
  name: "_softmax_backward_data",
  args: ["grad_output", "output", "dim"],
  node: "SoftmaxBackwardDataBackward0",
  forward: (grad: Tensor, output: Tensor, dim: number): Tensor => softmaxGradient(grad, output, dim, false),
  keep: ([grad_output, output, dim]) => ({ grad_output, output, dim }),
  vjp: {
    grad_output: (h, { output, dim }): Tensor => softmaxBackward(h, output, dim),
    output: (h, { grad_output, output, dim }): Tensor =>
      sub(
        sub(mul(grad_output, h), mul(total(mul(output, grad_output), dim), h)),
        mul(grad_output, total(mul(output, h), dim)),
      ),
  },
  formula: {
    out: "{output} \\odot ({grad_output} - \\textstyle\\sum {grad_output} \\odot {output})",
    vjp: {
      grad_output: "{output} \\odot ({g} - \\textstyle\\sum {g} \\odot {output})",
      output:
        "{grad_output} \\odot {g} - {g} \\sum {output} \\odot {grad_output} - {grad_output} \\sum {output} \\odot {g}",
    },
  },
});

export const softmaxPrimitive = op({
  name: "_softmax",
  args: ["self", "dim"],
  node: "SoftmaxBackward0",
  forward: (self: Tensor, dim: number): Tensor => {
    checkKind(onlyFloats(kernelOf("softmax", self, dim)), self.dtype);
    return softmaxKernel(self, wrapDim(dim, self.ndim));
  },
  keep: ([self, dim], result) => ({ result, dim: wrapDim(dim, self.ndim) }),
  vjp: { self: (g, { result, dim }): Tensor => softmaxBackward(g, result, dim) },
  formula: {
    out: "\\frac{e^{{self}_i}}{\\sum_j e^{{self}_j}}",
    vjp: { self: "{out} \\odot ({g} - \\textstyle\\sum {g} \\odot {out})" },
  },
});

/** g - exp(y) Σ g */
const logSoftmaxBackward = op({
  name: "_log_softmax_backward_data",
  args: ["grad_output", "output", "dim"],
  node: "LogSoftmaxBackwardDataBackward0",
  forward: (grad: Tensor, output: Tensor, dim: number): Tensor => softmaxGradient(grad, output, dim, true),
  keep: ([grad_output, output, dim]) => ({ grad_output, output, dim }),
  vjp: {
    grad_output: (h, { output, dim }): Tensor => sub(h, total(mul(h, exp(output)), dim)),
    output: (h, { grad_output, output, dim }): Tensor => mul(mul(neg(total(grad_output, dim)), exp(output)), h),
  },
  formula: {
    out: "{grad_output} - e^{{output}} \\textstyle\\sum {grad_output}",
    vjp: {
      grad_output: "{g} - \\textstyle\\sum {g} \\odot e^{{output}}",
      output: "-{g} \\odot e^{{output}} \\textstyle\\sum {grad_output}",
    },
  },
});

export const logSoftmaxPrimitive = op({
  name: "_log_softmax",
  args: ["self", "dim"],
  node: "LogSoftmaxBackward0",
  forward: (self: Tensor, dim: number): Tensor => {
    checkKind(onlyFloats(kernelOf("log_softmax", self, dim)), self.dtype);
    return logSoftmaxKernel(self, wrapDim(dim, self.ndim));
  },
  keep: ([self, dim], result) => ({ result, dim: wrapDim(dim, self.ndim) }),
  vjp: { self: (g, { result, dim }): Tensor => logSoftmaxBackward(g, result, dim) },
  formula: {
    out: "{self}_i - \\log\\textstyle\\sum_j e^{{self}_j}",
    vjp: { self: "{g} - \\mathrm{softmax}({self}) \\textstyle\\sum {g}" },
  },
});

const surface = (name: string, run: (self: Tensor, dim: number) => Tensor) =>
  op({
    name,
    args: ["self", "dim", "dtype"],
    forward: (self: Tensor, dim: number, dtype: DType | null = null): Tensor =>
      run(dtype === null ? self : cast(self, dtype), dim),
    places: ["torch", "Tensor", "special", "F"],
    signatures: [
      `${name}(Tensor input, int64_t dim, ScalarType? dtype=None, *, Tensor out=None)`,
      namedOverload(`${name}(Tensor input, DimName dim, *, ScalarType? dtype=None)`),
    ],
  });
export const softmax = surface("softmax", softmaxPrimitive);
export const logSoftmax = surface("log_softmax", logSoftmaxPrimitive);
/** softmax(-x). */
export const softmin = op({
  name: "softmin",
  args: ["input", "dim", "dtype"],
  forward: (input: Tensor, dim: number, dtype: DType | null = null): Tensor => softmax(neg(input), dim, dtype),
  places: ["F"],
  signatures: ["softmin(Tensor input, int64_t dim, ScalarType? dtype=None)"],
});
