import type { OptimizerKind } from "../../../engine/optim/optimizer.ts";
import type { SchedulerKind } from "../../../engine/optim/schedule.ts";
import { commentText } from "./docs.ts";
import { plainFormula } from "./plain-formula.ts";

const DEFAULT_TYPES: Readonly<Record<string, string>> = {
  number: "number",
  boolean: "boolean",
  function: "(epoch: number) => number",
};
/** Types of arguments that no default shows. */
const REQUIRED_TYPES: Readonly<Record<string, string>> = {
  milestones: "readonly number[]",
  lrLambda: "((epoch: number) => number) | readonly ((epoch: number) => number)[]",
};
/** Types that are narrower or wider than their defaults say. */
const OWN_TYPES: Readonly<Record<string, string>> = {
  maxLr: "number | readonly number[]",
  baseLr: "number | readonly number[]",
  baseMomentum: "number | readonly number[]",
  maxMomentum: "number | readonly number[]",
  mode: '"triangular" | "triangular2" | "exp_range"',
  scaleMode: '"cycle" | "iterations"',
  scaleFn: "((x: number) => number) | null",
  annealStrategy: '"cos" | "linear"',
  lineSearchFn: '"strong_wolfe" | null',
};

const optionType = (name: string, value: unknown): string => OWN_TYPES[name] ?? typeOfDefault(name, value);

const typeOfDefault = (name: string, value: unknown): string =>
  Array.isArray(value)
    ? `readonly [${value.map((v) => (v === null ? "number | null" : "number")).join(", ")}]`
    : ((value === null ? "number | null" : DEFAULT_TYPES[typeof value]) ?? REQUIRED_TYPES[name] ?? "number");

/** Choices of implementations, of which there is one here. */
const INTERNAL = new Set(["foreach", "fused"]);

/** The class of an optimiser and the interface of its options. */
export function optimizerClass(kind: OptimizerKind): string {
  const options = Object.entries(kind.defaults)
    .filter(([name]) => !INTERNAL.has(name))
    .map(
      ([name, value]) => `    /** ${JSON.stringify(value)} unless given. */\n    ${name}?: ${optionType(name, value)};`,
    );
  return [
    `  export interface ${kind.name}Options {`,
    ...options,
    "  }",
    commentText([kind.doc, `\`${plainFormula(kind.formula, (x) => x)}\``], "  ").trimEnd(),
    `  export class ${kind.name} extends Optimizer {`,
    `    constructor(params: Params<${kind.name}Options>, options?: ${kind.name}Options);`,
    "  }",
  ].join("\n");
}

/** The class of a learning-rate schedule. */
export function schedulerClass(kind: SchedulerKind): string {
  const params = Object.entries(kind.params);
  const required = params.filter(([, value]) => value === undefined).length;
  const constructors: string[] = [];
  for (let k = 0; k <= params.length; k++) {
    const given = params.slice(0, k).map(([name, value]) => `${name}: ${optionType(name, value)}`);
    const others = params
      .slice(k)
      .map(([name, value]) => `${name}${value === undefined ? "" : "?"}: ${optionType(name, value)}`);
    const options = others.length === 0 ? [] : [`options${k < required ? "" : "?"}: { ${others.join("; ")} }`];
    constructors.push(`    constructor(${["optimizer: Optimizer", ...given, ...options].join(", ")});`);
  }
  return [`  /** ${kind.doc} */`, `  export class ${kind.name} extends LRScheduler {`, ...constructors, "  }"].join(
    "\n",
  );
}
