import type { DType } from "../dtype.ts";
import { cast as castPhysical } from "../ops/copies.ts";
import { resultType } from "../promotion.ts";
import { Tensor } from "../tensor.ts";
import { mapTensors } from "../tensors-among.ts";
import { BatchedTensor } from "../transforms/batched-tensor.ts";
import type { Batch, BatchRule } from "./batch.ts";

/** Element by element, with broadcasting: the samples get as many dimensions as the largest one has. */
export const pointwise: BatchRule = {
  inPlace: true,
  apply: (b, call, args) => {
    const rank = rankOf(args);
    return call(...mapTensors(args, (t) => b.aligned(t, rank)));
  },
};

/** As `pointwise`, for operators that promote dtypes: a single number per sample still counts as one, though a batch has a dimension. */
export const arithmetic: BatchRule = {
  inPlace: true,
  apply: (b, call, args) => {
    const rank = rankOf(args);
    const [first, ...rest] = promoted(b, args);
    // The target of an in-place operator keeps its dtype.
    const target = call.inplaceOf === undefined ? first : args[0];
    return call(...[target, ...rest].map((a) => (a instanceof Tensor ? b.aligned(a, rank) : a)));
  },
};

function rankOf(args: readonly unknown[]): number {
  let rank = 0;
  for (const a of args) if (a instanceof Tensor) rank = Math.max(rank, a.ndim);
  return rank;
}

function promoted(b: Batch, args: readonly unknown[]): readonly unknown[] {
  const tensors = args.filter((a): a is Tensor => a instanceof Tensor);
  if (tensors.length < 2 || !tensors.some((t) => b.has(t) && t.ndim === 0)) return args;
  const type = resultType(tensors[0].rt, tensors);
  if (tensors.every((t) => t.dtype === type)) return args;
  return args.map((a) => (a instanceof Tensor ? cast(b, a, type) : a));
}

const cast = (b: Batch, t: Tensor, type: DType): Tensor =>
  b.has(t) ? new BatchedTensor(castPhysical(t.value, type), t.dim, t.level) : castPhysical(t, type);

/** Operators that work on the last dimensions and take any number of others before them. */
export const leading: BatchRule = {
  apply: (b, call, args) => call(...mapTensors(args, (t) => b.front(t))),
};

/** As `leading`, for several tensors whose other dimensions broadcast. */
const leadingPairs: BatchRule = {
  apply: pointwise.apply,
};

const named = (rule: BatchRule, names: string): [string, BatchRule][] =>
  names
    .trim()
    .split(/\s+/)
    .map((n) => [n, rule]);

export const POINTWISE_RULES: readonly [string, BatchRule][] = [
  ...named(
    pointwise,
    `clone _to_copy copy detach alias zero where neg _conj exp log tanh sigmoid relu silu mish log_sigmoid
    hardsigmoid hardswish bitwise_not sqrt rsqrt exp2 expm1 log2 log10 log1p reciprocal square isnan isinf isfinite isposinf
    isneginf signbit logical_not isreal frexp sgn abs angle floor ceil trunc sign frac deg2rad rad2deg i0 special_i0e
    special_i1 special_i1e special_bessel_j0 special_bessel_j1 special_modified_bessel_i0 special_modified_bessel_i1
    special_spherical_bessel_j0 erf erfc erfinv special_erfcx special_ndtri special_log_ndtr special_entr lgamma digamma
    sin cos tan asin acos atan sinh cosh asinh acosh atanh sinc logit round nan_to_num polygamma mvlgamma complex polar
    hardtanh leaky_relu elu celu gelu softplus hardshrink softshrink threshold
    tanh_backward sigmoid_backward threshold_backward hardtanh_backward leaky_relu_backward elu_backward celu_backward
    gelu_backward silu_backward mish_backward softplus_backward log_sigmoid_backward hardshrink_backward
    softshrink_backward hardsigmoid_backward hardswish_backward
    _prelu_kernel _prelu_kernel_backward rrelu_with_noise_backward isclose`,
  ),
  ...named(
    arithmetic,
    `add sub rsub mul div eq ne lt le gt ge logical_and logical_or logical_xor maximum minimum fmax fmin clamp clamp_min
    clamp_max bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift addcmul addcdiv lerp heaviside
    nextafter remainder fmod floor_divide gcd lcm pow float_power atan2 hypot logaddexp logaddexp2 xlogy special_xlog1py
    copysign ldexp igamma igammac special_zeta special_chebyshev_polynomial_t special_chebyshev_polynomial_u
    special_chebyshev_polynomial_v special_chebyshev_polynomial_w special_hermite_polynomial_h
    special_hermite_polynomial_he special_legendre_polynomial_p special_laguerre_polynomial_l`,
  ),
  ...named(
    leading,
    `view_as_real view_as_complex tril triu constant_pad_nd pixel_shuffle pixel_unshuffle
    linalg_det linalg_slogdet linalg_inv_ex _linalg_eigh linalg_eig _linalg_svd linalg_qr linalg_cholesky_ex cholesky
    cholesky_inverse linalg_matrix_exp linalg_pinv linalg_lu linalg_lu_factor_ex`,
  ),
  ...named(leadingPairs, "_cdist_forward linalg_solve_triangular _scaled_dot_product_flash_attention_for_cpu"),
];
