import { float64, int64 } from "../dtype.ts";
import { check } from "../errors.ts";
import { op } from "../op.ts";
import { wrapDim } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { lerp } from "./arithmetic-fused.ts";
import { lt, where } from "./compare.ts";
import { cast } from "./copies.ts";
import { gather } from "./gather-scatter.ts";
import { maskedFill } from "./masking.ts";
import { any } from "./reductions.ts";
import { flatten } from "./reshaping.ts";
import { sort } from "./sorting.ts";
import { sum } from "./sum.ts";
import { isnan, logicalNot } from "./unary.ts";
import { ceil, floor, round } from "./unary-rounding.ts";
import { squeeze_, transpose, transpose_, unsqueeze, unsqueeze_, view } from "./views.ts";

const MODES: readonly string[] = ["linear", "lower", "higher", "midpoint", "nearest"];
/** The modes that take one element and do not mix two. */
const WHOLE_RANK: Readonly<Record<string, (ranks: Tensor) => Tensor>> = { lower: floor, higher: ceil, nearest: round };

/** Position of every quantile among a row's numbers, those that are missing not counted. */
function ranksOfNumbers(q: Tensor, missing: Tensor): Tensor {
  const last = q.rt.quietly(() => sub(sum(logicalNot(missing), [-1], true), 1));
  const ranks = mul(q, last);
  return maskedFill(
    ranks,
    q.rt.quietly(() => lt(ranks, 0)),
    0,
  );
}

function quantileOf(
  name: string,
  self: Tensor,
  q: Tensor,
  dim: number | null,
  keepdim: boolean,
  interpolation: string,
  ignoreNan: boolean,
): Tensor {
  check(self.numel > 0, () => `${name}() input tensor must be non-empty`);
  check(q.ndim < 2, () => `${name}() q must be a scalar or 1D tensor`);
  check(
    self.dtype.name === "float32" || self.dtype === float64,
    () => `${name}() input tensor must be either float or double dtype`,
  );
  check(self.dtype === q.dtype, () => `${name}() q tensor must be same dtype as the input tensor`);
  check(
    MODES.includes(interpolation),
    () => `${name}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${interpolation}`,
  );
  const values = q.toArray();
  check(
    values.every((v) => v >= 0 && v <= 1),
    () => `${name}() q values must be in the range [0, 1]`,
  );
  const d = dim === null ? null : wrapDim(dim, self.ndim);
  const rest = self.shape
    .map((s, i) => (d === null || i === d ? 1 : s))
    .filter((_, i) => keepdim || (d !== null && i !== d));
  const { rt } = self;
  // Sorted values, the reduced dimension last.
  const ordered =
    d === null
      ? sort(flatten(self), -1)[0]
      : d === self.ndim - 1
        ? sort(self, -1)[0]
        : sort(transpose(unsqueeze(self, -1), d, -1), -1)[0];
  const size = ordered.shape[ordered.ndim - 1];
  const table = view(ordered, [...rest, size]);
  const missing = rt.quietly(() => isnan(table));
  const rank = (): Tensor => {
    const exact = ignoreNan
      ? ranksOfNumbers(q, missing)
      : where(any(missing, [-1], true), rt.scalar(size - 1, q.dtype), mul(q, size - 1));
    return WHOLE_RANK[interpolation]?.(exact) ?? exact;
  };
  const ranks = q.requiresGrad ? rank() : rt.quietly(rank);
  const below = rt.quietly(() => cast(floor(ranks), int64));
  let result = gather(table, -1, below);
  if (interpolation === "linear" || interpolation === "midpoint") {
    const weigh = (): Tensor => (interpolation === "midpoint" ? rt.full(ranks.shape, 0.5, q.dtype) : sub(ranks, below));
    const weights = q.requiresGrad ? weigh() : rt.quietly(weigh);
    const above = rt.quietly(() => cast(ceil(ranks), int64));
    result = lerp(result, gather(table, -1, above), weights);
  }
  if (q.ndim === 0) return squeeze_(result, -1);
  return squeeze_(transpose_(unsqueeze_(result, 0), 0, -1), -1);
}

function quantileOp(name: "quantile" | "nanquantile", ignoreNan: boolean) {
  return op({
    name,
    args: ["self", "q", "dim", "keepdim", "interpolation"],
    forward: (
      self: Tensor,
      q: Tensor | number,
      dim: number | null = null,
      keepdim: boolean = false,
      interpolation: string = "linear",
    ): Tensor => {
      if (!(q instanceof Tensor)) check(q >= 0 && q <= 1, () => `${name}() q must be in the range [0, 1] but got ${q}`);
      const at = q instanceof Tensor ? q : self.rt.scalar(q, self.dtype);
      return quantileOf(name, self, at, dim, keepdim, interpolation, ignoreNan);
    },
    places: ["torch", "Tensor"],
    signatures: [
      `${name}(Tensor input, Tensor q, int64_t? dim=None, bool keepdim=False, *, str interpolation='linear', Tensor out=None)`,
      `${name}(Tensor input, double q, int64_t? dim=None, bool keepdim=False, *, str interpolation='linear', Tensor out=None)`,
    ],
  });
}
export const quantile = quantileOp("quantile", false);
export const nanquantile = quantileOp("nanquantile", true);
