import { int64 } from "../dtype.ts";
import { check, indexError } from "../errors.ts";
import { reduce, toRows } from "../kernels/reduce.ts";
import { op } from "../op.ts";
import { checkKind, notImplementedFor, onlyReals } from "../refusals.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { reducedShape, wrapDim, wrapDims } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { eq, logicalAnd, logicalOr, maximum, minimum } from "./compare.ts";
import { cast } from "./copies.ts";
import { choiceBackward, keepChoice } from "./gather-scatter.ts";
import { NOT_IMPLEMENTED, noDerivative } from "./not-differentiable.ts";
import { sum, unreduce } from "./sum.ts";
import { isnan } from "./unary.ts";

type Dims = readonly number[] | null;

/** Does `a` beat `b`? NaN beats everything (PyTorch propagates it). */
type Better = (a: number, b: number) => boolean;
const greater: Better = (a, b) => a > b || (Number.isNaN(a) && !Number.isNaN(b));
const less: Better = (a, b) => a < b || (Number.isNaN(a) && !Number.isNaN(b));

function best(better: Better) {
  return (data: Tensor["data"], start: number, n: number): number => {
    let at = 0;
    for (let i = 1; i < n; i++) if (better(data[start + i], data[start + at])) at = i;
    return at;
  };
}

function requireElements(self: Tensor, name: string, dims: readonly number[] | null): void {
  if (dims === null)
    check(
      self.numel > 0,
      () =>
        `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    );
  else
    for (const d of dims)
      if (self.shape[d] === 0) throw indexError(`${name}(): Expected reduction dim ${d} to have non-zero size.`);
}

/** Elements that equal the reduced value share its gradient evenly. */
export function shareEvenly(
  g: Tensor,
  self: Tensor,
  result: Tensor,
  dims: readonly number[],
  keepdim: boolean,
): Tensor {
  const mask = self.rt.quietly(() => {
    const wide = unreduce(result, self.shape, dims, keepdim);
    const hit = cast(logicalOr(eq(self, wide), logicalAnd(isnan(self), isnan(wide))), g.dtype);
    return div(hit, unreduce(sum(hit, dims, keepdim), self.shape, dims, keepdim));
  });
  return mul(unreduce(g, self.shape, dims, keepdim), mask);
}

function extreme(name: "max" | "min", better: Better, node: string) {
  const pick = best(better);
  return op({
    name,
    args: ["self"],
    node: `${node}Backward1`,
    forward: (self: Tensor): Tensor => {
      if (self.dtype.kind === "complex") throw notImplementedFor(`${name}_all`, self.dtype);
      requireElements(self, name, null);
      return reduce(self, wrapDims(null, self.ndim), false, self.dtype, (d, s, n) => d[s + pick(d, s, n)]);
    },
    keep: ([self], result) => ({ self, result }),
    vjp: { self: (g, { self, result }): Tensor => shareEvenly(g, self, result, wrapDims(null, self.ndim), false) },
    formula: {
      out: `\\${name}({self})`,
      vjp: { self: `{g} \\odot [{self} = \\${name}]` },
      note: "equal elements share the gradient evenly",
    },
  });
}
const maxAll = extreme("max", greater, "Max");
const minAll = extreme("min", less, "Min");

function extremeAlong(name: "max" | "min", better: Better, node: string) {
  const pick = best(better);
  return op({
    name,
    args: ["self", "dim", "keepdim"],
    node: `${node}Backward0`,
    nondifferentiable: [1],
    forward: (self: Tensor, dim: number, keepdim: boolean = false): Tensor[] => {
      const d = wrapDim(dim, self.ndim);
      checkKind({ complex: `${name}(): does not support complex input` }, self.dtype);
      if (self.ndim > 0) requireElements(self, name, [d]);
      return along(self, d, keepdim, (data, start, n) => pick(data, start, n));
    },
    keep: ([self, dim, keepdim], [, indices]) => keepChoice(self, dim, keepdim, indices),
    vjp: { self: (g, kept): Tensor => choiceBackward(g, kept) },
    formula: { out: `\\${name}_i {self}_i`, vjp: { self: `{g} \\text{ at the arg${name}}` } },
  });
}

/** Values and positions chosen along one dimension: `choose` gives the position inside a row. */
export function along(
  self: Tensor,
  d: number,
  keepdim: boolean,
  choose: (data: Tensor["data"], start: number, n: number) => number,
): Tensor[] {
  const dims = self.ndim === 0 ? [] : [d];
  const { data, rows, length } = toRows(self, dims);
  const shape = reducedShape(self.shape, dims, keepdim);
  const values = self.rt.empty(shape, self.dtype);
  const indices = self.rt.empty(shape, int64);
  for (let r = 0; r < rows; r++) {
    const i = choose(data, r * length, length);
    values.data[r] = data[r * length + i];
    indices.data[r] = i;
  }
  return [values, indices];
}

const maxDim = extremeAlong("max", greater, "Max");
const minDim = extremeAlong("min", less, "Min");

/** torch.max: of everything, along a dimension, or of two tensors. */
function extremeSurface(name: "max" | "min", all: typeof maxAll, dim: typeof maxDim, pair: typeof maximum) {
  return op({
    name,
    args: ["self"],
    forward: (self: Tensor): Tensor => all(self),
    places: ["torch", "Tensor"],
    resultNames: ["values", "indices"],
    signatures: [
      { text: `${name}(Tensor input, *, Tensor out=None)`, call: all },
      { text: `${name}(Tensor input, Tensor other, *, Tensor out=None)`, call: pair },
      { text: `${name}(Tensor input, int64_t dim, bool keepdim=False, *, TensorList out=None)`, call: dim },
      namedOverload(`${name}(Tensor input, DimName dim, bool keepdim=False, *, TensorList out=None)`),
    ],
  });
}
export const max = extremeSurface("max", maxAll, maxDim, maximum);
export const min = extremeSurface("min", minAll, minDim, minimum);
export { maxAll, maxDim, minAll, minDim };

function amount(name: "amax" | "amin", better: Better) {
  const pick = best(better);
  return op({
    name,
    args: ["self", "dim", "keepdim"],
    node: name === "amax" ? "AmaxBackward0" : "AminBackward0",
    refuses: { complex: `${name === "amax" ? "max" : "min"}_values_cpu` },
    forward: (self: Tensor, dim: Dims = null, keepdim: boolean = false): Tensor => {
      const dims = wrapDims(dim, self.ndim);
      requireElements(self, name, dim === null || dim.length === 0 ? null : dims);
      return reduce(self, dims, keepdim, self.dtype, (d, s, n) => d[s + pick(d, s, n)]);
    },
    keep: ([self, dim, keepdim], result) => ({
      self,
      result,
      dim: wrapDims(dim ?? null, self.ndim),
      keepdim: keepdim ?? false,
    }),
    vjp: { self: (g, { self, result, dim, keepdim }): Tensor => shareEvenly(g, self, result, dim, keepdim) },
    formula: {
      out: `\\${name.slice(1)}_i {self}_i`,
      vjp: { self: `{g} \\odot [{self} = {out}]` },
      note: "equal elements share the gradient evenly",
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, IntArrayRef[1]? dim=None, bool keepdim=False, *, Tensor out=None)`],
  });
}
export const amax = amount("amax", greater);
export const amin = amount("amin", less);

function argument(name: "argmax" | "argmin", better: Better) {
  const pick = best(better);
  return op({
    name,
    args: ["self", "dim", "keepdim"],
    detached: true,
    refuses: onlyReals(`${name}_cpu`),
    forward: (self: Tensor, dim: number | null = null, keepdim: boolean = false): Tensor => {
      if (dim === null) {
        if (self.numel === 0)
          throw indexError(`${name}(): Expected reduction dim to be specified for input.numel() == 0.`);
        const out = reduce(self, wrapDims(null, self.ndim), false, int64, pick);
        return keepdim
          ? out.alias(
              self.shape.map(() => 1),
              self.shape.map(() => 1),
            )
          : out;
      }
      const d = wrapDim(dim, self.ndim);
      if (self.ndim > 0) requireElements(self, name, [d]);
      return reduce(self, self.ndim === 0 ? [] : [d], keepdim, int64, pick);
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, int64_t? dim=None, bool keepdim=False, *, Tensor out=None)`],
  });
}
export const argmax = argument("argmax", greater);
export const argmin = argument("argmin", less);

/** Smallest and largest element, of everything or along a dimension. */
export const aminmax = op({
  name: "aminmax",
  args: ["self", "dim", "keepdim"],
  node: "NotImplemented",
  forward: (self: Tensor, dim: number | null = null, keepdim: boolean = false): Tensor[] => {
    const dims = dim === null ? wrapDims(null, self.ndim) : self.ndim === 0 ? [] : [wrapDim(dim, self.ndim)];
    if (dim === null)
      check(
        self.numel > 0,
        () => "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.",
      );
    else requireElements(self, "aminmax", dims);
    return [lowest, highest].map((pick) => reduce(self, dims, keepdim, self.dtype, (d, s, n) => d[s + pick(d, s, n)]));
  },
  vjp: { self: noDerivative("aminmax") },
  formula: { out: "\\min_i {self}_i,\\ \\max_i {self}_i", vjp: { self: NOT_IMPLEMENTED } },
  places: ["torch", "Tensor"],
  resultNames: ["min", "max"],
  signatures: ["aminmax(Tensor input, *, int64_t? dim=None, bool keepdim=False, TensorList out=None)"],
});
const lowest = best(less);
const highest = best(greater);
