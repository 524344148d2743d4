import type { DistributionKind } from "../../../engine/distributions/kind.ts";
import { DISTRIBUTIONS } from "../../../engine/distributions/kinds.ts";
import { camelCase } from "../api/names.ts";
import { commentText } from "./docs.ts";
import { plainFormula } from "./plain-formula.ts";

const WRITTEN = `/** Distributions to sample from, with their densities (torch.distributions). */
export namespace distributions {
  /** What all distributions have. */
  export abstract class Distribution {
    protected constructor();
    /** Shape of the distributions at once. */
    readonly batchShape: readonly number[];
    /** Shape of one sample. */
    readonly eventShape: readonly number[];
    /** Are samples differentiable functions of the parameters? */
    readonly hasRsample: boolean;
    /** Values without gradient, of shape [...shape, ...batchShape, ...eventShape]. */
    sample(shape?: readonly number[]): Tensor;
    /** Values that are differentiable functions of the parameters. */
    rsample(shape?: readonly number[]): Tensor;
    /** Logarithm of the density or probability of a value. */
    logProb(value: Tensor): Tensor;
    /** -E ln p(x), in nats. */
    entropy(): Tensor;
    /** E x. */
    readonly mean: Tensor;
    /** E (x - mean)². */
    readonly variance: Tensor;
    /** √variance. */
    readonly stddev: Tensor;
    toString(): string;
  }
  /** A distribution with everything that its family knows. */
  interface Family extends Distribution {
    /** The likeliest value. */
    readonly mode: Tensor;
    /** Probability of a value at most this. */
    cdf(value: Tensor): Tensor;
    /** The value below which this share lies. */
    icdf(share: Tensor): Tensor;
  }
%FAMILIES%
  /** Takes the last batch dimensions as dimensions of the event: log-probabilities are summed over them. */
  export class Independent extends Distribution {
    constructor(base: Distribution, reinterpretedBatchNdims: number);
    readonly baseDist: Distribution;
  }
  /** KL(p ‖ q) for each batch element. */
  function klDivergence(p: Distribution, q: Distribution): Tensor;
}
`;

/** The class of a family: its parameters by place or by name. */
function familyClass(kind: DistributionKind): string {
  const names = Object.keys(kind.parameters);
  const isOptional = (n: string): boolean => n in (kind.defaults ?? {}) || (kind.oneOf?.includes(n) ?? false);
  const placed = names.filter((n) => !kind.oneOf?.includes(n));
  const options = names.map((n) => `${camelCase(n)}${isOptional(n) ? "?" : ""}: Tensor | number`).join("; ");
  const byPlace = [...placed, ...(kind.oneOf?.slice(0, 1) ?? [])].map(
    (n) => `${camelCase(n)}${n in (kind.defaults ?? {}) && kind.oneOf === undefined ? "?" : ""}: Tensor | number`,
  );
  const rest = (kind.oneOf ?? []).map((n) => `${camelCase(n)}?: Tensor | number`).join("; ");
  const mixed =
    kind.oneOf === undefined || placed.length === 0
      ? []
      : [`    constructor(${placed.map((n) => `${camelCase(n)}: Tensor | number`).join(", ")}, options: { ${rest} });`];
  const attributes = new Set([...names, ...Object.keys(kind.derived ?? {})].map(camelCase));
  return [
    commentText([kind.doc, `ln p(x) = \`${plainFormula(kind.formula, (x) => x)}\``], "  ").trimEnd(),
    `  export interface ${kind.name} extends Family {}`,
    `  export class ${kind.name} {`,
    `    constructor(${byPlace.join(", ")});`,
    ...mixed,
    `    constructor(options: { ${options} });`,
    ...[...attributes].map((n) => `    readonly ${n}: Tensor;`),
    "  }",
  ].join("\n");
}

/** Declarations of the distributions. */
export const distributionPart = (): string =>
  WRITTEN.replace("%FAMILIES%", () => DISTRIBUTIONS.map(familyClass).join("\n"));
