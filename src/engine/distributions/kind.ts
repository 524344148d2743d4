import { type DType, isDifferentiable } from "../dtype.ts";
import { valueError } from "../errors.ts";
import { run } from "../nn/named-operators.ts";
import type { Runtime } from "../runtime.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** What a parameter or a value must satisfy: how PyTorch prints it, and where it holds. */
export interface Constraint {
  readonly text: string;
  readonly holds: (x: Tensor) => Tensor;
}

/** The parameters of one distribution, broadcast against each other; derived ones are computed when first asked for. */
export interface Parameters {
  readonly rt: Runtime;
  readonly dtype: DType;
  readonly batchShape: Shape;
  readonly eventShape: Shape;
  readonly get: (name: string) => Tensor;
}

/** One family of distributions: its parameters, its density, its moments. Formulas: PyTorch's torch.distributions. */
export interface DistributionKind {
  readonly name: string;
  readonly doc: string;
  /** Logarithm of the density or of the probability, in LaTeX; x is the value. */
  readonly formula: string;
  /** Parameters in PyTorch's order. */
  readonly parameters: Readonly<Record<string, Constraint>>;
  /** Values of parameters that may be left out. */
  readonly defaults?: Readonly<Record<string, number>>;
  /** Exactly one of these is given; the others follow from it. */
  readonly oneOf?: readonly string[];
  /** The parameter that has the shape of the whole; else the one given of several, or the first. */
  readonly shaping?: string;
  /** Dimensions at the end of each parameter that belong to one sample. */
  readonly eventDims?: number;
  /** Dimensions at the end of each parameter that are consumed without being part of a sample: categories. */
  readonly consumedDims?: number;
  /** Parameters as given, or changed at once. */
  readonly prepare?: (given: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;
  /** Parameters that are computed from the others. */
  readonly derived?: Readonly<Record<string, (p: Parameters) => Tensor>>;
  readonly support: (p: Parameters) => Constraint;
  /** Draws [...shape]; differentiable in the parameters if `reparameterized`. */
  readonly sample: (p: Parameters, shape: Shape) => Tensor;
  readonly reparameterized?: boolean;
  readonly logProb: (p: Parameters, value: Tensor) => Tensor;
  readonly mean: (p: Parameters) => Tensor;
  readonly variance: (p: Parameters) => Tensor;
  readonly mode?: (p: Parameters) => Tensor;
  readonly entropy?: (p: Parameters) => Tensor;
  readonly cdf?: (p: Parameters, value: Tensor) => Tensor;
  readonly icdf?: (p: Parameters, value: Tensor) => Tensor;
}

/** x on the real line, greater than a bound, and so on. */
export const real: Constraint = { text: "Real()", holds: (x) => run(x.rt, "eq", x, x) };
const above = (text: string, bound: number, op: "gt" | "ge"): Constraint => ({
  text,
  holds: (x) => run(x.rt, op, x, bound),
});
export const positive = above("GreaterThan(lower_bound=0.0)", 0, "gt");
export const nonnegative = above("GreaterThanEq(lower_bound=0.0)", 0, "ge");

const both = (a: Tensor, b: Tensor): Tensor => run(a.rt, "logical_and", a, b);
const within = (x: Tensor, low: Tensor | number, high: Tensor | number): Tensor =>
  both(run(x.rt, "ge", x, low), run(x.rt, "le", x, high));
const whole = (x: Tensor): Tensor => run(x.rt, "eq", run(x.rt, "remainder", x, 1), 0);

export const unitInterval: Constraint = {
  text: "Interval(lower_bound=0.0, upper_bound=1.0)",
  holds: (x) => within(x, 0, 1),
};
export const boolean: Constraint = {
  text: "Boolean()",
  holds: (x) => run(x.rt, "logical_or", run(x.rt, "eq", x, 0), run(x.rt, "eq", x, 1)),
};
export const nonnegativeInteger: Constraint = {
  text: "IntegerGreaterThan(lower_bound=0)",
  holds: (x) => both(whole(x), run(x.rt, "ge", x, 0)),
};
export const integersTo = (high: Tensor | number): Constraint => ({
  text: `IntegerInterval(lower_bound=0, upper_bound=${String(high)})`,
  holds: (x) => both(whole(x), within(x, 0, high)),
});
export const interval = (low: Tensor, high: Tensor): Constraint => ({
  text: "Interval(lower_bound=low, upper_bound=high)",
  holds: (x) => within(x, low, high),
});
/** Every element of the last dimension at once. */
const ofVector = (text: string, holds: (x: Tensor) => Tensor): Constraint => ({
  text,
  holds: (x) => run(x.rt, "all", holds(x), -1),
});
export const realVector = ofVector("IndependentConstraint(Real(), 1)", real.holds);
export const positiveVector = ofVector("IndependentConstraint(GreaterThan(lower_bound=0.0), 1)", positive.holds);
export const simplex: Constraint = {
  text: "Simplex()",
  holds: (x) => {
    const { rt } = x;
    const sums = run(rt, "abs", run(rt, "sub", run(rt, "sum", x, -1), 1));
    return both(run(rt, "all", run(rt, "ge", x, 0), -1), run(rt, "lt", sums, 1e-6));
  },
};
export const oneHot: Constraint = {
  text: "OneHot()",
  holds: (x) => both(run(x.rt, "all", boolean.holds(x), -1), run(x.rt, "eq", run(x.rt, "sum", x, -1), 1)),
};
/** Nothing is checked: another computation fails on what does not fit. */
export const anything: Constraint = { text: "Dependent()", holds: real.holds };

/** Machine precision and the smallest normal number of a dtype. */
export function limits(dtype: DType): { readonly eps: number; readonly tiny: number } {
  if (dtype.name === "float64") return { eps: 2 ** -52, tiny: 2 ** -1022 };
  if (!isDifferentiable(dtype)) throw valueError(`a distribution needs floating point parameters, not ${dtype.name}`);
  return { eps: 2 ** -23, tiny: 2 ** -126 };
}

/** Standard normal numbers. */
export const standardNormal = (p: Parameters, shape: Shape): Tensor => run(p.rt, "normal_", p.rt.empty(shape, p.dtype));
