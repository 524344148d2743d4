import { float64 } from "../dtype.ts";
import { between } from "../ops/arithmetic-fused.ts";
import type { Tensor } from "../tensor.ts";
import { integerPower } from "./integer-power.ts";
import { axpy, rounded, storing, work, writeBack } from "./work.ts";

export interface AdamOptions {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  /** AdamW: the decay acts on the parameter, not on the gradient. */
  readonly decoupled: boolean;
  readonly maximize: boolean;
}

/** What Adam keeps for one parameter. */
export interface AdamState {
  /** 0-d float tensor counting steps. */
  readonly step: Tensor;
  readonly mean: Tensor;
  readonly square: Tensor;
  /** AMSGrad's largest second moment so far. */
  readonly largest: Tensor | null;
}

/**
 * One Adam or AdamW step for every parameter that has a gradient, with the float roundings of PyTorch's operations one by
 * one: m ← lerp(m, g, 1 − β₁); v ← β₂v + (1 − β₂)g²; p ← p − η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε).
 */
export function adamUpdate(
  parameters: readonly Tensor[],
  states: readonly (AdamState | null)[],
  options: AdamOptions,
): void {
  parameters.forEach((p, i) => {
    const state = states[i];
    if (p.grad !== null && state !== null) updateOne(p, p.grad, state, options);
  });
}

function updateOne(p: Tensor, gradient: Tensor, state: AdamState, options: AdamOptions): void {
  const { lr, beta1, beta2, eps, weightDecay, decoupled, maximize } = options;
  const { dtype } = p;
  const store = storing(dtype);
  const { step, largest } = state;
  step.willChange("adam");
  const t = step.dtype.round(step.data[step.offset] + 1);
  step.data[step.offset] = t;

  const param = work(p, true);
  const g = work(gradient, maximize || (weightDecay !== 0 && !decoupled));
  if (maximize) for (let k = 0; k < g.length; k++) g[k] = -g[k];
  if (weightDecay !== 0) {
    if (decoupled) {
      const keep = rounded(1 - lr * weightDecay, dtype);
      for (let k = 0; k < param.length; k++) param[k] = store(param[k] * keep);
    } else axpy(g, weightDecay, param, dtype);
  }

  const mean = work(state.mean, true);
  const weight = rounded(1 - beta1, dtype);
  const single = dtype === float64 ? (x: number) => x : Math.fround;
  for (let k = 0; k < mean.length; k++) mean[k] = store(between(mean[k], g[k], weight, single));
  const square = work(state.square, true);
  const b2 = rounded(beta2, dtype);
  const c2 = rounded(1 - beta2, dtype);
  for (let k = 0; k < square.length; k++) square[k] = store(store(square[k] * b2) + single(c2 * g[k]) * g[k]);

  const stepSize = lr / (1 - integerPower(beta1, t));
  const correction = rounded(Math.sqrt(1 - integerPower(beta2, t)), dtype);
  const e = rounded(eps, dtype);
  const s = rounded(-stepSize, dtype);
  let second = square;
  if (largest !== null) {
    second = work(largest, true);
    for (let k = 0; k < second.length; k++) if (square[k] > second[k] || Number.isNaN(square[k])) second[k] = square[k];
    writeBack(largest, second, "adam");
  }
  for (let k = 0; k < param.length; k++) {
    const denominator = store(store(store(Math.sqrt(second[k])) / correction) + e);
    param[k] = store(param[k] + single(single(s * mean[k]) / denominator));
  }
  writeBack(state.mean, mean, "adam");
  writeBack(state.square, square, "adam", 2);
  writeBack(p, param, "adam", decoupled ? 2 : 1);
}
