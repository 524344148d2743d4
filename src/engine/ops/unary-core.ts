import { type Complex, cexp, clog, csigmoid, ctanh } from "../kernels/complex.ts";
import { type UnaryLoop, unary, unaryComplex, unaryFloat } from "../kernels/elementwise.ts";
import { inplace, op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul, sub } from "./arithmetic.ts";
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
const sigmoidLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) out[i] = 1 / (1 + Math.exp(-a[ai + i]));
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
  vjp: { self: (g, { result }): Tensor => mul(g, conj(sub(1, mul(result, result)))) },
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
  vjp: { self: (g, { result }): Tensor => mul(g, conj(mul(sub(1, result), result))) },
  formula: { out: "\\sigma({self})", vjp: { self: "{g} \\odot {out} (1 - {out})" } },
  places: ["torch", "Tensor", "F"],
  signatures: ["sigmoid(Tensor input, *, Tensor out=None)"],
});
export const sigmoid_ = inplace(sigmoid);

const positiveLoop: UnaryLoop = (a, ai, out, n) => {
  for (let i = 0; i < n; i++) out[i] = a[ai + i] > 0 ? 1 : 0;
};

export const relu = op({
  name: "relu",
  args: ["self"],
  node: "ReluBackward0",
  forward: (self: Tensor): Tensor => unary(self, reluLoop),
  keep: (_args, result) => ({ result }),
  vjp: {
    self: (g, { result }): Tensor =>
      mul(
        g,
        g.rt.quietly(() => unary(result, positiveLoop, g.dtype)),
      ),
  },
  formula: { out: "\\max({self}, 0)", vjp: { self: "{g} \\odot [{self} > 0]" }, note: "relu'(0) = 0 is chosen" },
  places: ["torch", "Tensor", "_C"],
  signatures: ["relu(Tensor input)"],
});
export const relu_ = inplace(relu);
