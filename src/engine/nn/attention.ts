import { bool, type DType } from "../dtype.ts";
import { runtimeError, TorchError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { run, runWith } from "./named-operators.ts";

type Maybe = Tensor | null;

function assert(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new TorchError("AssertionError", message());
}
const size = (t: Tensor): string => `torch.Size([${t.shape.join(", ")}])`;

/** A mask to be added to scores: true becomes -inf, false 0; floating point masks stay. Error: other dtypes. */
export function canonicalMask(mask: Maybe, name: string, target: DType): Maybe {
  if (mask === null || mask.dtype.kind === "float") return mask;
  assert(mask.dtype === bool, () => `only bool and floating types of ${name} are supported`);
  const { rt } = mask;
  return run(rt, "masked_fill_", rt.full(mask.shape, 0, target), mask, Number.NEGATIVE_INFINITY);
}

/** -inf above the diagonal: no position looks ahead. [n, n] */
export function causalMask(rt: Runtime, n: number, dtype: DType = rt.defaultDtype): Tensor {
  return run(rt, "triu", rt.full([n, n], Number.NEGATIVE_INFINITY, dtype), 1);
}

export interface AttentionInputs {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** True (or -inf) where a key is padding: [batch, keys], or [keys] without a batch. */
  readonly keyPaddingMask: Maybe;
  /** True (or -inf) where a query must not look: [queries, keys] or [batch · heads, queries, keys]. */
  readonly attnMask: Maybe;
  readonly needWeights: boolean;
  readonly averageAttnWeights: boolean;
  readonly isCausal: boolean;
}

export interface AttentionWeights {
  readonly numHeads: number;
  readonly embedDim: number;
  /** One weight [3 E, E] for all three projections, or one each. */
  readonly inProj: readonly [Tensor] | readonly [Tensor, Tensor, Tensor];
  readonly inProjBias: Maybe;
  readonly biasK: Maybe;
  readonly biasV: Maybe;
  readonly addZeroAttn: boolean;
  readonly outProj: Tensor;
  readonly outProjBias: Maybe;
  /** 0 outside of training. */
  readonly dropout: number;
}

/** Is the query batched? Error: shapes that do not go together. */
function checkShapes({ query, key, value, keyPaddingMask: padding, attnMask: mask }: AttentionInputs): boolean {
  const n = query.ndim;
  assert(
    n === 2 || n === 3,
    () => `query should be unbatched 2D or batched 3D tensor but received ${n}-D query tensor`,
  );
  const kind = `For ${n === 3 ? "batched (3-D)" : "unbatched (2-D)"} \`query\`, expected `;
  assert(
    key.ndim === n && value.ndim === n,
    () => `${kind}\`key\` and \`value\` to be ${n}-D but found ${key.ndim}-D and ${value.ndim}-D tensors respectively`,
  );
  if (padding !== null)
    assert(
      padding.ndim === n - 1,
      () => `${kind}\`key_padding_mask\` to be \`None\` or ${n - 1}-D but found ${padding.ndim}-D tensor instead`,
    );
  if (mask !== null)
    assert(
      mask.ndim === 2 || mask.ndim === 3,
      () => `${kind}\`attn_mask\` to be \`None\`, 2-D or 3-D but found ${mask.ndim}-D tensor instead`,
    );
  return n === 3;
}

/** The `parts` projections that lie side by side in the last dimension, one after another in memory. */
function apart(projection: Tensor, parts: number, width: number): Tensor[] {
  const { rt } = projection;
  const split = run(rt, "unsqueeze", run(rt, "unflatten", projection, -1, [parts, width]), 0);
  const together = run(rt, "contiguous", run(rt, "squeeze", run(rt, "transpose", split, 0, -2), -2));
  return Array.from({ length: parts }, (_, i) => run(rt, "select", together, 0, i));
}

/** Queries, keys and values; inputs that are one tensor are projected together. */
function projections({ query, key, value }: AttentionInputs, w: AttentionWeights): Tensor[] {
  const { rt } = query;
  const linear = (x: Tensor, weight: Tensor, bias: Maybe): Tensor => run(rt, "linear", x, weight, bias);
  const inThree = (t: Maybe): (Tensor | null)[] =>
    t === null ? [null, null, null] : (run(rt, "chunk", t, 3) as unknown as Tensor[]);
  if (w.inProj.length === 1) {
    const [weight] = w.inProj;
    assert(
      key.shape.join() === value.shape.join(),
      () => `key shape ${size(key)} does not match value shape ${size(value)}`,
    );
    const width = query.shape[query.ndim - 1];
    if (key === value && query === key) return apart(linear(query, weight, w.inProjBias), 3, width);
    if (key === value) {
      const cut = (t: Tensor): Tensor[] => run(rt, "split", t, [width, 2 * width]) as unknown as Tensor[];
      const [wq, wkv] = cut(weight);
      const [bq, bkv] = w.inProjBias === null ? [null, null] : cut(w.inProjBias);
      return [linear(query, wq, bq), ...apart(linear(key, wkv, bkv), 2, width)];
    }
    const weights = inThree(weight) as Tensor[];
    const biases = inThree(w.inProjBias);
    return [query, key, value].map((x, i) => linear(x, weights[i], biases[i]));
  }
  assert(
    key.shape.slice(0, 2).join() === value.shape.slice(0, 2).join(),
    () => `key's sequence and batch dims ${size(key)} do not match value's ${size(value)}`,
  );
  const [each, biases] = [w.inProj, inThree(w.inProjBias)];
  return [query, key, value].map((x, i) => linear(x, each[i], biases[i]));
}

/** An attention mask with a leading dimension for batch and heads. */
function mask3d(mask: Tensor, rows: number, queries: number, keys: number): Tensor {
  const expected = mask.ndim === 2 ? [queries, keys] : [rows, queries, keys];
  if (mask.shape.join() !== expected.join())
    throw runtimeError(
      `The shape of the ${mask.ndim}D attn_mask is ${size(mask)}, but should be (${expected.join(", ")}).`,
    );
  return mask.ndim === 2 ? run(mask.rt, "unsqueeze", mask, 0) : mask;
}

/** Queries, keys and values by head, [batch · heads, length, E / heads], and what is added to their scores. */
interface Heads {
  readonly batch: number;
  readonly heads: number;
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  readonly mask: Maybe;
}

/** Projects the inputs, appends the extra key and value, and joins both masks. */
function intoHeads(given: AttentionInputs, w: AttentionWeights, attnMask: Maybe, keyPaddingMask: Maybe): Heads {
  const { rt, shape } = given.query;
  const [queries, batch, width] = shape;
  const heads = w.numHeads;
  const headWidth = Math.floor(width / heads);
  assert(headWidth * heads === width, () => `embed_dim ${width} not divisible by num_heads ${heads}`);
  const rows = batch * heads;
  let [q, k, v] = projections(given, w);
  let padding = keyPaddingMask;
  let mask = attnMask === null ? null : mask3d(attnMask, rows, queries, given.key.shape[0]);
  const padOne = (m: Maybe): Maybe => (m === null ? null : runWith(rt, "pad", { input: m, pad: [0, 1] }));
  if (w.biasK !== null && w.biasV !== null) {
    const tail = (bias: Tensor): Tensor => run(rt, "repeat", bias, [1, batch, 1]);
    k = run(rt, "cat", [k, tail(w.biasK)]);
    v = run(rt, "cat", [v, tail(w.biasV)]);
    [mask, padding] = [padOne(mask), padOne(padding)];
  }
  [q, k, v] = [q, k, v].map((x) => run(rt, "transpose", run(rt, "view", x, [x.shape[0], rows, headWidth]), 0, 1));
  if (w.addZeroAttn) {
    [k, v] = [k, v].map((x) => run(rt, "cat", [x, rt.full([rows, 1, headWidth], 0, x.dtype)], 1));
    [mask, padding] = [padOne(mask), padOne(padding)];
  }
  if (padding !== null) {
    const perRow = paddingPerRow(padding, batch, heads, k.shape[1]);
    mask = mask === null ? perRow : run(rt, "add", mask, perRow);
  }
  return { batch, heads, q, k, v, mask };
}

/** A padding mask [batch, keys] as [batch · heads, 1, keys]. */
function paddingPerRow(padding: Tensor, batch: number, heads: number, keys: number): Tensor {
  const { rt, shape } = padding;
  assert(shape[0] === batch, () => `Expected key_padded_mask.shape[0] to be ${batch}, but got ${shape[0]}`);
  assert(shape[1] === keys, () => `Expected key_padded_mask.shape[1] to be ${keys}, but got ${shape[1]}`);
  const spread = run(rt, "expand", run(rt, "view", padding, [batch, 1, 1, keys]), [-1, heads, -1, -1]);
  return run(rt, "reshape", spread, [batch * heads, 1, keys]);
}

/** Attention with its weights [batch, heads, queries, keys]; the mixed values as [queries · batch, E]. */
function explicit({ batch, heads, q, k, v, mask }: Heads, dropout: number): [Tensor, Tensor] {
  const { rt } = q;
  const [, queries, headWidth] = q.shape;
  const scaled = run(rt, "mul", q, Math.sqrt(1 / headWidth));
  const across = run(rt, "transpose", k, -2, -1);
  const scores = mask === null ? run(rt, "bmm", scaled, across) : run(rt, "baddbmm", mask, scaled, across);
  let weights = run(rt, "softmax", scores, -1);
  if (dropout > 0) weights = run(rt, "dropout", weights, dropout, true);
  const mixed = run(rt, "contiguous", run(rt, "transpose", run(rt, "bmm", weights, v), 0, 1));
  return [
    run(rt, "view", mixed, [queries * batch, heads * headWidth]),
    run(rt, "view", weights, [batch, heads, queries, k.shape[1]]),
  ];
}

/** Attention as one operator; the mixed values as [queries · batch, E]. */
function fused({ batch, heads, q, k, v, mask }: Heads, dropout: number, isCausal: boolean): Tensor {
  const { rt } = q;
  const [, queries, headWidth] = q.shape;
  const shaped =
    mask === null || mask.shape[0] !== 1
      ? mask && run(rt, "view", mask, [batch, heads, -1, k.shape[1]])
      : run(rt, "unsqueeze", mask, 0);
  const [qh, kh, vh] = [q, k, v].map((x) => run(rt, "view", x, [batch, heads, x.shape[1], headWidth]));
  const mixed = run(rt, "scaled_dot_product_attention", qh, kh, vh, shaped, dropout, isCausal);
  const inOrder = run(rt, "contiguous", run(rt, "permute", mixed, [2, 0, 1, 3]));
  return run(rt, "view", inOrder, [batch * queries, heads * headWidth]);
}

/**
 * torch.nn.functional.multi_head_attention_forward on (length, batch, E) or (length, E): the attention's output, and its weights
 * (null unless needed). Errors: PyTorch's.
 */
export function multiHeadAttention(given: AttentionInputs, w: AttentionWeights): [Tensor, Tensor | null] {
  const { rt } = given.query;
  const batched = checkShapes(given);
  const whole = (t: Tensor): Tensor => (batched ? t : run(rt, "unsqueeze", t, 1));
  const query = whole(given.query);
  // Inputs that are one tensor must stay one.
  const key = given.key === given.query ? query : whole(given.key);
  const value = given.value === given.key ? key : whole(given.value);
  const [queries, batch, width] = query.shape;
  assert(width === w.embedDim, () => `was expecting embedding dimension of ${w.embedDim}, but got ${width}`);
  let padding = canonicalMask(given.keyPaddingMask, "key_padding_mask", query.dtype);
  if (padding !== null && !batched) padding = run(rt, "unsqueeze", padding, 0);
  const { isCausal, needWeights, attnMask } = given;
  if (isCausal && attnMask === null)
    throw runtimeError(
      "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method `generate_square_subsequent_mask` to create this mask.",
    );
  const hinted = isCausal && padding === null;
  const mask = hinted && !needWeights ? null : canonicalMask(attnMask, "attn_mask", query.dtype);
  const heads = intoHeads({ ...given, query, key, value }, w, mask, padding);
  const project = (mixed: Tensor): Tensor => {
    const flat = run(rt, "linear", mixed, w.outProj, w.outProjBias);
    const shaped = run(rt, "view", flat, [queries, batch, flat.shape[1]]);
    return batched ? shaped : run(rt, "squeeze", shaped, 1);
  };
  if (!needWeights) return [project(fused(heads, w.dropout, hinted)), null];
  const [mixed, each] = explicit(heads, w.dropout);
  const output = project(mixed);
  const weights = given.averageAttnWeights ? run(rt, "mean", each, 1) : each;
  return [output, batched ? weights : run(rt, "squeeze", weights, 0)];
}
