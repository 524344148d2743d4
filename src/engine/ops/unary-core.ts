import { type Complex, cexp, clog, csigmoid, ctanh } from "../kernels/complex.ts";
import { type BinaryLoop, binary, type UnaryLoop, unary, unaryComplex, unaryFloat } from "../kernels/elementwise.ts";
import type { Float32Loops } from "../kernels/elementwise-f32.ts";
import { inplace, op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul, sub, zerosLike } from "./arithmetic.ts";
import { conj } from "./complex-parts.ts";

const floatOrComplex = (self: Tensor, loop: UnaryLoop, complex: (x: Complex) => Complex): Tensor =>
  self.dtype.kind === "complex" ? unaryComplex(self, complex) : unaryFloat(self, loop);

const expLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) out[i] = Math.exp(a[ai + i]);
};
const logLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) out[i] = Math.log(a[ai + i]);
};
const tanhLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) out[i] = Math.tanh(a[ai + i]);
};
/** In single precision each step is rounded, as in PyTorch's kernel. */
const sigmoidLoop: UnaryLoop = (a, ai, out, n) => {
  if (out instanceof Float32Array)
    for (let i = 0; i < n; i++) out[i] = 1 / Math.fround(1 + Math.fround(Math.exp(-a[ai + i])));
  else for (let i = 0; i < n; i++) out[i] = 1 / (1 + Math.exp(-a[ai + i]));
};
const reluLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) {
    const x = a[ai + i];
    out[i] = x > 0 || x !== x ? x : 0;
  }
};

export const exp = op({
  name: "exp",
  args: ["self"],
  node: "ExpBackward0",
  forward: (self: Tensor): Tensor => floatOrComplex(self, expLoop, cexp),
  keep: (_args, result) => ({ result }),
  vjp: { self: (g, { result }): Tensor => mul(g, conj(result)) },
  formula: { out: "e^{{self}}", vjp: { self: "{g} \\odot e^{{self}}" } },
  places: ["torch", "Tensor"],
  signatures: ["exp(Tensor input, *, Tensor out=None)"],
});
export const exp_ = inplace(exp);

export const log = op({
  name: "log",
  args: ["self"],
  node: "LogBackward0",
  forward: (self: Tensor): Tensor => floatOrComplex(self, logLoop, clog),
  keep: ([self]) => ({ self }),
  vjp: { self: (g, { self }): Tensor => div(g, conj(self)) },
  formula: { out: "\\ln {self}", vjp: { self: "{g} / {self}" } },
  places: ["torch", "Tensor"],
  signatures: ["log(Tensor input, *, Tensor out=None)"],
});
export const log_ = inplace(log);

export const tanh = op({
  name: "tanh",
  args: ["self"],
  node: "TanhBackward0",
  forward: (self: Tensor): Tensor => floatOrComplex(self, tanhLoop, ctanh),
  keep: (_args, result) => ({ result }),
  vjp: { self: (g, { result }): Tensor => tanhBackward(g, result) },
  formula: { out: "\\tanh {self}", vjp: { self: "{g} \\odot (1 - {out}^2)" } },
  places: ["torch", "Tensor", "F"],
  signatures: ["tanh(Tensor input, *, Tensor out=None)"],
});
export const tanh_ = inplace(tanh);

export const sigmoid = op({
  name: "sigmoid",
  args: ["self"],
  node: "SigmoidBackward0",
  forward: (self: Tensor): Tensor => floatOrComplex(self, sigmoidLoop, csigmoid),
  keep: (_args, result) => ({ result }),
  vjp: { self: (g, { result }): Tensor => sigmoidBackward(g, result) },
  formula: { out: "\\sigma({self})", vjp: { self: "{g} \\odot {out} (1 - {out})" } },
  places: ["torch", "Tensor", "F"],
  signatures: ["sigmoid(Tensor input, *, Tensor out=None)"],
});
export const sigmoid_ = inplace(sigmoid);

/** Gradients from the result y, each one pass over g and y; complex numbers go operator by operator. */
const tanhBackwardLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  for (let i = 0; i < n; i++) {
    const y = b[bi + i * db];
    out[i] = a[ai + i * da] * (1 - y * y);
  }
};
const sigmoidBackwardLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  for (let i = 0; i < n; i++) {
    const y = b[bi + i * db];
    out[i] = a[ai + i * da] * (1 - y) * y;
  }
};
const reluBackwardLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  for (let i = 0; i < n; i++) out[i] = b[bi + i * db] > 0 ? a[ai + i * da] : 0;
};

// In single precision these round where PyTorch's kernels do: a product and a sum with it are one instruction.
const tanhBackwardF32: Float32Loops = {
  both: (a, ai, b, bi, out, oi, n) => {
    for (let i = 0; i < n; i++) out[oi + i] = a[ai + i] * Math.fround(1 - b[bi + i] * b[bi + i]);
  },
  right: (a, ai, y, out, n) => {
    for (let i = 0; i < n; i++) out[i] = a[ai + i] * Math.fround(1 - y * y);
  },
  left: (x, b, bi, out, n) => {
    for (let i = 0; i < n; i++) out[i] = x * Math.fround(1 - b[bi + i] * b[bi + i]);
  },
};
const sigmoidBackwardF32: Float32Loops = {
  both: (a, ai, b, bi, out, oi, n) => {
    for (let i = 0; i < n; i++) out[oi + i] = Math.fround(a[ai + i] * Math.fround(1 - b[bi + i])) * b[bi + i];
  },
  right: (a, ai, y, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Math.fround(a[ai + i] * Math.fround(1 - y)) * y;
  },
  left: (x, b, bi, out, n) => {
    for (let i = 0; i < n; i++) out[i] = Math.fround(x * Math.fround(1 - b[bi + i])) * b[bi + i];
  },
};
const reluBackwardF32: Float32Loops = {
  both: (a, ai, b, bi, out, oi, n) => {
    for (let i = 0; i < n; i++) out[oi + i] = b[bi + i] > 0 ? a[ai + i] : 0;
  },
  right: (a, ai, y, out, n) => {
    for (let i = 0; i < n; i++) out[i] = y > 0 ? a[ai + i] : 0;
  },
  left: (x, b, bi, out, n) => {
    for (let i = 0; i < n; i++) out[i] = b[bi + i] > 0 ? x : 0;
  },
};

const tanhBackward = op({
  name: "tanh_backward",
  args: ["grad_output", "output"],
  node: "TanhBackwardBackward0",
  forward: (grad: Tensor, y: Tensor): Tensor =>
    y.dtype.kind === "complex"
      ? mul(grad, conj(sub(1, mul(y, y))))
      : binary(grad, y, tanhBackwardLoop, { f32: tanhBackwardF32 }),
  keep: ([grad_output, output]) => ({ grad_output, output }),
  vjp: {
    grad_output: (h, { output }): Tensor => tanhBackward(h, conj(output)),
    output: (h, { grad_output, output }): Tensor => mul(mul(conj(h), conj(mul(output, -2))), grad_output),
  },
  formula: {
    out: "{grad_output} \\odot (1 - {output}^2)",
    vjp: { grad_output: "{g} \\odot (1 - {output}^2)", output: "-2\\,{g} \\odot {grad_output} \\odot {output}" },
  },
});

const sigmoidBackward = op({
  name: "sigmoid_backward",
  args: ["grad_output", "output"],
  node: "SigmoidBackwardBackward0",
  forward: (grad: Tensor, y: Tensor): Tensor =>
    y.dtype.kind === "complex"
      ? mul(grad, conj(mul(sub(1, y), y)))
      : binary(grad, y, sigmoidBackwardLoop, { f32: sigmoidBackwardF32 }),
  keep: ([grad_output, output]) => ({ grad_output, output }),
  vjp: {
    grad_output: (h, { output }): Tensor => sigmoidBackward(h, conj(output)),
    output: (h, { grad_output, output }): Tensor => mul(mul(conj(h), grad_output), conj(sub(1, mul(output, 2)))),
  },
  formula: {
    out: "{grad_output} \\odot {output} (1 - {output})",
    vjp: {
      grad_output: "{g} \\odot {output} (1 - {output})",
      output: "{g} \\odot {grad_output} \\odot (1 - 2\\,{output})",
    },
  },
});

const reluBackward = op({
  name: "threshold_backward",
  args: ["grad_output", "result"],
  node: "ThresholdBackwardBackward0",
  forward: (grad: Tensor, result: Tensor): Tensor => binary(grad, result, reluBackwardLoop, { f32: reluBackwardF32 }),
  keep: ([, result]) => ({ result }),
  vjp: {
    grad_output: (h, { result }): Tensor => reluBackward(h, result),
    result: (_h, { result }): Tensor => zerosLike(result),
  },
  formula: {
    out: "{grad_output} \\odot [{result} > 0]",
    vjp: { grad_output: "{g} \\odot [{result} > 0]", result: "0" },
  },
});

export const relu = op({
  name: "relu",
  args: ["self"],
  refuses: { bool: "Boolean inputs not supported for relu", complex: "clamp is not supported for complex types" },
  node: "ReluBackward0",
  forward: (self: Tensor): Tensor => unary(self, reluLoop),
  keep: (_args, result) => ({ result }),
  vjp: { self: (g, { result }): Tensor => reluBackward(g, result) },
  formula: { out: "\\max({self}, 0)", vjp: { self: "{g} \\odot [{self} > 0]" }, note: "relu'(0) = 0 is chosen" },
  places: ["torch", "Tensor", "_C"],
  signatures: ["relu(Tensor input)"],
});
export const relu_ = inplace(relu);
