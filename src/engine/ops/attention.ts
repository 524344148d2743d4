import { bool, isFloating } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { broadcastShapes, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, add_, mulScalar } from "./arithmetic.ts";
import { where } from "./compare.ts";
import { dropout } from "./dropout.ts";
import { repeatInterleave } from "./index-along.ts";
import { matmul } from "./matmul.ts";
import { softmaxBackward, softmaxPrimitive } from "./softmax.ts";
import { transpose } from "./views.ts";

/** A mask to add: true becomes 0, false -∞. */
function additiveMask(mask: Tensor, like: Tensor): Tensor {
  if (mask.dtype !== bool) return mask;
  return mask.rt.quietly(() =>
    where(mask, mask.rt.scalar(0, like.dtype), mask.rt.scalar(Number.NEGATIVE_INFINITY, like.dtype)),
  );
}

/** 0 where position s may be seen from position l (s ≤ l), -∞ elsewhere. */
function causalMask(query: Tensor, key: Tensor): Tensor {
  const [rows, columns] = [query.shape[query.ndim - 2], key.shape[key.ndim - 2]];
  const out = query.rt.empty([rows, columns], query.dtype);
  for (let l = 0; l < rows; l++)
    for (let s = l + 1; s < columns; s++) out.data[l * columns + s] = Number.NEGATIVE_INFINITY;
  return out;
}

/** A softmax over the last dimension whose rows of nothing but -∞ are zero instead of NaN. */
export const safeSoftmax = op({
  name: "_safe_softmax",
  args: ["self", "dim"],
  node: "SafeSoftmaxBackward0",
  forward: (self: Tensor, dim: number): Tensor => {
    const out = softmaxPrimitive(self, dim);
    const n = self.shape[self.ndim - 1];
    const x = denseArray(self);
    for (let r = 0; r < out.numel; r += n) {
      let empty = true;
      for (let i = 0; i < n && empty; i++) empty = x[r + i] === Number.NEGATIVE_INFINITY;
      if (empty) out.data.fill(0, r, r + n);
    }
    return out;
  },
  keep: ([, dim], result) => ({ dim, result }),
  vjp: {
    self: (g, { dim, result }): Tensor => softmaxBackward(g, result, wrapDim(dim, result.ndim)),
  },
  formula: {
    out: "\\mathrm{softmax}({self})",
    vjp: { self: "{out} \\odot ({g} - \\textstyle\\sum {g} \\odot {out})" },
  },
});

interface AttentionOptions {
  readonly mask: Tensor | null;
  readonly dropout: number;
  readonly causal: boolean;
  readonly scale: number;
}

const flip = (x: Tensor): Tensor => transpose(x, -2, -1);

/** Operator by operator, as PyTorch does where its fused kernel does not apply. */
function attentionMath(query: Tensor, key: Tensor, value: Tensor, o: AttentionOptions): Tensor {
  const root = Math.sqrt(Math.abs(o.scale));
  const q = mulScalar(query, o.scale < 0 ? -root : root);
  const mask = o.causal ? causalMask(query, key) : o.mask;
  let scores = matmul(q, mulScalar(flip(key), root));
  if (mask !== null) scores = add_(scores, mask);
  let weights = safeSoftmax(scores, -1);
  if (o.dropout > 0) weights = dropout(weights, o.dropout, true);
  return matmul(weights, value);
}

/** softmax(scale·q kᵀ + mask) */
function weightsOf(query: Tensor, key: Tensor, mask: Tensor | null, causal: boolean, scale: number): Tensor {
  let scores = mulScalar(matmul(query, flip(key)), scale);
  if (mask !== null) scores = add(scores, mask);
  if (causal)
    scores = add(
      scores,
      query.rt.quietly(() => causalMask(query, key)),
    );
  return safeSoftmax(scores, -1);
}

/** The fused kernel: one node for all of attention. Outputs: the result, and the weights for the backward pass. */
export const flashAttention = op({
  name: "_scaled_dot_product_flash_attention_for_cpu",
  args: ["query", "key", "value", "dropout_p", "is_causal", "attn_mask", "scale"],
  node: "ScaledDotProductFlashAttentionForCpuBackward0",
  nondifferentiable: [1],
  forward: (
    query: Tensor,
    key: Tensor,
    value: Tensor,
    _dropout: number,
    causal: boolean,
    mask: Tensor | null,
    scale: number,
  ): Tensor[] => {
    const weights = weightsOf(query, key, mask, causal, scale);
    return [matmul(weights, value), weights];
  },
  keep: ([query, key, value, dropout_p, is_causal, attn_mask, scale], [, weights]) => ({
    attn_mask,
    dropout_p,
    is_causal,
    key,
    query,
    scale,
    value,
    weights,
  }),
  vjp: {
    query: (g, k): Tensor => mulScalar(matmul(scoreGradient(g, k), k.key), k.scale),
    key: (g, k): Tensor => mulScalar(matmul(flip(scoreGradient(g, k)), k.query), k.scale),
    value: (g, k): Tensor => matmul(flip(keptWeights(k)), g),
  },
  formula: {
    out: "\\mathrm{softmax}({scale}\\,{query}{key}^{\\top} + M)\\,{value}",
    vjp: {
      query: "{scale}\\,S\\,{key}",
      key: "{scale}\\,S^{\\top}{query}",
      value: "A^{\\top}{g}",
    },
    note: "A is the softmax, S = A \\odot (D - \\sum D \\odot A) with D = {g}\\,{value}^{\\top}",
  },
});

interface Kept {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly attn_mask: Tensor | null;
  readonly is_causal: boolean;
  readonly scale: number;
  readonly weights: Tensor;
}

/** The attention weights; under create_graph computed again, so that they can be differentiated. */
const keptWeights = (k: Kept): Tensor =>
  k.query.rt.gradEnabled ? weightsOf(k.query, k.key, k.attn_mask, k.is_causal, k.scale) : k.weights;

/** Gradient of the scores before the softmax. */
const scoreGradient = (g: Tensor, k: Kept): Tensor =>
  softmaxBackward(matmul(g, flip(k.value)), keptWeights(k), k.weights.ndim - 1);

function validate(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | null): void {
  check(
    query.dtype === key.dtype && query.dtype === value.dtype,
    () =>
      `Expected query, key, and value to have the same dtype, but got query.dtype: ${query.dtype.cppName} key.dtype: ${key.dtype.cppName} and value.dtype: ${value.dtype.cppName} instead.`,
  );
  check(
    query.ndim >= 2 && key.ndim >= 2 && value.ndim >= 2,
    () =>
      `Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: ${query.ndim} key.dim: ${key.ndim} and value.dim: ${value.ndim} instead.`,
  );
  check(
    mask === null || mask.dtype === bool || mask.dtype === query.dtype || mask.dtype.name === "float32",
    () =>
      `Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: ${mask?.dtype.cppName} and  query.dtype: ${query.dtype.cppName} instead.`,
  );
}

/** May PyTorch's fused CPU kernel be used? */
function fits(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | null, dropoutP: number): boolean {
  if (dropoutP > 0 || query.ndim !== 4 || key.ndim !== 4 || value.ndim !== 4 || !isFloating(query.dtype)) return false;
  for (const d of [0, 1]) if (query.shape[d] !== key.shape[d] || key.shape[d] !== value.shape[d]) return false;
  if (query.shape[3] !== key.shape[3] || query.shape[3] !== value.shape[3] || key.shape[2] !== value.shape[2])
    return false;
  if ([query, key, value].some((t) => t.numel === 0 || (t.strides[3] !== 1 && t.shape[3] !== 1))) return false;
  if (mask === null) return true;
  if (mask.requiresGrad || (mask.ndim !== 2 && mask.ndim !== 4)) return false;
  try {
    const shape = [query.shape[0], query.shape[1], query.shape[2], key.shape[2]];
    return broadcastShapes(mask.shape, shape).every((n, d) => n === shape[d]);
  } catch {
    return false;
  }
}

/** softmax(q kᵀ·scale + mask) v, over the last two dimensions; scale is 1/√width unless given. */
export const scaledDotProductAttention = op({
  name: "scaled_dot_product_attention",
  args: ["query", "key", "value", "attn_mask", "dropout_p", "is_causal", "scale", "enable_gqa"],
  forward: (
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | null = null,
    dropoutP: number = 0,
    causal: boolean = false,
    scale: number | null = null,
    enableGqa: boolean = false,
  ): Tensor => {
    validate(query, key, value, mask);
    const additive = mask === null ? null : additiveMask(mask, query);
    const factor = scale ?? 1 / Math.sqrt(query.shape[query.ndim - 1]);
    if (!enableGqa && fits(query, key, value, additive, dropoutP))
      return flashAttention(query, key, value, dropoutP, causal, additive, factor)[0];
    check(
      !causal || mask === null,
      () => "_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True",
    );
    const o: AttentionOptions = { mask: additive, dropout: dropoutP, causal, scale: factor };
    if (!enableGqa) return attentionMath(query, key, value, o);
    const heads = query.shape[query.ndim - 3];
    const repeated = (t: Tensor, name: string): Tensor => {
      const own = t.shape[t.ndim - 3];
      check(
        heads % own === 0,
        () =>
          `Number of heads in key and value must divide the number of heads in query, but ${name} has sizes ${sizes(t.shape)}`,
      );
      return own === heads ? t : repeatInterleave(t, heads / own, -3);
    };
    return attentionMath(query, repeated(key, "key"), repeated(value, "value"), o);
  },
  places: ["F"],
  signatures: [
    "scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, double dropout_p=0.0, bool is_causal=False, *, double? scale=None, bool enable_gqa=False)",
  ],
});
