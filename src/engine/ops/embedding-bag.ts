import { check, runtimeError } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { cast } from "./copies.ts";
import { checkIndices, embedding, embeddingBackward } from "./embedding.ts";
import { scatterAdd } from "./gather-scatter.ts";
import { sum } from "./sum.ts";
import { unsqueeze } from "./views.ts";

const SUM = 0;
const MEAN = 1;
const MAX = 2;

/** Which indices belong to which bag. */
interface Bags {
  readonly count: number;
  /** Bag of each index. */
  readonly of: Float64Array;
  /** Indices per bag that count (not the padding index). */
  readonly sizes: Float64Array;
}

function bagsOf(indices: Tensor, offsets: Tensor, includeLast: boolean, padding: number): Bags {
  const starts = denseArray(offsets);
  const at = denseArray(indices);
  const count = starts.length - (includeLast ? 1 : 0);
  if (starts.length > 0) {
    check(
      starts[0] === 0,
      () =>
        `offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got ${starts[0]}\n[ torch.${offsets.dtype.scalarName}Tensor{} ]`,
    );
    const last = starts[starts.length - 1];
    check(
      last <= at.length,
      () => `offsets[-1] can not be greater than input's length ${at.length} but got offsets[-1] of ${last}`,
    );
  }
  const of = new Float64Array(at.length);
  const sizes = new Float64Array(count);
  for (let b = 0; b < count; b++) {
    const end = b + 1 < starts.length ? starts[b + 1] : at.length;
    for (let i = starts[b]; i < end; i++) {
      of[i] = b;
      if (at[i] !== padding) sizes[b]++;
    }
  }
  return { count, of, sizes };
}

/**
 * Sum, mean or maximum of the rows of each bag. Outputs: the bags' rows; the bag of each index; the bags' sizes; for the maximum
 * the index each element came from.
 */
export const embeddingBag = op({
  name: "embedding_bag",
  args: [
    "weight",
    "indices",
    "offsets",
    "scale_grad_by_freq",
    "mode",
    "sparse",
    "per_sample_weights",
    "include_last_offset",
    "padding_idx",
  ],
  node: "EmbeddingBagBackward0",
  nondifferentiable: [1, 2, 3],
  forward: (
    weight: Tensor,
    indices: Tensor,
    offsets: Tensor,
    _scale: boolean = false,
    mode: number = SUM,
    _sparse: boolean = false,
    perSample: Tensor | null = null,
    includeLast: boolean = false,
    padding: number = -1,
  ): Tensor[] => {
    checkIndices(indices, "indices", 1, "embedding_bag");
    const { rt } = weight;
    const bags = bagsOf(indices, offsets, includeLast, padding);
    const [rows, width] = weight.shape;
    const w = denseArray(weight);
    const at = denseArray(indices);
    const own = perSample === null ? null : denseArray(perSample);
    const out = new Float64Array(bags.count * width);
    const chosen = new Float64Array(mode === MAX ? bags.count * width : 0);
    const seen = new Uint8Array(bags.count);
    for (let i = 0; i < at.length; i++) {
      if (at[i] < 0 || at[i] >= rows)
        throw runtimeError(
          mode === MAX
            ? `embedding_bag: Expected idx >= 0 && idx < num_embeddings but found idx to be ${at[i]}`
            : `[enforce fail at embedding_lookup_idx.cc:231] 0 <= idx && idx < data_size. Index ${i} is out of bounds: ${at[i]}, range 0 to ${rows}`,
        );
      if (at[i] === padding) continue;
      const b = bags.of[i];
      for (let k = 0; k < width; k++) {
        const to = b * width + k;
        const v = w[at[i] * width + k];
        if (mode !== MAX) out[to] += own === null ? v : v * own[i];
        else if (seen[b] === 0 || v > out[to]) {
          out[to] = v;
          chosen[to] = at[i];
        }
      }
      seen[b] = 1;
    }
    if (mode === MEAN)
      for (let b = 0; b < bags.count; b++)
        for (let k = 0; k < width; k++) if (bags.sizes[b] > 0) out[b * width + k] /= bags.sizes[b];
    return [
      rt.from(out, [bags.count, width], weight.dtype),
      rt.from(bags.of, [at.length], indices.dtype),
      rt.from(bags.sizes, [bags.count], indices.dtype),
      rt.from(chosen, mode === MAX ? [bags.count, width] : [0], indices.dtype),
    ];
  },
  keep: (
    [weight, indices, , scale_grad_by_freq, mode, sparse, per_sample_weights, , padding_idx],
    [, result1, result2, result3],
    need,
  ) => ({
    indices,
    mode: mode ?? SUM,
    padding_idx: padding_idx ?? -1,
    per_sample_weights,
    result1,
    result2,
    result3,
    scale_grad_by_freq: scale_grad_by_freq ?? false,
    sparse: sparse ?? false,
    weight: need("per_sample_weights") ? weight : undefined,
    rows: weight.shape[0],
  }),
  vjp: {
    weight: (g, k): Tensor => {
      const { indices, mode, padding_idx, per_sample_weights, result1, result2, result3, rows } = k;
      if (mode === MAX) {
        const zero = g.rt.quietly(() => g.rt.full([rows, g.shape[1]], 0, g.dtype));
        const full = filled(g, result2);
        return scatterAdd(zero, 0, result3, full);
      }
      // Each index gets its bag's gradient, as large as its row counted.
      let each = embedding(g, result1);
      if (per_sample_weights !== null) each = mul(each, unsqueeze(per_sample_weights, 1));
      if (mode === MEAN) each = mul(each, unsqueeze(inverseSizes(g, result1, result2), 1));
      return embeddingBackward(each, indices, rows, padding_idx, k.scale_grad_by_freq);
    },
    per_sample_weights: (g, { indices, padding_idx, result1, weight }): Tensor => {
      const each = sum(mul(embedding(g, result1), embedding(weight, indices)), [1]);
      const counts = g.rt.quietly(() =>
        g.rt.from(
          Float64Array.from(denseArray(indices), (i) => (i === padding_idx ? 0 : 1)),
          indices.shape,
          g.dtype,
        ),
      );
      return mul(each, counts);
    },
  },
  formula: {
    out: "\\textstyle\\sum_{i \\in \\text{bag}} {weight}_i",
    vjp: { weight: "{g} \\text{ of the bag, at each of its rows}", per_sample_weights: "{g} \\cdot {weight}_i" },
  },
  places: ["torch"],
  signatures: [
    "embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int64_t mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int64_t? padding_idx=None)",
  ],
});

/** 1/size of the bag of each index. */
const inverseSizes = (g: Tensor, bagOf: Tensor, sizes: Tensor): Tensor =>
  g.rt.quietly(() => {
    const n = denseArray(sizes);
    return cast(
      g.rt.from(
        Float64Array.from(denseArray(bagOf), (b) => 1 / Math.max(n[b], 1)),
        bagOf.shape,
        g.dtype,
      ),
      g.dtype,
    );
  });

/** The gradient with the rows of empty bags zeroed: these came from nowhere. */
function filled(g: Tensor, sizes: Tensor): Tensor {
  const mask = g.rt.quietly(() =>
    g.rt.from(
      Float64Array.from(denseArray(sizes), (n) => (n > 0 ? 1 : 0)),
      [sizes.numel, 1],
      g.dtype,
    ),
  );
  return mul(g, mask);
}
