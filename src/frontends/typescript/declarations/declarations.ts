import type { Layer } from "../../../engine/nn/layer.ts";
import { LAYERS } from "../../../engine/nn/layers.ts";
import { OPTIMIZERS } from "../../../engine/optim/kinds.ts";
import type { OptimizerKind } from "../../../engine/optim/optimizer.ts";
import { SCHEDULERS, type SchedulerKind } from "../../../engine/optim/schedulers.ts";
import { parseSignature } from "../../../engine/schema/parse.ts";
import { DTYPE_EXPORTS } from "../api/dtypes.ts";
import { EXPOSED, type Namespace } from "../api/exposed.ts";
import { camelCase, exportName } from "../api/names.ts";
import { CONVERSIONS, OPERATOR_METHODS } from "../api/tensor-methods.ts";
import { commentText, docOf } from "./docs.ts";
import { GENERAL_PART } from "./general-part.ts";
import { NN_PART } from "./nn-part.ts";
import { OPTIM_PART } from "./optim-part.ts";
import { overloadsOf } from "./overloads.ts";
import { plainFormula } from "./plain-formula.ts";
import { parameterName, typeText } from "./type-text.ts";

/** What programs find without importing it. */
const GLOBALS = `declare var console: {
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  debug(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
  trace(...values: unknown[]): void;
  dir(value: unknown): void;
  table(value: unknown): void;
  assert(condition: unknown, ...values: unknown[]): void;
  count(label?: string): void;
  countReset(label?: string): void;
  group(...values: unknown[]): void;
  groupEnd(): void;
};
`;

/** Functions that the written part has, with better types. */
const WRITTEN = new Set(["tensor", "grad", "backward", "slice"]);

function functions(namespace: Namespace, indent: string, keyword: string): string {
  const out: string[] = [];
  const seen = new Set(WRITTEN);
  for (const { name, callable } of EXPOSED[namespace]) {
    const shown = exportName(name);
    if (seen.has(shown)) continue;
    seen.add(shown);
    const doc = commentText(docOf(callable, false), indent);
    out.push(
      doc +
        overloadsOf(callable, false)
          .map((o) => `${indent}${keyword} ${shown}${o};`)
          .join("\n"),
    );
  }
  return out.join("\n");
}

function methods(): string {
  const out: string[] = [];
  for (const [name, c] of OPERATOR_METHODS) {
    const doc = commentText(docOf(c, true), "  ");
    out.push(
      doc +
        overloadsOf(c, true)
          .map((o) => `  ${name}${o};`)
          .join("\n"),
    );
  }
  return out.join("\n");
}

const conversions = (): string =>
  Object.entries(CONVERSIONS)
    .map(([name, dtype]) => `  /** As ${dtype}. */\n  ${name}(): Tensor;`)
    .join("\n");

const namespaces = (): string =>
  (["linalg", "special", "fft"] as const)
    .filter((n) => EXPOSED[n].length > 0)
    .map((n) => `export namespace ${n} {\n${functions(n, "  ", "function")}\n}`)
    .join("\n");

/** Attributes of a layer that its constructor's arguments become. */
function layerClass(layer: Layer): string {
  const params = layer.name === "Identity" ? [] : parseSignature(layer.signature).params;
  const tensors = layer.tensors ?? {};
  const byName = /^Conv\dd$/.test(layer.name) ? ' | "same" | "valid"' : "";
  const typed = params.map((p) => ({
    p,
    name: camelCase(p.name),
    type: typeText(p) + (p.name === "padding" ? byName : ""),
  }));
  const required = typed.filter(({ p }) => !p.hasDefault).length;
  const constructors: string[] = [];
  for (let k = required; k <= typed.length; k++) {
    const given = typed.slice(0, k).map(({ name, type }) => `${parameterName(name)}: ${type}`);
    const others = typed.slice(k).map(({ name, type }) => `${name}?: ${type}`);
    const options = others.length === 0 ? [] : [`options?: { ${others.join("; ")} }`];
    constructors.push(`    constructor(${[...given, ...options].join(", ")});`);
  }
  const attributes = typed.filter(({ name }) => !(name in tensors)).map(({ name, type }) => `    ${name}: ${type};`);
  const inputs = layer.inputs.map(inputText).join(", ");
  return [
    commentText(layerDoc(layer), "  ").trimEnd(),
    `  export class ${layer.name} extends Module {`,
    ...constructors,
    ...attributes,
    ...Object.entries(tensors).map(([name, type]) => `    ${name}: ${TENSOR_TYPES[type]};`),
    ...(layer.manyTensors === true ? [MANY_TENSORS] : []),
    `    forward(${inputs}): ${layer.result ?? "Tensor"};`,
    "  }",
  ].join("\n");
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a type of TypeScript
const MANY_TENSORS = "    [name: `weight${string}` | `bias${string}`]: any;";

/** "hx?[]" → "hx?: Tensor | readonly Tensor[] | null" */
function inputText(declared: string): string {
  const name = camelCase(declared.replace(/[?[\]]/g, ""));
  const type = declared.endsWith("[]") ? "Tensor | readonly Tensor[]" : "Tensor";
  return declared.includes("?") ? `${name}?: ${type} | null` : `${name}: ${type}`;
}

const TENSOR_TYPES = { parameter: "Parameter", "parameter?": "Parameter | null", "buffer?": "Tensor | null" } as const;

function layerDoc(layer: Layer): string[] {
  return layer.formula === undefined ? [layer.doc] : [layer.doc, `\`${plainFormula(layer.formula, (x) => x)}\``];
}

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

const optionType = (name: string, value: unknown): string =>
  Array.isArray(value)
    ? `readonly [${value.map(() => "number").join(", ")}]`
    : (DEFAULT_TYPES[typeof value] ?? REQUIRED_TYPES[name] ?? "number");

function optimizerClass(kind: OptimizerKind): string {
  const options = Object.entries(kind.defaults)
    .filter(([, value]) => value !== null)
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

function schedulerClass(kind: SchedulerKind): string {
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
  return [
    `  /** ${kind.doc} */`,
    `  export interface ${kind.name} extends Scheduler {}`,
    `  export class ${kind.name} {`,
    ...constructors,
    "  }",
  ].join("\n");
}

function fill(text: string, parts: Readonly<Record<string, string>>): string {
  return text.replace(
    /^([ ]*)%([A-Z_]+)%$|%([A-Z_]+)%/gm,
    (_all, _indent, line: string, inside: string) => parts[line ?? inside],
  );
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ");

/** Declarations of the module "backstep" and of the globals of model code, as the text of a .d.ts file. */
export function declarations(): string {
  const general = fill(GENERAL_PART, {
    DTYPES: Object.keys(DTYPE_EXPORTS)
      .map((name) => `export const ${name}: DType;`)
      .join("\n"),
    CONVERSIONS: conversions(),
    METHODS: methods(),
    FUNCTIONS: functions("torch", "", "export function"),
    NAMESPACES: namespaces(),
  });
  const nn = fill(NN_PART, {
    LAYERS: LAYERS.map(layerClass).join("\n"),
    FUNCTIONAL: functions("functional", "    ", "function"),
  });
  const optim = fill(OPTIM_PART, {
    OPTIMIZERS: OPTIMIZERS.map(optimizerClass).join("\n"),
    SCHEDULERS: SCHEDULERS.map(schedulerClass).join("\n"),
    SCHEDULER_NAMES: SCHEDULERS.map((s) => s.name).join(", "),
  });
  const body = indented(`${general}\n${nn}\n${optim}`);
  return `${GLOBALS}\ndeclare module "backstep" {\n${body}\n}\n`;
}
