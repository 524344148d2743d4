import { bool, float32, float64, int64, isIntegral } from "../dtype.ts";
import { check, notImplemented } from "../errors.ts";
import { type CtcSequence, ctcBackward, ctcForward } from "../kernels/ctc.ts";
import { dense, denseArray } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { op } from "../op.ts";
import { notImplementedFor } from "../refusals.ts";
import type { Tensor } from "../tensor.ts";
import { div } from "./arithmetic.ts";
import { clampMin, eq, where } from "./compare.ts";
import { cast } from "./copies.ts";
import { reduceLoss, reductionOf } from "./losses.ts";
import { squeeze, unsqueeze } from "./views.ts";

interface Batch {
  readonly times: number;
  readonly count: number;
  readonly classes: number;
  readonly sequences: readonly CtcSequence[];
}

/** What PyTorch asks of a batch, in its order. Errors: RuntimeError in the words of ATen/TensorUtils. */
function checkBatch(logProbs: Tensor, targets: Tensor, inputs: Tensor, lengths: Tensor, blank: number): void {
  const caller = "(while checking arguments for ctc_loss_allocate_outputs)";
  check(isIntegral(inputs.dtype) && inputs.dtype !== bool, () => "input_lengths must be integral");
  check(isIntegral(lengths.dtype) && lengths.dtype !== bool, () => "target_lengths must be integral");
  if (logProbs.dtype !== float32 && logProbs.dtype !== float64) throw notImplementedFor("ctc_loss_cpu", logProbs.dtype);
  check(
    logProbs.ndim === 3,
    () =>
      `Expected 3-dimensional tensor, but got ${logProbs.ndim}-dimensional tensor for argument #1 'log_probs' ${caller}`,
  );
  check(
    targets.ndim === 1 || targets.ndim === 2,
    () => `Expected 1 to 2 dimensions, but got ${targets.ndim}-dimensional tensor for argument #2 'targets' ${caller}`,
  );
  const [times, count, classes] = logProbs.shape;
  check(blank >= 0 && blank < classes, () => "blank must be in label range");
  check(inputs.numel === count, () => "input_lengths must be of size batch_size");
  check(lengths.numel === count, () => "target_lengths must be of size batch_size");
  const own = Array.from(denseArray(lengths));
  for (const length of own)
    check(length >= 0, () => `Expected target_lengths to have value at least 0, but got value ${length} ${caller}`);
  const rows = targets.ndim === 1 ? own.reduce((sum, length) => sum + length, 0) : count;
  check(
    targets.shape[0] === rows,
    () =>
      `Expected tensor to have size ${rows} at dimension 0, but got size ${targets.shape[0]} for argument #2 'targets' ${caller}`,
  );
  const longest = Math.max(0, ...own);
  check(
    targets.ndim === 1 || targets.shape[1] >= longest,
    () =>
      `Expected tensor to have size at least ${longest} at dimension 1, but got size ${targets.shape[1]} for argument #2 'targets' ${caller}`,
  );
  for (const span of denseArray(inputs)) {
    check(span >= 0, () => `Expected input_lengths to have value at least 0, but got value ${span} ${caller}`);
    check(
      span <= times,
      () => `Expected input_lengths to have value at most ${times}, but got value ${span} ${caller}`,
    );
  }
}

/** The sequences of a batch: log probabilities [T, N, C], targets [N, S] or all in one row. */
function batchOf(logProbs: Tensor, targets: Tensor, inputs: Tensor, lengths: Tensor, blank: number): Batch {
  checkBatch(logProbs, targets, inputs, lengths, blank);
  const [times, count, classes] = logProbs.shape;
  const lp = dense(logProbs);
  const flat = denseArray(targets);
  const own = denseArray(lengths);
  const spans = denseArray(inputs);
  let at = 0;
  const sequences = Array.from({ length: count }, (_, n): CtcSequence => {
    const start = targets.ndim === 1 ? at : n * targets.shape[1];
    at += own[n];
    return {
      logp: (t, c) => lp.data[lp.start + (t * count + n) * classes + c],
      times: spans[n],
      target: Array.from({ length: own[n] }, (_x, k) => flat[start + k]),
      blank,
    };
  });
  return { times, count, classes, sequences };
}

/** -log of the probability of all alignments of each target. */
export const ctcLossPrimitive = op({
  name: "_ctc_loss",
  args: ["log_probs", "targets", "input_lengths", "target_lengths", "blank", "zero_infinity"],
  node: "CtcLossBackward0",
  forward: (
    logProbs: Tensor,
    targets: Tensor,
    inputs: Tensor,
    lengths: Tensor,
    blank: number,
    _zeroInfinity: boolean,
  ): Tensor => {
    const { sequences, count } = batchOf(logProbs, targets, inputs, lengths, blank);
    return settle(
      logProbs.rt.from(
        sequences.map((s) => ctcForward(s).loss),
        [count],
        logProbs.dtype,
      ),
    );
  },
  keep: ([log_probs, targets, input_lengths, target_lengths, blank, zero_infinity]) => ({
    blank,
    input_lengths,
    log_probs,
    target_lengths,
    targets,
    zero_infinity,
  }),
  vjp: {
    log_probs: (g, k): Tensor =>
      ctcGradient(g, k.log_probs, k.targets, k.input_lengths, k.target_lengths, k.blank, k.zero_infinity),
  },
  formula: {
    out: "-\\ln \\textstyle\\sum_{\\text{alignments}} \\prod_t e^{{log_probs}_{t,\\,\\pi_t}}",
    vjp: { log_probs: "{g}\\,(e^{{log_probs}} - \\text{share of the alignments})" },
  },
});

/** The gradient itself cannot be differentiated, as in PyTorch. */
const ctcGradient = op({
  name: "_ctc_loss_backward",
  args: ["grad", "log_probs", "targets", "input_lengths", "target_lengths", "blank", "zero_infinity"],
  node: "CtcLossBackwardBackward0",
  forward: (
    grad: Tensor,
    logProbs: Tensor,
    targets: Tensor,
    inputs: Tensor,
    lengths: Tensor,
    blank: number,
    zeroInfinity: boolean,
  ): Tensor => {
    const { sequences, count, classes } = batchOf(logProbs, targets, inputs, lengths, blank);
    const g = denseArray(grad);
    const out = logProbs.rt.empty(logProbs.shape, logProbs.dtype);
    sequences.forEach((s, n) => {
      const { alpha, loss } = ctcForward(s);
      if (zeroInfinity && loss === Number.POSITIVE_INFINITY) return;
      ctcBackward(s, alpha, loss, classes, (t, c, value) => {
        out.data[(t * count + n) * classes + c] = value * g[n];
      });
    });
    return settle(out);
  },
  vjp: {
    grad: () => {
      throw notImplemented("derivative for aten::_ctc_loss_backward is not implemented");
    },
    log_probs: () => {
      throw notImplemented("derivative for aten::_ctc_loss_backward is not implemented");
    },
  },
  formula: { out: "{grad}\\,(e^{{log_probs}} - \\text{share})", vjp: {} },
});

/** Connectionist temporal classification loss; the mean is over targets of their loss per label. */
export const ctcLoss = op({
  name: "ctc_loss",
  args: ["log_probs", "targets", "input_lengths", "target_lengths", "blank", "reduction", "zero_infinity"],
  forward: (
    logProbs: Tensor,
    targets: Tensor,
    inputs: Tensor,
    lengths: Tensor,
    blank: number = 0,
    reduction: string = "mean",
    zeroInfinity: boolean = false,
  ): Tensor => {
    const batched = logProbs.ndim === 3;
    const name = reductionOf(reduction);
    const probs = batched ? logProbs : unsqueeze(logProbs, 1);
    let loss = ctcLossPrimitive(probs, cast(targets, int64), inputs, lengths, blank, zeroInfinity);
    if (zeroInfinity) {
      const infinite = loss.rt.quietly(() => eq(loss, Number.POSITIVE_INFINITY));
      loss = where(infinite, loss.rt.scalar(0, loss.dtype), loss);
    }
    if (name === "mean") {
      const counts = loss.rt.quietly(() => clampMin(lengths, 1));
      return reduceLoss(div(loss, counts), "mean");
    }
    return batched || name === "sum" ? reduceLoss(loss, name) : squeeze(loss, 0);
  },
  places: ["F"],
  signatures: [
    "ctc_loss(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, int64_t blank=0, str reduction='mean', bool zero_infinity=False)",
  ],
});
