import { float64, int64 } from "../dtype.ts";
import { check } from "../errors.ts";
import { op } from "../op.ts";
import { wrapDim } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { lerp } from "./arithmetic-fused.ts";
import { where } from "./compare.ts";
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
  const ranks = rt.quietly(() => {
    const missing = isnan(table);
    let r: Tensor;
    if (ignoreNan) {
      r = mul(q.ndim === 0 ? view(q, [1]) : q, sub(cast(sum(logicalNot(missing), [-1], true), q.dtype), 1));
      r = maskedFill(
        r,
        rt.wrap(
          Uint8Array.from(r.toArray(), (v) => (v < 0 ? 1 : 0)),
          r.shape,
          missing.dtype,
        ),
        0,
      );
    } else {
      const last = size - 1;
      const base = mul(q.ndim === 0 ? view(q, [1]) : q, last);
      r = where(any(missing, [-1], true), last, base);
      r = cast(r, q.dtype);
    }
    return interpolation === "lower"
      ? floor(r)
      : interpolation === "higher"
        ? ceil(r)
        : interpolation === "nearest"
          ? round(r)
          : r;
  });
  const below = rt.quietly(() => cast(floor(ranks), int64));
  let result = gather(table, -1, below);
  if (interpolation === "linear" || interpolation === "midpoint") {
    const weights = rt.quietly(() =>
      interpolation === "midpoint" ? rt.full(ranks.shape, 0.5, q.dtype) : sub(ranks, cast(below, q.dtype)),
    );
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
