import { valueError } from "../errors.ts";
import { run } from "../nn/named-operators.ts";
import { pythonText } from "../nn/python-text.ts";
import { add_ } from "../ops/arithmetic.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import {
  countStep,
  decayed,
  type GroupOptions,
  needNonNegative,
  type OptimizerKind,
  type ParameterState,
  stateTensor,
} from "./optimizer.ts";
import { addcmul, num, scale, zerosLike } from "./steps.ts";

const MAXIMIZE = { foreach: null, maximize: false };

export const asgd: OptimizerKind = {
  name: "ASGD",
  doc: "SGD that also keeps the average of the parameters.",
  formula:
    "p \\leftarrow (1 - \\lambda\\eta_t) p - \\eta_t g,\\; \\bar p \\leftarrow \\bar p + \\mu_t (p - \\bar p),\\; \\eta_t = \\eta / (1 + \\lambda\\eta t)^\\alpha",
  defaults: {
    lr: 1e-2,
    lambd: 1e-4,
    alpha: 0.75,
    t0: 1e6,
    weightDecay: 0,
    ...MAXIMIZE,
    differentiable: false,
    capturable: false,
  },
  check: (o) => needNonNegative("weight_decay value", o["weightDecay"]),
  update: (rt, p, gradient, state, o) => {
    const step = countStep(state);
    const eta = (state["eta"] ??= Math.fround(o.lr)) as number;
    const mu = (state["mu"] ??= 1) as number;
    const average = stateTensor(state, "ax", () => zerosLike(p));
    const grad = decayed(gradient, p, o["weightDecay"]);
    scale(rt, p, 1 - num(o, "lambd") * eta);
    add_(p, grad, -eta);
    if (mu === 1) run(rt, "copy_", average, p);
    else add_(average, scale(rt, run(rt, "sub", p, average), mu));
    state["eta"] = Math.fround(o.lr / (1 + num(o, "lambd") * o.lr * step) ** num(o, "alpha"));
    state["mu"] = Math.fround(1 / Math.max(1, step - num(o, "t0")));
  },
};

export const rprop: OptimizerKind = {
  name: "Rprop",
  doc: "Only the signs of gradients matter: equal signs make steps longer, a change makes them shorter.",
  formula: "s \\leftarrow \\mathrm{clip}(s\\,\\eta^{\\pm}),\\quad p \\leftarrow p - s\\,\\mathrm{sign}(g)",
  defaults: {
    lr: 1e-2,
    etas: [0.5, 1.2],
    stepSizes: [1e-6, 50],
    ...MAXIMIZE,
    differentiable: false,
    capturable: false,
  },
  check: (o) => {
    const [minus, plus] = o["etas"] as [number, number];
    if (!(minus > 0 && minus < 1 && plus > 1))
      throw valueError(`Invalid eta values: ${pythonText(minus)}, ${pythonText(plus)}`);
  },
  update: (rt, p, gradient, state, o) => {
    countStep(state);
    const [minus, plus] = o["etas"] as [number, number];
    const [least, most] = o["stepSizes"] as [number, number];
    const before = stateTensor(state, "prev", () => zerosLike(p));
    const size = stateTensor(state, "step_size", () => rt.full(p.shape, o.lr, p.dtype));
    const sign = run(rt, "sign", run(rt, "mul", gradient, before));
    const turned = run(rt, "lt", sign, 0);
    const factor = rt.full(p.shape, 1, p.dtype);
    run(rt, "masked_fill_", factor, run(rt, "gt", sign, 0), plus);
    run(rt, "masked_fill_", factor, turned, minus);
    run(rt, "clamp_", run(rt, "mul_", size, factor), least, most);
    const grad = run(rt, "masked_fill", gradient, turned, 0);
    addcmul(rt, p, run(rt, "sign", grad), size, -1);
    run(rt, "copy_", before, grad);
  },
};

/** Second moments of a matrix as the product of a row's and a column's, divided by their common mean. */
function factored(rt: Runtime, grad: Tensor, state: ParameterState, weight: number, least: number): Tensor {
  const mean = (dim: number): Tensor => {
    const squares = run(rt, "square_", run(rt, "norm", grad, 2, dim, true));
    return run(rt, "div_", squares, grad.shape[grad.ndim + dim]);
  };
  const kept = (name: string, dim: number): Tensor => {
    const shape = grad.shape.map((n, i) => (i === grad.ndim + dim ? 1 : n));
    return run(
      rt,
      "lerp_",
      stateTensor(state, name, () => rt.full(shape, 0, grad.dtype)),
      mean(dim),
      weight,
    );
  };
  const [row, column] = [kept("row_var", -1), kept("col_var", -2)];
  const common = run(rt, "clamp_", run(rt, "mean", row, -2, true), least);
  return run(rt, "div_", run(rt, "matmul", row, column), common);
}

export const adafactor: OptimizerKind = {
  name: "Adafactor",
  doc: "Steps scaled by a second moment that matrices keep as a row and a column.",
  formula: "\\hat v = r c^\\top / \\bar r,\\quad p \\leftarrow p - \\alpha\\, \\mathrm{clip}_d(g / \\sqrt{\\hat v})",
  defaults: {
    lr: 1e-2,
    beta2Decay: -0.8,
    eps: [null, 1e-3],
    d: 1,
    weightDecay: 0,
    ...MAXIMIZE,
  },
  check: (o: GroupOptions) => {
    const [one, two] = o["eps"] as [number | null, number];
    if (num(o, "beta2Decay") > 0) throw valueError(`beta2_decay should be <= 0 but is: ${pythonText(o["beta2Decay"])}`);
    if (one !== null && one < 0) throw valueError(`epsilon1 should be >= 0 but is: ${pythonText(one)}`);
    if (two < 0) throw valueError(`epsilon2 should be >= 0 but is: ${pythonText(two)}`);
    if (num(o, "d") < 1) throw valueError(`Clipping threshold d should be >= 1 but is: ${pythonText(o["d"])}`);
    if (num(o, "weightDecay") < 0)
      throw valueError(`weight_decay should be >= 0 but is: ${pythonText(o["weightDecay"])}`);
  },
  update: (rt, p, grad, state, o) => {
    const step = countStep(state);
    const [one, floor] = o["eps"] as [number | null, number];
    const least = one ?? EPSILON[p.dtype.name] ?? Number.EPSILON;
    const weight = step ** num(o, "beta2Decay");
    const rms = (t: Tensor): number => run(rt, "norm", t, 2).item() / Math.sqrt(t.numel);
    const alpha = Math.max(floor, rms(p)) * Math.min(o.lr, 1 / Math.sqrt(step));
    if (o["weightDecay"] !== 0) scale(rt, p, 1 - o.lr * num(o, "weightDecay"));
    const variance = (): Tensor =>
      run(
        rt,
        "clone",
        run(
          rt,
          "lerp_",
          stateTensor(state, "variance", () => zerosLike(grad)),
          run(rt, "square", grad),
          weight,
        ),
      );
    const estimate = grad.ndim > 1 ? factored(rt, grad, state, weight, least) : variance();
    const update = run(rt, "mul_", run(rt, "rsqrt_", run(rt, "clamp_", estimate, least * least)), grad);
    add_(p, update, -alpha / Math.max(1, rms(update) / num(o, "d")));
  },
};

/** Smallest x with 1 + x ≠ 1. */
const EPSILON: Readonly<Record<string, number>> = { float16: 2 ** -10, bfloat16: 2 ** -7, float32: 2 ** -23 };
