import { check } from "../errors.ts";
import { erf } from "../kernels/erf.ts";
import { op } from "../op.ts";
import { onlyReals } from "../refusals.ts";
import type { Tensor } from "../tensor.ts";
import { add, addScalar, mul, sub } from "./arithmetic.ts";
import { gt, le, logicalAnd, lt, where } from "./compare.ts";
import { type Curve, curve, inplaceFunction } from "./curve.ts";
import { log1p } from "./unary.ts";
import { exp, sigmoid, tanh } from "./unary-core.ts";

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const n = (x: unknown): number => x as number;
/** Masks take no part in differentiation. */
const mask = (x: Tensor, make: () => Tensor): Tensor => x.rt.quietly(make);

const hardtanhCurve: Curve = {
  name: "hardtanh",
  refuses: { complex: "clamp is not supported for complex types" },
  params: { min_val: -1, max_val: 1 },
  node: "HardtanhBackward0",
  value: (min, max) => (x) => (Number.isNaN(x) ? x : Math.min(Math.max(x, n(min)), n(max))),
  slope: (min, max) => (x) => (x <= n(min) || x >= n(max) ? 0 : 1),
  check: (x, min) => {
    check(x.dtype.kind !== "bool", () => "Bool inputs not supported for hardtanh");
    check(x.dtype.name !== "uint8" || n(min) >= 0, () => "cannot do hardtanh on an unsigned type with negative limits");
  },
  out: "\\min(\\max({self}, {min_val}), {max_val})",
  dx: "{g} \\odot [{min_val} < {self} < {max_val}]",
  note: "the slope at the corners is 0",
  signatures: ["hardtanh(Tensor input, Scalar min_val=-1, Scalar max_val=1)"],
  places: ["F"],
};
export const hardtanh = curve(hardtanhCurve);
/** The in-place twins of some functions keep their result: its sign or limit says what the slope was. */
export const hardtanh_ = inplaceFunction(curve({ ...hardtanhCurve, node: "HardtanhBackward1", ofResult: true }));

const leakyReluCurve: Curve = {
  name: "leaky_relu",
  params: { negative_slope: 0.01 },
  node: "LeakyReluBackward0",
  kernel: "leaky_relu_cpu",
  value: (slope) => (x) => (x > 0 ? x : x * n(slope)),
  slope: (slope) => (x) => (x > 0 ? 1 : n(slope)),
  out: "{self} > 0\\,?\\,{self} : {negative_slope}\\,{self}",
  dx: "{g} \\odot ({self} > 0\\,?\\,1 : {negative_slope})",
  note: "the slope at 0 is that of the negative side",
  signatures: ["leaky_relu(Tensor input, Scalar negative_slope=0.01)"],
  places: ["F"],
};
export const leakyRelu = curve(leakyReluCurve);
export const leakyRelu_ = inplaceFunction(
  curve({
    ...leakyReluCurve,
    node: "LeakyReluBackward1",
    ofResult: true,
    slope: (slope) => {
      check(
        n(slope) >= 0,
        () =>
          "In-place leakyReLu backward calculation is triggered with a negative slope which is not supported. This is caused by calling in-place forward function with a negative slope, please call out-of-place version instead. File an issue at https://github.com/pytorch/pytorch if you do require supporting in-place leakRelu backward calculation with negative slope",
      );
      return (y) => (y > 0 ? 1 : n(slope));
    },
  }),
);

const eluValue = (alpha: number, scale: number, inputScale: number) => (x: number) =>
  x <= 0 ? Math.expm1(x * inputScale) * alpha * scale : x * scale;
const eluSlope = (alpha: number, scale: number, inputScale: number) => (x: number) =>
  x <= 0 ? inputScale * alpha * scale * Math.exp(x * inputScale) : scale;
const eluBend = (x: Tensor, alpha: number, scale: number, inputScale: number): Tensor =>
  where(
    mask(x, () => le(x, 0)),
    mul(exp(mul(x, inputScale)), inputScale * inputScale * alpha * scale),
    0,
  );

const eluCurve: Curve = {
  name: "elu",
  params: { alpha: 1, scale: 1, input_scale: 1 },
  node: "EluBackward0",
  kernel: "elu_cpu",
  value: (a, s, i) => eluValue(n(a), n(s), n(i)),
  slope: (a, s, i) => eluSlope(n(a), n(s), n(i)),
  bend: (x, a, s, i) => eluBend(x, n(a), n(s), n(i)),
  out: "{self} > 0\\,?\\,{self} : {alpha}(e^{{self}} - 1)",
  dx: "{g} \\odot ({self} > 0\\,?\\,1 : {alpha}\\,e^{{self}})",
  signatures: ["elu(Tensor input, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1)"],
  places: ["F"],
};
export const elu = curve(eluCurve);
/** For y = αs(e^(ix) - 1) the slope is i(y + αs). */
const eluSlopeOfResult = (alpha: number, scale: number, inputScale: number) => (y: number) =>
  y <= 0 ? inputScale * (y + alpha * scale) : scale;
const eluBendOfResult = (y: Tensor, inputScale: number): Tensor =>
  mask(y, () => where(le(y, 0), y.rt.full(y.shape, inputScale, y.dtype), y.rt.full(y.shape, 0, y.dtype)));
export const elu_ = inplaceFunction(
  curve({
    ...eluCurve,
    node: "EluBackward1",
    ofResult: true,
    slope: (a, s, i) => eluSlopeOfResult(n(a), n(s), n(i)),
    bend: (y, _a, _s, i) => eluBendOfResult(y, n(i)),
  }),
);

const celuCurve: Curve = {
  name: "celu",
  params: { alpha: 1 },
  node: "CeluBackward0",
  slopeNode: "EluBackwardBackward0",
  kernel: "elu_cpu",
  value: (a) => eluValue(n(a), 1, 1 / n(a)),
  slope: (a) => eluSlope(n(a), 1, 1 / n(a)),
  bend: (x, a) => eluBend(x, n(a), 1, 1 / n(a)),
  check: (_x, a) => check(a !== 0, () => "ZeroDivisionError: alpha cannot be 0 for CELU"),
  out: "\\max(0, {self}) + \\min(0, {alpha}(e^{{self}/{alpha}} - 1))",
  dx: "{g} \\odot ({self} > 0\\,?\\,1 : e^{{self}/{alpha}})",
  places: ["torch", "F"],
  signatures: ["celu(Tensor input, Scalar alpha=1.0)"],
};
export const celu = curve(celuCurve);
export const celu_ = inplaceFunction(
  curve({
    ...celuCurve,
    node: "CeluBackward1",
    ofResult: true,
    slope: (a) => eluSlopeOfResult(n(a), 1, 1 / n(a)),
    bend: (y, a) => eluBendOfResult(y, 1 / n(a)),
  }),
  ["torch"],
);

/** Constants of Klambauer et al. 2017, "Self-Normalizing Neural Networks". */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;
export const selu = op({
  name: "selu",
  args: ["self"],
  forward: (self: Tensor): Tensor => elu(self, SELU_ALPHA, SELU_SCALE, 1),
  places: ["torch", "F"],
  signatures: ["selu(Tensor input)"],
});
export const selu_ = op({
  name: "selu_",
  args: ["self"],
  forward: (self: Tensor): Tensor => elu_(self, SELU_ALPHA, SELU_SCALE, 1),
  places: ["torch"],
  signatures: ["selu_(Tensor input)"],
});

const normalPdf = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
const geluExact = {
  value: (x: number): number => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  slope: (x: number): number => 0.5 * (1 + erf(x * Math.SQRT1_2)) + x * normalPdf(x),
};
const TANH_BETA = Math.sqrt(2 / Math.PI);
const TANH_KAPPA = 0.044715;
const geluTanh = {
  value: (x: number): number => 0.5 * x * (1 + Math.tanh(TANH_BETA * (x + TANH_KAPPA * x * x * x))),
  slope: (x: number): number => {
    const t = Math.tanh(TANH_BETA * (x + TANH_KAPPA * x * x * x));
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * TANH_BETA * (1 + 3 * TANH_KAPPA * x * x);
  },
};
/** Second derivatives: φ(x)(2 - x²); and of the approximation with u = β(x + κx³), t = tanh u. */
function geluBend(x: Tensor, approximate: unknown): Tensor {
  const square = mul(x, x);
  if (approximate !== "tanh")
    return mul(mul(exp(mul(square, -0.5)), 1 / Math.sqrt(2 * Math.PI)), add(mul(square, -1), 2));
  const t = tanh(mul(add(x, mul(mul(square, x), TANH_KAPPA)), TANH_BETA));
  const du = mul(add(mul(square, 3 * TANH_KAPPA), 1), TANH_BETA);
  const ddu = mul(x, 6 * TANH_KAPPA * TANH_BETA);
  const inner = add(du, mul(x, sub(mul(ddu, 0.5), mul(t, mul(du, du)))));
  return mul(sub(1, mul(t, t)), inner);
}
export const gelu = curve({
  name: "gelu",
  params: { approximate: "none" },
  node: "GeluBackward0",
  kernel: "GeluKernelImpl",
  value: (a) => (a === "tanh" ? geluTanh.value : geluExact.value),
  slope: (a) => (a === "tanh" ? geluTanh.slope : geluExact.slope),
  bend: geluBend,
  check: (_x, a) => check(a === "none" || a === "tanh", () => "approximate argument must be either none or tanh."),
  out: "{self} \\odot \\Phi({self})",
  dx: "{g} \\odot (\\Phi({self}) + {self}\\,\\varphi({self}))",
  signatures: ["gelu(Tensor input, *, str approximate='none')"],
  places: ["F"],
});

export const silu = curve({
  name: "silu",
  node: "SiluBackward0",
  kernel: "silu_cpu",
  value: () => (x) => x * sigma(x),
  slope: () => (x) => {
    const s = sigma(x);
    return s * (1 + x * (1 - s));
  },
  expanded: (g, x) => {
    const s = sigmoid(x);
    const bent = addScalar(mul(x, sub(1, s)), 1);
    return mul(mul(g, s), bent);
  },
  out: "{self} \\odot \\sigma({self})",
  dx: "{g} \\odot \\sigma({self})(1 + {self}(1 - \\sigma({self})))",
  signatures: ["silu(Tensor input)"],
  places: ["F"],
});
export const silu_ = inplaceFunction(silu);

const log1pExp = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
export const mish = curve({
  name: "mish",
  node: "MishBackward0",
  kernel: "mish_cpu",
  value: () => (x) => x * Math.tanh(log1pExp(x)),
  slope: () => (x) => {
    const t = Math.tanh(log1pExp(x));
    return t + x * sigma(x) * (1 - t * t);
  },
  expanded: (g, x) => {
    const s = sigmoid(x);
    const t = tanh(log1p(exp(x)));
    const flat = sub(1, mul(t, t));
    return mul(g, add(t, mul(mul(x, s), flat)));
  },
  out: "{self} \\odot \\tanh(\\ln(1 + e^{{self}}))",
  dx: "{g} \\odot (t + {self}\\,\\sigma({self})(1 - t^2))",
  note: "t = \\tanh(\\ln(1 + e^{{self}}))",
  signatures: ["mish(Tensor input)"],
  places: ["F"],
});
export const mish_ = inplaceFunction(mish);

export const softplus = curve({
  name: "softplus",
  params: { beta: 1, threshold: 20 },
  node: "SoftplusBackward0",
  kernel: "softplus_cpu",
  value: (b, t) => (x) => (x * n(b) > n(t) ? x : Math.log1p(Math.exp(x * n(b))) / n(b)),
  slope: (b, t) => (x) => (x * n(b) > n(t) ? 1 : sigma(x * n(b))),
  bend: (x, b, t) => {
    const s = sigmoid(mul(x, n(b)));
    const over = mask(x, () => gt(mul(x, n(b)), n(t)));
    return where(over, 0, mul(mul(s, sub(1, s)), n(b)));
  },
  out: "\\tfrac{1}{{beta}}\\ln(1 + e^{{beta}\\,{self}})",
  dx: "{g} \\odot \\sigma({beta}\\,{self})",
  note: "the identity where beta·self exceeds the threshold",
  signatures: ["softplus(Tensor input, Scalar beta=1, Scalar threshold=20)"],
  places: ["F"],
});

export const logSigmoid = curve({
  name: "log_sigmoid",
  node: "LogSigmoidBackward0",
  kernel: "log_sigmoid_cpu",
  rowMajor: true,
  value: () => (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  slope: () => (x) => sigma(-x),
  bend: (x) => {
    const s = sigmoid(x);
    return mul(mul(s, sub(1, s)), -1);
  },
  out: "\\ln \\sigma({self})",
  dx: "{g} \\odot (1 - \\sigma({self}))",
  signatures: ["log_sigmoid(Tensor input)"],
});
export const logsigmoid = op({
  name: "logsigmoid",
  args: ["input"],
  forward: (input: Tensor): Tensor => logSigmoid(input),
  places: ["F"],
  signatures: ["logsigmoid(Tensor input)"],
});

const shrinkSlope = (lambd: unknown) => (x: number) => (x >= -n(lambd) && x <= n(lambd) ? 0 : 1);
export const hardshrink = curve({
  name: "hardshrink",
  params: { lambd: 0.5 },
  node: "HardshrinkBackward0",
  kernel: "hardshrink_cpu",
  value: (l) => (x) => (x >= -n(l) && x <= n(l) ? 0 : x),
  slope: shrinkSlope,
  out: "{self} \\odot [|{self}| > {lambd}]",
  dx: "{g} \\odot [|{self}| > {lambd}]",
  places: ["torch", "Tensor", "F"],
  signatures: ["hardshrink(Tensor input, Scalar lambd=0.5, *, Tensor out=None)"],
});
export const softshrink = curve({
  name: "softshrink",
  params: { lambd: 0.5 },
  node: "SoftshrinkBackward0",
  kernel: "softshrink_cpu",
  value: (l) => (x) => (x > n(l) ? x - n(l) : x < -n(l) ? x + n(l) : x * 0),
  slope: shrinkSlope,
  check: (_x, l) => check(n(l) >= 0, () => `lambda must be greater or equal to 0, but found to be ${l}.`),
  out: "\\operatorname{sign}({self})\\max(|{self}| - {lambd}, 0)",
  dx: "{g} \\odot [|{self}| > {lambd}]",
  places: ["F"],
  signatures: ["softshrink(Tensor input, Scalar lambd=0.5, *, Tensor out=None)"],
});

export const hardsigmoid = curve({
  name: "hardsigmoid",
  node: "HardsigmoidBackward0",
  kernel: "hardsigmoid_cpu",
  value: () => (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
  slope: () => (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
  out: "\\tfrac16\\min(\\max({self} + 3, 0), 6)",
  dx: "\\tfrac16\\,{g} \\odot [-3 < {self} < 3]",
  signatures: ["hardsigmoid(Tensor input)"],
  places: ["F"],
});
export const hardsigmoid_ = inplaceFunction(hardsigmoid);

export const hardswish = curve({
  name: "hardswish",
  node: "HardswishBackward0",
  kernel: "hardswish_cpu",
  value: () => (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  slope: () => (x) => (x < -3 ? 0 : x <= 3 ? x / 3 + 0.5 : 1),
  bend: (x) =>
    mask(x, () =>
      where(logicalAnd(gt(x, -3), lt(x, 3)), x.rt.full(x.shape, 1 / 3, x.dtype), x.rt.full(x.shape, 0, x.dtype)),
    ),
  out: "\\tfrac16\\,{self} \\odot \\min(\\max({self} + 3, 0), 6)",
  dx: "{g} \\odot (\\tfrac13{self} + \\tfrac12)",
  note: "for |self| < 3; 0 below and g above",
  signatures: ["hardswish(Tensor input)"],
  places: ["F"],
});
export const hardswish_ = inplaceFunction(hardswish);

export const threshold = curve({
  name: "threshold",
  refuses: onlyReals("threshold_cpu"),
  params: { threshold: 0, value: 0 },
  node: "ThresholdBackward0",
  value: (t, v) => (x) => (x <= n(t) ? n(v) : x),
  slope: (t) => (x) => (x <= n(t) ? 0 : 1),
  out: "{self} > {threshold}\\,?\\,{self} : {value}",
  dx: "{g} \\odot [{self} > {threshold}]",
  places: ["torch", "F"],
  signatures: ["threshold(Tensor input, Scalar threshold, Scalar value, *, Tensor out=None)"],
});
export const threshold_ = inplaceFunction(threshold, ["torch"]);
