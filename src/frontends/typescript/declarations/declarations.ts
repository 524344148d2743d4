import { LAYERS } from "../../../engine/nn/layers.ts";
import { OPTIMIZERS } from "../../../engine/optim/kinds.ts";
import { SCHEDULERS } from "../../../engine/optim/schedulers.ts";
import { SWALR } from "../../../engine/optim/swa.ts";
import { MULTIHEAD_ATTENTION } from "../api/attention-module.ts";
import { DTYPE_EXPORTS } from "../api/dtypes.ts";
import { EXPOSED, type Namespace } from "../api/exposed.ts";
import { exportName } from "../api/names.ts";
import type { Callable } from "../api/operators.ts";
import { CONVERSIONS, OPERATOR_METHODS } from "../api/tensor-methods.ts";
import { TRANSFORMERS } from "../api/transformer-modules.ts";
import { TRIPLET_LOSS } from "../api/triplet-loss.ts";
import { DATA_PART } from "./data-part.ts";
import { distributionPart } from "./distribution-part.ts";
import { commentText, docOf } from "./docs.ts";
import { FUNC_PART } from "./func-part.ts";
import { GENERAL_PART } from "./general-part.ts";
import { composedClass, layerClass } from "./layer-class.ts";
import { NN_PART } from "./nn-part.ts";
import { optimizerClass, schedulerClass } from "./optim-classes.ts";
import { OPTIM_PART } from "./optim-part.ts";
import { overloadsOf } from "./overloads.ts";

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

/** The overloads of an operator, each with what it does: an editor shows the comment of the one that a call chose. */
function declared(callable: Callable, method: boolean, head: string, indent: string): string {
  const doc = commentText(docOf(callable, method), indent);
  return overloadsOf(callable, method)
    .map((overload) => `${doc}${indent}${head}${overload};`)
    .join("\n");
}

function functions(namespace: Namespace, indent: string, keyword: string): string {
  const named = new Map<string, Callable>();
  for (const { name, callable } of EXPOSED[namespace]) {
    const shown = exportName(name);
    if (!WRITTEN.has(shown) && !named.has(shown)) named.set(shown, callable);
  }
  return [...named].map(([name, c]) => declared(c, false, `${keyword} ${name}`, indent)).join("\n");
}

const methods = (): string => [...OPERATOR_METHODS].map(([name, c]) => declared(c, true, name, "  ")).join("\n");

const conversions = (): string =>
  Object.entries(CONVERSIONS)
    .map(([name, dtype]) => `  /** As ${dtype}. */\n  ${name}(): Tensor;`)
    .join("\n");

const NAMESPACE_DOCS = {
  linalg: "/** Linear algebra (torch.linalg): of matrices, or of each matrix of a batch. */\n",
  special: "/** Special functions (torch.special), element by element. */\n",
  fft: "/** Fourier transforms (torch.fft). */\n",
} as const;

const namespaces = (): string =>
  (["linalg", "special", "fft"] as const)
    .filter((n) => EXPOSED[n].length > 0)
    .map((n) => `${NAMESPACE_DOCS[n]}export namespace ${n} {\n${functions(n, "  ", "function")}\n}`)
    .join("\n");

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
    LAYERS: [
      ...LAYERS.map(layerClass),
      ...[MULTIHEAD_ATTENTION, TRIPLET_LOSS, ...TRANSFORMERS].map(composedClass),
    ].join("\n"),
    FUNCTIONAL: functions("functional", "    ", "function"),
  });
  const optim = fill(OPTIM_PART, {
    OPTIMIZERS: OPTIMIZERS.map(optimizerClass).join("\n"),
    SCHEDULERS: SCHEDULERS.map(schedulerClass).join("\n"),
    SWALR: schedulerClass(SWALR).replace(/^/gm, "  "),
    SCHEDULER_NAMES: SCHEDULERS.map((s) => s.name).join(", "),
  });
  const body = indented(`${general}\n${FUNC_PART}\n${DATA_PART}\n${distributionPart()}\n${nn}\n${optim}`);
  return `${GLOBALS}\ndeclare module "backstep" {\n${body}\n}\n`;
}
