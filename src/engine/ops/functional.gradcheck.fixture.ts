import { describe, expect, it } from "vitest";
import { backward } from "../autograd/differentiate.ts";
import { bool, complex128, type DType, float64, int64 } from "../dtype.ts";
import {
  type CheckedFunction,
  checkGradients,
  inEveryLayout,
  LAYOUTS,
  makeLeaf,
  numbers,
} from "../gradcheck.fixture.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import * as act from "./activations.ts";
import { flashAttention, scaledDotProductAttention } from "./attention.ts";
import { adaptiveAvgPool2d, avgPool1d, avgPool2d, avgPool3d } from "./avg-pool.ts";
import { batchNorm } from "./batch-norm.ts";
import { bilinear } from "./bilinear.ts";
import { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d } from "./conv-functions.ts";
import { clone } from "./copies.ts";
import { ctcLoss } from "./ctc.ts";
import { embedding } from "./embedding.ts";
import { embeddingBag } from "./embedding-bag.ts";
import { fractionalMaxPool2d, fractionalMaxPool3d } from "./fractional-pool.ts";
import { glu, prelu, rrelu } from "./gated.ts";
import { rt } from "./gradcheck.fixture.ts";
import { affineGridGenerator, gridSampler2d, gridSampler3d } from "./grid-sample.ts";
import { groupNorm, nativeGroupNorm } from "./group-norm.ts";
import { col2im, im2col } from "./im2col.ts";
import { instanceNorm, rmsNorm } from "./instance-norm.ts";
import { layerNorm } from "./layer-norm.ts";
import type { Reduction } from "./losses.ts";
import { l1Loss } from "./losses.ts";
import { binaryCrossEntropy, binaryCrossEntropyWithLogits } from "./losses-binary.ts";
import { crossEntropy, nllLoss } from "./losses-classes.ts";
import { klDiv, poissonNllLoss } from "./losses-likelihood.ts";
import * as margin from "./losses-margin.ts";
import { huberLoss, mseLoss, smoothL1Loss, softMarginLoss } from "./losses-regression.ts";
import { tripletMarginLoss } from "./losses-triplet.ts";
import {
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  maxPool1d,
  maxPool2d,
  maxPool2dWithIndices,
  maxPool3d,
  maxPool3dWithIndices,
  maxUnpool2d,
  maxUnpool3d,
} from "./max-pool.ts";
import { packPadded } from "./packing.ts";
import { pad } from "./padding.ts";
import { channelShuffle, pixelShuffle, pixelUnshuffle } from "./pixel-shuffle.ts";
import { flatten } from "./reshaping.ts";
import { gru, lstm, rnnRelu, rnnTanh } from "./rnn.ts";
import { gruCell, lstmCell, rnnReluCell, rnnTanhCell } from "./rnn-cells.ts";
import { mkldnnRnnLayer } from "./rnn-fused.ts";
import { logSoftmax, softmax, softmin } from "./softmax.ts";
import { sigmoid } from "./unary-core.ts";
import { unsafeSplit } from "./unsafe-split.ts";
import * as up from "./upsample.ts";
import { unsqueeze } from "./views.ts";
import { weightNormInterface } from "./weight-norm.ts";

interface Entry {
  readonly inputs: readonly Shape[];
  readonly fn: CheckedFunction;
  /** Values lie in low … high; default -2 … 2. */
  readonly range?: readonly [number, number];
  /** 1 where the gradient has no derivative. */
  readonly order?: 1 | 2;
  /** Default float64. */
  readonly dtype?: DType;
  /** `fn` says sizes of its own. */
  readonly exact?: boolean;
}

const table = (entries: Readonly<Record<string, Entry>>) => {
  for (const [name, e] of Object.entries(entries))
    it(name, () => {
      const [low, high] = e.range ?? [-2, 2];
      inEveryLayout(e.inputs, e.exact ?? false, (shapes, layout) => {
        const next = numbers(17 * LAYOUTS.indexOf(layout) + name.length);
        const inputs = shapes.map((shape) => makeLeaf(rt, shape, layout, () => low + (high - low) * next(), e.dtype));
        checkGradients(rt, e.fn, inputs, { order: e.order ?? 2, transforms: layout === "contiguous" });
      });
    });
};
const plain = (fn: CheckedFunction, ...inputs: Shape[]): Entry => ({ inputs, fn });
const exact = (fn: CheckedFunction, ...inputs: Shape[]): Entry => ({ inputs, fn, exact: true });
const constant = (values: readonly number[], shape: Shape = [values.length]): Tensor => rt.from(values, shape, float64);
const integers = (values: readonly number[], shape: Shape = [values.length]): Tensor => rt.from(values, shape, int64);

const REDUCTIONS: readonly Reduction[] = ["none", "mean", "sum"];
const labels = integers([1, 0, 2]);
const signs = constant([1, -1, 1, -1, 1, 1], [2, 3]);
const classWeights = constant([0.5, 2, 1]);

/** Activations, layers, recurrent networks and losses. */
export function functionalGradients(): void {
  describe("gradients of activations", () => {
    table({
      hardtanh: plain((x) => act.hardtanh(x, -0.7, 1.3), [2, 5]),
      leaky_relu: plain((x) => act.leakyRelu(x, 0.2), [2, 5]),
      elu: plain((x) => act.elu(x, 0.7), [2, 5]),
      celu: plain((x) => act.celu(x, 1.5), [2, 5]),
      selu: plain((x) => act.selu(x), [2, 5]),
      gelu: plain((x) => act.gelu(x), [2, 5]),
      "gelu tanh": plain((x) => act.gelu(x, "tanh"), [2, 5]),
      silu: plain((x) => act.silu(x), [2, 5]),
      mish: plain((x) => act.mish(x), [2, 5]),
      softplus: plain((x) => act.softplus(x, 2, 1.5), [2, 5]),
      logsigmoid: plain((x) => act.logSigmoid(x), [2, 5]),
      hardshrink: plain((x) => act.hardshrink(x, 0.4), [2, 5]),
      softshrink: plain((x) => act.softshrink(x, 0.4), [2, 5]),
      hardsigmoid: { inputs: [[2, 5]], fn: (x) => act.hardsigmoid(x), range: [-4, 4] },
      hardswish: { inputs: [[2, 5]], fn: (x) => act.hardswish(x), range: [-4, 4] },
      threshold: plain((x) => act.threshold(x, 0.1, 20), [2, 5]),
      prelu: plain((x, w) => prelu(x, w), [2, 3, 2], [3]),
      rrelu: plain((x) => rrelu(x, 0.1, 0.4), [2, 5]),
      glu: exact((x) => glu(x, 1), [2, 4]),
      "in place": plain(
        (x) => [
          act.hardtanh_(clone(x), -0.7, 1.3),
          act.leakyRelu_(clone(x), 0.2),
          act.elu_(clone(x), 0.7),
          act.celu_(clone(x), 1.5),
        ],
        [2, 5],
      ),
      softmax: plain((x) => softmax(x, 1), [2, 3, 2]),
      log_softmax: plain((x) => logSoftmax(x, 0), [3, 2]),
      softmin: plain((x) => softmin(x, -1), [2, 3]),
    });
  });

  describe("gradients of convolutions", () => {
    table({
      conv1d: exact((x, w, b) => conv1d(x, w, b, 2, 1, 2, 2), [2, 4, 7], [2, 2, 2], [2]),
      conv2d: exact((x, w, b) => conv2d(x, w, b, [2, 1], [1, 0], [1, 2]), [2, 2, 4, 5], [3, 2, 2, 2], [3]),
      "conv2d 1x1": plain((x, w, b) => conv2d(x, w, b), [1, 2, 2, 3], [3, 2, 1, 1], [3]),
      "conv2d same": plain((x, w) => conv2d(x, w, null, 1, "same"), [1, 1, 3, 4], [1, 1, 2, 3]),
      "conv2d unbatched": exact((x, w) => conv2d(x, w), [2, 3, 3], [1, 2, 2, 2]),
      conv3d: exact((x, w) => conv3d(x, w, null, 1, 1, 1, 2), [1, 2, 2, 3, 2], [2, 1, 2, 2, 1]),
      conv_transpose1d: exact((x, w, b) => convTranspose1d(x, w, b, 3, 1, 1, 2), [1, 2, 3], [2, 1, 3], [2]),
      conv_transpose2d: exact((x, w, b) => convTranspose2d(x, w, b, 2, 1, 1, 1, 2), [1, 2, 2, 3], [2, 2, 2, 2], [2]),
      conv_transpose3d: plain((x, w) => convTranspose3d(x, w), [1, 1, 1, 2, 2], [1, 1, 2, 1, 2]),
      "convolution of complex numbers": {
        inputs: [[1, 2, 3], [2, 2, 2], [2]],
        fn: (x, w, b) => [conv1d(x, w, b), conv1d(x, w, b, 1, "same"), convTranspose1d(x, w, b)],
        dtype: complex128,
        exact: true,
      },
      unfold: plain((x) => im2col(x, [2, 3], [1, 1], [1, 1], [2, 1]), [1, 2, 3, 4]),
      fold: exact((x) => col2im(x, [3, 3], [2, 2], [1, 1], [0, 0], [1, 1]), [2, 4, 4]),
    });
  });

  describe("gradients of pooling, padding and resampling", () => {
    table({
      max_pool1d: plain((x) => maxPool1d(x, 3, 2, 1), [1, 2, 7]),
      max_pool2d: plain((x) => maxPool2d(x, [2, 3], [1, 2], [1, 1], [1, 1], true), [1, 2, 4, 5]),
      max_pool3d: exact((x) => maxPool3d(x, 2, 1), [1, 1, 2, 3, 3]),
      adaptive_max_pool2d: plain((x) => adaptiveMaxPool2d(x, [2, 3])[0], [1, 1, 5, 4]),
      fractional_max_pool2d: exact(
        (x) => fractionalMaxPool2d(x, [2, 2], [2, 2], constant([0.3, 0.8], [1, 1, 2]))[0],
        [1, 1, 5, 4],
      ),
      max_unpool2d: exact(
        (x) => {
          const [values, indices] = maxPool2dWithIndices(x, 2);
          return maxUnpool2d(values, indices, [4, 4]);
        },
        [1, 1, 4, 4],
      ),
      "pooling in three dimensions": exact(
        (x) => {
          const [values, indices] = maxPool3dWithIndices(x, 2);
          return [
            maxUnpool3d(values, indices, [2, 2, 4]),
            adaptiveMaxPool3d(x, [1, 2, 1])[0],
            fractionalMaxPool3d(x, [1, 2, 2], [2, 1, 2], constant([0.3, 0.8, 0.1], [1, 1, 3]))[0],
          ];
        },
        [1, 1, 2, 2, 4],
      ),
      "pads of one and two dimensions": exact(
        (x) => [
          pad(x, [1, 2], "reflect"),
          pad(x, [1, 2], "replicate"),
          pad(unsqueeze(x, 0), [1, 0, 2, 1], "replicate"),
        ],
        [1, 2, 3],
      ),
      "pad reflect in three dimensions": exact((x) => pad(x, [1, 1, 0, 1, 1, 0], "reflect"), [1, 1, 2, 2, 3]),
      "upsample_nearest in other dimensions": plain(
        (x) => [
          up.upsampleNearest1d(flatten(x, 2), [9], null),
          up.upsampleNearestExact1d(flatten(x, 2), [9], null),
          up.upsampleNearestExact2d(x, [3, 5], null),
          up.upsampleNearest3d(unsqueeze(x, 0), [2, 3, 3], null),
          up.upsampleNearestExact3d(unsqueeze(x, 0), [2, 3, 3], null),
        ],
        [1, 2, 2, 3],
      ),
      "upsample_bicubic antialias": plain((x) => up.upsampleBicubic2dAa(x, [2, 2], false, null), [1, 1, 5, 4]),
      avg_pool1d: plain((x) => avgPool1d(x, 3, 2, 1, true, false), [1, 1, 6]),
      avg_pool2d: plain((x) => avgPool2d(x, 2, 1, 1, false, true, 3), [1, 1, 3, 4]),
      avg_pool3d: plain((x) => avgPool3d(x, 2, 1, 1), [1, 1, 2, 2, 2]),
      adaptive_avg_pool2d: plain((x) => adaptiveAvgPool2d(x, [2, 3]), [1, 2, 5, 4]),
      "pad constant": plain((x) => pad(x, [1, -1, 0, 2]), [2, 3, 3]),
      "pad reflect": exact((x) => pad(x, [1, 2, 2, 0], "reflect"), [1, 1, 3, 4]),
      "pad replicate": plain((x) => pad(x, [1, 1, 2, 0, 0, 1], "replicate"), [1, 1, 2, 2, 2]),
      "pad circular": exact((x) => pad(x, [1, 2], "circular"), [1, 2, 4]),
      upsample_nearest: plain((x) => up.upsampleNearest2d(x, [3, 5], null), [1, 2, 2, 3]),
      upsample_linear: plain((x) => up.upsampleLinear1d(x, null, false, [2]), [1, 2, 3]),
      upsample_bilinear: plain((x) => up.upsampleBilinear2d(x, [3, 4], true, null), [1, 1, 2, 3]),
      upsample_bicubic: plain((x) => up.upsampleBicubic2d(x, [5, 4], false, null), [1, 1, 3, 3]),
      upsample_trilinear: plain((x) => up.upsampleTrilinear3d(x, [2, 2, 3], false, null), [1, 1, 2, 2, 2]),
      "upsample_bilinear antialias": plain((x) => up.upsampleBilinear2dAa(x, [2, 2], false, null), [1, 1, 5, 4]),
      grid_sample: {
        inputs: [
          [1, 2, 3, 4],
          [1, 2, 3, 2],
        ],
        fn: (x, g) => gridSampler2d(x, g, 0, 0, false),
        range: [-0.9, 0.9],
        order: 1,
      },
      "grid_sample bicubic reflection": {
        inputs: [
          [1, 1, 3, 4],
          [1, 2, 2, 2],
        ],
        fn: (x, g) => gridSampler2d(x, g, 2, 2, true),
        range: [-1.4, 1.4],
        order: 1,
      },
      "grid_sample 3d border": {
        inputs: [
          [1, 1, 2, 3, 2],
          [1, 1, 2, 2, 3],
        ],
        fn: (x, g) => gridSampler3d(x, g, 0, 1, false),
        range: [-1.4, 1.4],
        order: 1,
      },
      affine_grid: exact((t) => affineGridGenerator(t, [2, 1, 2, 3], false), [2, 2, 3]),
      pixel_shuffle: exact((x) => pixelShuffle(x, 2), [1, 4, 2, 2]),
      pixel_unshuffle: exact((x) => pixelUnshuffle(x, 2), [1, 1, 4, 2]),
      channel_shuffle: exact((x) => channelShuffle(x, 2), [1, 4, 2]),
    });
  });

  describe("gradients of normalisation", () => {
    table({
      "batch_norm training": plain((x, w, b) => batchNorm(x, w, b, null, null, true, 0.1, 1e-3), [3, 2, 2], [2], [2]),
      "batch_norm evaluation": exact(
        (x, w, b) => batchNorm(x, w, b, constant([0.1, 0.2]), constant([0.9, 1.2]), false, 0.1, 1e-3),
        [3, 2, 2],
        [2],
        [2],
      ),
      weight_norm: exact((v, g) => weightNormInterface(v, g, 0)[0], [3, 2], [3, 1]),
      layer_norm: exact((x, w, b) => layerNorm(x, [2, 3], w, b, 1e-3), [2, 2, 3], [2, 3], [2, 3]),
      group_norm: exact((x, w, b) => groupNorm(x, 2, w, b, 1e-3), [2, 4, 2], [4], [4]),
      "native_group_norm with statistics": exact((x) => nativeGroupNorm(x, null, null, 2, 4, 2, 2, 1e-3), [2, 4, 2]),
      instance_norm: plain((x, w, b) => instanceNorm(x, w, b, null, null, true, 0.1, 1e-3), [2, 2, 3], [2], [2]),
      rms_norm: exact((x, w) => rmsNorm(x, [3], w, 1e-3), [2, 3], [3]),
    });
  });

  describe("gradients of embeddings, attention and recurrent networks", () => {
    const bags = (mode: number) => (w: Tensor) =>
      embeddingBag(w, integers([0, 2, 2, 1, 0]), integers([0, 3, 3]), false, mode, false, null, false, 1)[0];
    table({
      embedding: exact((w) => embedding(w, integers([0, 2, 2, 1], [2, 2])), [3, 2]),
      "embedding_bag sum": exact(bags(0), [3, 2]),
      "embedding_bag mean": exact(bags(1), [3, 2]),
      "embedding_bag max": exact(bags(2), [3, 2]),
      "embedding_bag weighted": exact(
        (w, s) => embeddingBag(w, integers([0, 2, 1]), integers([0, 2]), false, 0, false, s)[0],
        [3, 2],
        [3],
      ),
      bilinear: plain((x, y, w, b) => bilinear(x, y, w, b), [2, 3], [2, 2], [4, 3, 2], [4]),
      attention: plain((q, k, v) => scaledDotProductAttention(q, k, v, null, 0, true), [2, 3, 2], [2, 3, 2], [2, 3, 2]),
      "attention fused": plain(
        (q, k, v) => flashAttention(q, k, v, 0, true, null, 0.6)[0],
        [1, 2, 3, 2],
        [1, 2, 3, 2],
        [1, 2, 3, 2],
      ),
      rnn_tanh_cell: plain((x, h, a, b) => rnnTanhCell(x, h, a, b), [2, 2], [2, 3], [3, 2], [3, 3]),
      rnn_relu_cell: plain((x, h, a, b) => rnnReluCell(x, h, a, b), [2, 2], [2, 3], [3, 2], [3, 3]),
      gru_cell: exact((x, h, a, b, c) => gruCell(x, h, a, b, c), [2, 2], [2, 2], [6, 2], [6, 2], [6]),
      lstm_cell: exact((x, h, s, a, b) => lstmCell(x, [h, s], a, b), [2, 2], [2, 1], [2, 1], [4, 2], [4, 1]),
      "rnn_tanh bidirectional": exact(
        (x, h, a, b) => rnnTanh(x, h, [a, b, a, b], false, 1, 0, true, true, true),
        [1, 3, 2],
        [2, 1, 2],
        [2, 2],
        [2, 2],
      ),
      "rnn_relu two layers": exact(
        (x, h, a, b) => rnnRelu(x, h, [a, b, a, b], false, 2, 0, true, false, false),
        [2, 1, 2],
        [2, 1, 2],
        [2, 2],
        [2, 2],
      ),
      gru: exact(
        (x, h, a, b) => gru(x, h, [a, b], false, 1, 0, true, false, false),
        [2, 1, 2],
        [1, 1, 2],
        [6, 2],
        [6, 2],
      ),
      mkldnn_rnn_layer: plain((o, h, c) => mkldnnRnnLayer(o, h, c), [2, 1, 2], [1, 2], [1, 2]),
      "lstm with projection": exact(
        (x, h, c, a, b, r) => lstm(x, [h, c], [a, b, r], false, 1, 0, true, false, false),
        [2, 1, 2],
        [1, 1, 1],
        [1, 1, 2],
        [8, 2],
        [8, 1],
        [1, 2],
      ),
      pack_padded_sequence: exact((x) => packPadded(x, integers([3, 1]), true)[0], [2, 3, 2]),
      unsafe_split: plain((x) => unsafeSplit(x, 2, 1), [2, 5]),
    });
  });

  describe.each(REDUCTIONS)("gradients of losses, reduction %s", (r) => {
    table({
      mse_loss: plain((x, t) => mseLoss(x, t, r), [2, 3], [2, 3]),
      l1_loss: plain((x, t) => l1Loss(x, t, r), [2, 3], [2, 3]),
      smooth_l1_loss: plain((x, t) => smoothL1Loss(x, t, r, 0.6), [2, 3], [2, 3]),
      huber_loss: plain((x, t) => huberLoss(x, t, r, 0.6), [2, 3], [2, 3]),
      soft_margin_loss: exact((x) => softMarginLoss(x, signs, r), [2, 3]),
      nll_loss: exact((x) => nllLoss(x, labels, classWeights, r, 0), [3, 3]),
      "nll_loss 3d": exact((x) => nllLoss(x, integers([0, 2, 1, 1], [2, 2]), null, r), [2, 3, 2]),
      cross_entropy: exact((x) => crossEntropy(x, labels, classWeights, r, 1), [3, 3]),
      "cross_entropy smoothed": exact((x) => crossEntropy(x, labels, classWeights, r, 2, 0.2), [3, 3]),
      "cross_entropy probabilities": exact((x, t) => crossEntropy(x, t, classWeights, r, -100, 0.1), [2, 3], [2, 3]),
      binary_cross_entropy: {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        fn: (x, t) => binaryCrossEntropy(x, t, classWeights, r),
        range: [0.1, 0.9],
        exact: true,
      },
      binary_cross_entropy_with_logits: exact(
        (x, t) => binaryCrossEntropyWithLogits(x, sigmoid(t), classWeights, constant([2, 0.5, 1]), r),
        [2, 3],
        [2, 3],
      ),
      kl_div: {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        fn: (x, t) => klDiv(x, t, r),
        range: [0.2, 2],
      },
      "kl_div of logarithms": plain((x, t) => klDiv(x, t, r, true), [2, 3], [2, 3]),
      poisson_nll_loss: {
        inputs: [[2, 3]],
        fn: (x) => poissonNllLoss(x, constant([1, 2, 3, 0.5, 4, 2], [2, 3]), false, true, 1e-8, r),
        range: [0.2, 2],
        exact: true,
      },
      hinge_embedding_loss: exact((x) => margin.hingeEmbeddingLoss(x, signs, 1.2, r), [2, 3]),
      margin_ranking_loss: exact((x, y) => margin.marginRankingLoss(x, y, signs, 0.4, r), [2, 3], [2, 3]),
      cosine_embedding_loss: exact(
        (x, y) => margin.cosineEmbeddingLoss(x, y, constant([1, -1]), -0.5, r),
        [2, 3],
        [2, 3],
      ),
      multi_margin_loss: exact((x) => margin.multiMarginLoss(x, labels, 2, 0.7, classWeights, r), [3, 3]),
      multilabel_margin_loss: exact(
        (x) => margin.multilabelMarginLoss(x, integers([2, 0, -1, 1, -1, 0], [2, 3]), r),
        [2, 3],
      ),
      triplet_margin_loss: plain((a, p, n) => tripletMarginLoss(a, p, n, 5, 2, 1e-6, true, r), [2, 3], [2, 3], [2, 3]),
      ctc_loss: {
        inputs: [[4, 2, 3]],
        fn: (x) => ctcLoss(logSoftmax(x, 2), integers([1, 2, 2, 1], [2, 2]), integers([4, 3]), integers([2, 1]), 0, r),
        order: 1,
        exact: true,
      },
    });
  });

  describe("a boolean attention mask", () => {
    table({
      attention: exact(
        (q, k, v) => scaledDotProductAttention(q, k, v, rt.from([1, 0, 1, 1], [2, 2], bool)),
        [2, 2],
        [2, 2],
        [2, 2],
      ),
    });
  });

  describe("the gradient of an embedding", () => {
    it("leaves out the padding row and can count every row once", () => {
      const weight = makeLeaf(rt, [3, 2], "contiguous", (k) => k);
      const out = embedding(weight, integers([0, 2, 2, 1]), 1, true);
      backward([out], { gradients: [rt.full([4, 2], 1, float64)] });
      expect(weight.grad?.toArray()).toEqual([1, 1, 0, 0, 1, 1]);
    });
  });
}
