import { op } from "../op.ts";
import { checkKind, type Refusals } from "../refusals.ts";
import type { Tensor } from "../tensor.ts";
import { add, addScalar, mul, mulScalar, sub } from "./arithmetic.ts";
import { xlogy } from "./arithmetic-pairs.ts";
import { le } from "./compare.ts";
import { reduceLoss, reductionOf } from "./losses.ts";
import { maskedFill } from "./masking.ts";
import { exp, log } from "./unary-core.ts";

const ONLY_FLOATS: Refusals = {
  bool: "kl_div: Integral inputs not supported.",
  int: "kl_div: Integral inputs not supported.",
  complex: "kl_div: Complex inputs not supported.",
};

// The right operand first, as C++ evaluates these: the order in which backward visits the nodes shows it.
const targetLoss = (input: Tensor, target: Tensor): Tensor => {
  const product = mul(target, input);
  return sub(xlogy(target, target), product);
};
const logTargetLoss = (input: Tensor, target: Tensor): Tensor => {
  const difference = sub(target, input);
  return mul(exp(target), difference);
};

/** target·(ln target - input), or e^target·(target - input) when the target is a logarithm too. */
export const klDiv = op({
  name: "kl_div",
  args: ["input", "target", "reduction", "log_target"],
  refuses: ONLY_FLOATS,
  forward: (input: Tensor, target: Tensor, reduction: string = "mean", logTarget: boolean = false): Tensor => {
    checkKind(ONLY_FLOATS, target.dtype);
    return reduceLoss(logTarget ? logTargetLoss(input, target) : targetLoss(input, target), reductionOf(reduction));
  },
  places: ["F"],
  signatures: ["kl_div(Tensor input, Tensor target, str reduction='mean', bool log_target=False)"],
});

/** rate - target·ln rate, the rate given itself or as its logarithm; `full` adds Stirling's approximation of ln target!. */
export const poissonNllLoss = op({
  name: "poisson_nll_loss",
  args: ["input", "target", "log_input", "full", "eps", "reduction"],
  forward: (
    input: Tensor,
    target: Tensor,
    logInput: boolean = true,
    full: boolean = false,
    eps: number = 1e-8,
    reduction: string = "mean",
  ): Tensor => {
    const weighted = mul(target, logInput ? input : log(addScalar(input, eps)));
    let loss = sub(logInput ? exp(input) : input, weighted);
    if (full) {
      const half = mulScalar(log(mulScalar(target, 2 * Math.PI)), 0.5);
      const stirling = add(sub(mul(target, log(target)), target), half);
      const small = target.rt.quietly(() => le(target, 1));
      loss = add(loss, maskedFill(stirling, small, 0));
    }
    return reduceLoss(loss, reductionOf(reduction));
  },
  places: ["F"],
  signatures: [
    "poisson_nll_loss(Tensor input, Tensor target, bool log_input=True, bool full=False, double eps=1e-08, str reduction='mean')",
  ],
});
