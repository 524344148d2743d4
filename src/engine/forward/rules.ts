import { POINTWISE_RULES } from "../batching/pointwise.ts";
import { isDifferentiable } from "../dtype.ts";
import type { AnyOp, OpResult } from "../op.ts";
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { cumsum } from "../ops/cumulative.ts";
import { amax } from "../ops/extremes.ts";
import { sum } from "../ops/sum.ts";
import { exp } from "../ops/unary-core.ts";
import { wrapDim } from "../shape.ts";
import { Tensor } from "../tensor.ts";

/** Tangents of an operator's arguments: as the arguments, with null where there is none. */
export type Tangents = readonly unknown[];

/** The tangents of an operator's results from those of its arguments. Source of the formulas: PyTorch's derivatives.yaml. */
export type ForwardRule = (call: AnyOp, args: readonly unknown[], tangents: Tangents, out: OpResult) => OpResult;

const zeros = (t: Tensor): Tensor => t.rt.full(t.shape, 0, t.dtype);
/** Zero in place of an argument: tensors that can have tangents, and numbers that stand for one. */
const nothing = (a: unknown): unknown =>
  a instanceof Tensor ? (isDifferentiable(a.dtype) ? zeros(a) : a) : Array.isArray(a) ? a.map(nothing) : 0;

const tangentOr = (a: unknown, tangent: unknown): unknown => {
  if (Array.isArray(a)) return a.map((x, i) => tangentOr(x, (tangent as unknown[] | null)?.[i] ?? null));
  return tangent ?? (a === null || a === undefined ? a : nothing(a));
};

/** Linear in all differentiable inputs together: the operator of their tangents. */
const linear: ForwardRule = (call, args, tangents) => {
  const inputs = Object.keys(call.def.vjp ?? {});
  return call(...args.map((a, i) => (inputs.includes(call.def.args[i]) ? tangentOr(a, tangents[i]) : a)));
};

/** Linear in each of some factors, plus an argument that is added: one term for each factor that has a tangent. */
const multilinear =
  (factors: readonly string[], added: string | null = null): ForwardRule =>
  (call, args, tangents) => {
    const { args: names } = call.def;
    const at = added === null ? -1 : names.indexOf(added);
    const moving = factors.map((f) => names.indexOf(f)).filter((i) => tangents[i] !== null);
    // With nothing but the added argument moving, one factor is zero.
    const terms = moving.length > 0 ? moving : [names.indexOf(factors[0])];
    return terms
      .map((i, k): Tensor => {
        const own = [...args];
        own[i] = tangents[i] ?? nothing(args[i]);
        if (at >= 0) own[at] = tangentOr(args[at], k === 0 ? tangents[at] : null);
        return call(...own);
      })
      .reduce((a, b) => add(a, b));
  };

/** A symmetric Jacobian (a diagonal one is): the formulas of the derivative serve forwards as they do backwards. */
const symmetric: ForwardRule = (call, args, tangents, out) => {
  const { def } = call;
  const need = (name: string): boolean => tangents[def.args.indexOf(name)] instanceof Tensor;
  const kept = def.keep?.(args as never, out as never, need) ?? {};
  const terms = Object.entries(def.vjp ?? {}).flatMap(([name, formula]) => {
    const t = tangents[def.args.indexOf(name)];
    return t instanceof Tensor ? [formula(t, kept, { grads: [t], need }) as Tensor] : [];
  });
  return terms.reduce((a, b) => add(a, b));
};

const logSoftmax: ForwardRule = (_call, args, tangents, out) => {
  const t = tangents[0] as Tensor;
  const dim = wrapDim(args[1] as number, t.ndim);
  return sub(t, sum(mul(exp(out as Tensor), t), [dim], true));
};

/** Σ t e^x / Σ e^x along the way, with the exponents shifted by the largest. */
const logCumulativeSum: ForwardRule = (_call, args, tangents, out) => {
  const self = args[0] as Tensor;
  if (self.ndim === 0) return tangents[0] as Tensor;
  const dim = wrapDim(args[1] as number, self.ndim);
  const top = self.rt.quietly(() => amax(self, [dim], true));
  return div(cumsum(mul(tangents[0] as Tensor, exp(sub(self, top))), dim), exp(sub(out as Tensor, top)));
};

const names = (rule: ForwardRule, list: string): [string, ForwardRule][] =>
  list
    .trim()
    .split(/\s+/)
    .map((n) => [n, rule]);

const RESAMPLED =
  "avg_pool2d avg_pool3d _adaptive_avg_pool2d _adaptive_avg_pool3d reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d replication_pad2d replication_pad3d upsample_nearest1d upsample_nearest2d upsample_nearest3d upsample_linear1d upsample_bilinear2d upsample_trilinear3d upsample_bicubic2d"
    .split(" ")
    .flatMap((n) => [n, `${n}_backward`, `${n}_double_backward`])
    .join(" ");

/** By operator; those without a rule go backwards twice. A later entry of a name replaces an earlier one. */
export const FORWARD_RULES: ReadonlyMap<string, ForwardRule> = new Map([
  ...POINTWISE_RULES.filter(([, rule]) => rule.inPlace === true).map(([n]): [string, ForwardRule] => [n, symmetric]),
  ["_softmax", symmetric],
  ["_log_softmax", logSoftmax],
  ["logcumsumexp", logCumulativeSum],
  ...names(
    linear,
    `add sub rsub neg _conj clone _to_copy copy alias fill zero where masked_fill masked_scatter view _unsafe_view
    _reshape_alias transpose permute expand squeeze unsqueeze t select slice slice_backward diagonal diagonal_backward
    diagonal_copy diag_embed diagonal_scatter select_scatter slice_scatter unbind split split_with_sizes unsafe_split
    unsafe_split_with_sizes unfold repeat sum mean cumsum flip roll rot90 trace tril triu cat stack gather scatter_add
    index _index_put_impl index_put index_select index_add index_copy take constant_pad_nd pixel_shuffle pixel_unshuffle
    channel_shuffle im2col col2im embedding embedding_dense_backward _fft_c2c _fft_r2c _fft_c2r view_as_real
    view_as_complex max_pool_backward max_pool_double_backward ${RESAMPLED}`,
  ),
  ...names(multilinear(["self", "other"]), "mul"),
  ...names(multilinear(["self", "mat2"]), "mm bmm"),
  ...names(multilinear(["self", "vec"]), "mv"),
  ...names(multilinear(["self", "tensor"]), "dot"),
  ...names(multilinear(["mat1", "mat2"], "self"), "addmm"),
  ...names(multilinear(["batch1", "batch2"], "self"), "baddbmm addbmm"),
  ...names(multilinear(["mat", "vec"], "self"), "addmv"),
  ...names(multilinear(["vec1", "vec2"], "self"), "addr"),
  ...names(multilinear(["input", "weight"], "bias"), "convolution"),
  ...names(multilinear(["grad_output", "weight"]), "convolution_backward_input"),
  ...names(multilinear(["grad_output", "input"]), "convolution_backward_weight"),
]);
