import { bool, int64, promoteTypes } from "../dtype.ts";
import { check, indexError } from "../errors.ts";
import { op } from "../op.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, div, divScalar, mul, mulScalar, sub } from "./arithmetic.ts";
import { logicalXor } from "./compare.ts";
import { cast, copy_ } from "./copies.ts";
import { zerosLike } from "./creation.ts";
import { cumsum } from "./cumulative.ts";
import { flip } from "./flips.ts";
import { cat } from "./joining.ts";
import { cumprod } from "./products.ts";
import { narrow, select, slice } from "./slicing.ts";
import { sum } from "./sum.ts";
import { expand, unsqueeze, view } from "./views.ts";

/** Differences of neighbours along `dim`, n times over. */
export const diff = op({
  name: "diff",
  args: ["self", "n", "dim", "prepend", "append"],
  forward: (
    self: Tensor,
    n: number = 1,
    dim: number = -1,
    prepend: Tensor | null = null,
    append: Tensor | null = null,
  ): Tensor => {
    check(self.ndim >= 1, () => "diff expects input to be at least one-dimensional");
    const d = wrapDim(dim, self.ndim);
    for (const t of [prepend, append])
      if (t !== null)
        check(t.ndim === self.ndim, () => "diff expects prepend or append to be the same dimension as input");
    check(n >= 0, () => `order must be non-negative but got ${n}`);
    if (n === 0) return copy_(zerosLike(self), self);
    const parts = [prepend, self, append].filter((t): t is Tensor => t !== null);
    let x = parts.length > 1 ? cat(parts, d) : self;
    const times = Math.min(n, x.shape[d]);
    for (let k = 0; k < times; k++) {
      const size = x.shape[d];
      const earlier = narrow(x, d, 0, size - 1);
      const later = narrow(x, d, 1, size - 1);
      x = x.dtype === bool ? logicalXor(later, earlier) : sub(later, earlier);
    }
    return x;
  },
  places: ["torch", "Tensor"],
  signatures: [
    "diff(Tensor input, int64_t n=1, int64_t dim=-1, Tensor? prepend=None, Tensor? append=None, *, Tensor out=None)",
  ],
});

type Spacing = number | Tensor;

/** Estimated derivative along one dimension: central differences inside, one-sided ones at the ends. */
function gradientAlong(self: Tensor, dim: number, spacing: Spacing, edgeOrder: number): Tensor {
  const at = (from: number, to: number): Tensor => slice(self, dim, from, to);
  const n = self.shape[dim];
  if (typeof spacing === "number") {
    const between = (upper: readonly [number, number], lower: readonly [number, number]): Tensor => {
      // The lower slice first, as C++ evaluates the arguments.
      const below = at(...lower);
      return sub(at(...upper), below);
    };
    const center = divScalar(divScalar(between([2, n], [0, n - 2]), spacing), 2);
    const ends =
      edgeOrder === 1
        ? [divScalar(between([1, 2], [0, 1]), spacing), divScalar(between([n - 1, n], [n - 2, n - 1]), spacing)]
        : [
            div(sub(sub(mul(at(1, 2), 2), mul(at(0, 1), 1.5)), mul(at(2, 3), 0.5)), spacing),
            div(add(sub(mul(at(n - 1, n), 1.5), mul(at(n - 2, n - 1), 2)), mul(at(n - 3, n - 2), 0.5)), spacing),
          ];
    return cat([ends[0], center, ends[1]], dim);
  }
  // Coordinates: steps before and after each inner point.
  const shape = self.shape.map((_, i) => (i === dim ? -1 : 1));
  const step = (from: number, to: number): Tensor =>
    view(sub(slice(spacing, 0, from + 1, to + 1), slice(spacing, 0, from, to)), shape);
  const [before, after] = [step(0, n - 2), step(1, n - 1)];
  const both = add(before, after);
  const a = div(mul(after, -1), mul(before, both));
  const b = div(sub(after, before), mul(before, after));
  const c = div(before, mul(after, both));
  const center = add(add(mul(at(0, n - 2), a), mul(at(1, n - 1), b)), mul(at(2, n), c));
  if (edgeOrder === 1)
    return cat(
      [div(sub(at(1, 2), at(0, 1)), step(0, 1)), center, div(sub(at(n - 1, n), at(n - 2, n - 1)), step(n - 2, n - 1))],
      dim,
    );
  const edge = (x: Tensor, y: Tensor, z: Tensor, h1: Tensor, h2: Tensor, sign: number): Tensor => {
    const total = add(h1, h2);
    const p = div(mul(add(mul(h1, 2), h2), -sign), mul(h1, total));
    const q = div(mul(total, sign), mul(h1, h2));
    const r = div(mul(h1, -sign), mul(h2, total));
    return add(add(mul(x, p), mul(y, q)), mul(z, r));
  };
  return cat(
    [
      edge(at(0, 1), at(1, 2), at(2, 3), step(0, 1), step(1, 2), 1),
      center,
      edge(at(n - 1, n), at(n - 2, n - 1), at(n - 3, n - 2), step(n - 2, n - 1), step(n - 3, n - 2), -1),
    ],
    dim,
  );
}

function gradients(
  self: Tensor,
  spacing: Spacing | readonly Spacing[] | null,
  dim: readonly number[] | null,
  edgeOrder: number,
): Tensor[] {
  check(edgeOrder === 1 || edgeOrder === 2, () => "torch.gradient only supports edge_order=1 and edge_order=2.");
  const dims = (dim ?? self.shape.map((_, i) => i)).map((d) => wrapDim(d, self.ndim));
  const twice = dims.find((d, i) => dims.indexOf(d) < i);
  check(twice === undefined, () => `dim ${twice} appears multiple times in the list of dims`);
  for (const d of dims)
    check(
      self.shape[d] >= edgeOrder + 1,
      () => "torch.gradient expected each dimension size to be at least edge_order+1",
    );
  if (Array.isArray(spacing))
    check(spacing.length === dims.length, () =>
      dim === null
        ? `torch.gradient expected spacing to be unspecified, a scalar, or a list of length equal to 'self.dim() = ${self.ndim}', since dim argument was not given, but got a list of length ${spacing.length}`
        : `torch.gradient expected spacing to be unspecified, a scalar or it's spacing and dim arguments to have the same length, but got a spacing argument of length ${spacing.length} and a dim argument of length ${dims.length}.`,
    );
  const list = Array.isArray(spacing)
    ? (spacing as readonly Spacing[])
    : dims.map(() => (spacing as Spacing | null) ?? 1);
  return dims.map((d, i) => gradientAlong(self, d, list[i], edgeOrder));
}

const one = (dim: number | null): number[] | null => (dim === null ? null : [dim]);
const ORDER = "int64_t edge_order=1";
export const gradient = op({
  name: "gradient",
  args: ["self", "spacing", "dim", "edge_order"],
  forward: (
    self: Tensor,
    spacing: Spacing | readonly Spacing[] | null = null,
    dim: readonly number[] | null = null,
    edgeOrder: number = 1,
  ): Tensor[] => gradients(self, spacing, dim, edgeOrder),
  places: ["torch"],
  signatures: [
    {
      text: `gradient(Tensor input, *, Scalar? spacing=None, int64_t? dim=None, ${ORDER})`,
      call: (self: Tensor, spacing: Scalar | null, dim: number | null, order: number) =>
        gradients(self, spacing === null ? null : scalarValue(spacing), one(dim), order),
    },
    {
      text: `gradient(Tensor input, *, Scalar? spacing=None, IntArrayRef dim, ${ORDER})`,
      call: (self: Tensor, spacing: Scalar | null, dim: number[], order: number) =>
        gradients(self, spacing === null ? null : scalarValue(spacing), dim, order),
    },
    {
      text: `gradient(Tensor input, *, ArrayRef<double> spacing, int64_t? dim=None, ${ORDER})`,
      call: (self: Tensor, spacing: number[], dim: number | null, order: number) =>
        gradients(self, spacing, one(dim), order),
    },
    `gradient(Tensor input, *, ArrayRef<double> spacing, IntArrayRef dim, ${ORDER})`,
    {
      text: `gradient(Tensor input, *, TensorList spacing, int64_t? dim=None, ${ORDER})`,
      call: (self: Tensor, spacing: Tensor[], dim: number | null, order: number) =>
        gradients(self, spacing, one(dim), order),
    },
    `gradient(Tensor input, *, TensorList spacing, IntArrayRef dim, ${ORDER})`,
  ],
});

/** Distances between the sample points, shaped to multiply slices of `y` along `dim`. */
function widths(name: string, y: Tensor, x: Tensor, dim: number): Tensor {
  if (x.ndim === 1 && y.ndim !== 1) {
    check(x.shape[0] === y.shape[dim], () => `${name}: There must be one \`x\` value for each sample point`);
    const steps = sub(slice(x, 0, 1, null), slice(x, 0, 0, -1));
    return view(
      steps,
      y.shape.map((_, i) => (i === dim ? -1 : 1)),
    );
  }
  check(
    x.ndim > 1 || x.shape[0] === y.shape[dim],
    () => `${name}: There must be one \`x\` value for each sample point`,
  );
  let points = x;
  while (points.ndim < y.ndim) points = unsqueeze(points, 0);
  const d = points.ndim - y.ndim + dim;
  return sub(slice(points, d, 1, null), slice(points, d, 0, -1));
}

/** A dimension of the samples. Error: a number has none. */
function dimOf(y: Tensor, dim: number): number {
  if (y.ndim === 0) throw indexError(`Dimension specified as ${dim} but tensor has no dimensions`);
  return wrapDim(dim, y.ndim);
}

/** Integral along `dim` by the trapezoidal rule. */
export const trapezoid = op({
  name: "trapezoid",
  args: ["y", "x", "dx", "dim"],
  forward: (y: Tensor, x: Tensor | null, dx: number = 1, dim: number = -1): Tensor => {
    const d = dimOf(y, dim);
    if (y.shape[d] === 0)
      return y.rt.full(
        y.shape.filter((_, i) => i !== d),
        0,
        y.dtype,
      );
    check(y.dtype !== bool, () => "trapezoid: received a bool input for `y`, but bool is not supported");
    if (x === null) {
      // The last operand first, as C++ evaluates these.
      const last = select(y, d, -1);
      const ends = mulScalar(add(select(y, d, 0), last), 0.5);
      return mulScalar(sub(sum(y, [d]), ends), dx);
    }
    check(x.dtype !== bool, () => "trapezoid: received a bool input for `x`, but bool is not supported");
    const [left, right] = [slice(y, d, 0, -1), slice(y, d, 1, null)];
    return divScalar(sum(mul(add(left, right), widths("trapezoid", y, x, d)), [d]), 2);
  },
  places: ["torch"],
  aliases: ["trapz"],
  signatures: [
    {
      text: "trapezoid(Tensor y, Tensor x, *, int64_t dim=-1)",
      call: (y: Tensor, x: Tensor, dim: number) => trapezoid(y, x, 1, dim),
    },
    {
      text: "trapezoid(Tensor y, *, Scalar dx=1, int64_t dim=-1)",
      call: (y: Tensor, dx: Scalar, dim: number) => trapezoid(y, null, scalarValue(dx), dim),
    },
  ],
});

export const cumulativeTrapezoid = op({
  name: "cumulative_trapezoid",
  args: ["y", "x", "dx", "dim"],
  forward: (y: Tensor, x: Tensor | null, dx: number = 1, dim: number = -1): Tensor => {
    const d = dimOf(y, dim);
    const refused = "but bool is not supported";
    const [left, right] = [slice(y, d, 0, -1), slice(y, d, 1, null)];
    if (x === null) {
      check(y.dtype !== bool, () => `cumulative_trapezoid: received a bool input for \`y\`, ${refused}`);
      return cumsum(mulScalar(add(left, right), dx / 2), d);
    }
    check(
      y.dtype !== bool && x.dtype !== bool,
      () => `cumulative_trapezoid: received a bool input for \`x\` or \`y\`, ${refused}`,
    );
    return divScalar(cumsum(mul(add(left, right), widths("cumulative_trapezoid", y, x, d)), d), 2);
  },
  places: ["torch"],
  signatures: [
    {
      text: "cumulative_trapezoid(Tensor y, Tensor x, *, int64_t dim=-1)",
      call: (y: Tensor, x: Tensor, dim: number) => cumulativeTrapezoid(y, x, 1, dim),
    },
    {
      text: "cumulative_trapezoid(Tensor y, *, Scalar dx=1, int64_t dim=-1)",
      call: (y: Tensor, dx: Scalar, dim: number) => cumulativeTrapezoid(y, null, scalarValue(dx), dim),
    },
  ],
});

/** Matrix whose columns are powers of the vector's elements. */
export const vander = op({
  name: "vander",
  args: ["self", "N", "increasing"],
  forward: (self: Tensor, columns: number | null = null, increasing: boolean = false): Tensor => {
    check(self.ndim === 1, () => "x must be a one-dimensional tensor.");
    const rows = self.shape[0];
    const n = columns ?? rows;
    check(n >= 0, () => "N must be non-negative.");
    const x = cast(self, promoteTypes(self.dtype, int64));
    const first = self.rt.full([rows, Math.min(n, 1)], 1, x.dtype);
    const powers = n > 1 ? cat([first, cumprod(expand(unsqueeze(x, 1), [rows, n - 1]), 1)], 1) : first;
    return increasing ? powers : flip(powers, [1]);
  },
  places: ["torch"],
  signatures: ["vander(Tensor x, int64_t? N=None, bool increasing=False)"],
});
