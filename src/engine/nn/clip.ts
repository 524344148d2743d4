import { runtimeError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { run } from "./named-operators.ts";

const grads = (parameters: readonly Tensor[]): Tensor[] => parameters.flatMap((p) => (p.grad === null ? [] : [p.grad]));

/** torch.nn.utils.get_total_norm: the norm of all tensors together. Error: it is not finite, where that is asked for. */
export function totalNorm(rt: Runtime, tensors: readonly Tensor[], normType = 2, errorIfNonfinite = false): Tensor {
  if (tensors.length === 0) return rt.scalar(0, rt.defaultDtype);
  return rt.withGrad(false, () => {
    const norms = tensors.map((t) => run(rt, "linalg_vector_norm", t, normType));
    const total = run(rt, "linalg_vector_norm", run(rt, "stack", norms), normType);
    if (errorIfNonfinite && !Number.isFinite(total.item()))
      throw runtimeError(
        `The total norm of order ${normType} for gradients from \`parameters\` is non-finite, so it cannot be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set \`error_if_nonfinite=False\``,
      );
    return total;
  });
}

/** torch.nn.utils.clip_grads_with_norm_: scales all gradients by maxNorm / total, where that is less than 1. */
export function clipGradsWithNorm_(rt: Runtime, parameters: readonly Tensor[], maxNorm: number, total: Tensor): void {
  rt.withGrad(false, () => {
    const coefficient = run(rt, "div", rt.full([], maxNorm, total.dtype), run(rt, "add", total, 1e-6));
    const clamped = run(rt, "clamp", coefficient, null, 1);
    for (const g of grads(parameters)) run(rt, "mul_", g, clamped);
  });
}

/** torch.nn.utils.clip_grad_norm_: scales all gradients so that their common norm is at most `maxNorm`. Returns the norm before. */
export function clipGradNorm_(
  rt: Runtime,
  parameters: readonly Tensor[],
  maxNorm: number,
  normType = 2,
  errorIfNonfinite = false,
): Tensor {
  const total = totalNorm(rt, grads(parameters), normType, errorIfNonfinite);
  if (grads(parameters).length > 0) clipGradsWithNorm_(rt, parameters, maxNorm, total);
  return total;
}

/** torch.nn.utils.clip_grad_value_: limits every element of the gradients to [-value, value]. */
export function clipGradValue_(rt: Runtime, parameters: readonly Tensor[], value: number): void {
  rt.withGrad(false, () => {
    for (const g of grads(parameters)) run(rt, "clamp_", g, -value, value);
  });
}
