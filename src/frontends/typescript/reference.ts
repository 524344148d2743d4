import { DISTRIBUTIONS } from "../../engine/distributions/kinds.ts";
import { createRuntime } from "../../engine/engine.ts";
import { LAYERS } from "../../engine/nn/layers.ts";
import { OPTIMIZERS } from "../../engine/optim/kinds.ts";
import { SCHEDULERS } from "../../engine/optim/schedulers.ts";
import { MULTIHEAD_ATTENTION } from "./api/attention-module.ts";
import { createApi } from "./api/create-api.ts";
import { EXPOSED, type Namespace } from "./api/exposed.ts";
import { callablesAt } from "./api/operators.ts";
import { TRANSFORMERS } from "./api/transformer-modules.ts";
import { TRIPLET_LOSS } from "./api/triplet-loss.ts";
import { PYTHON_ONLY, TYPESCRIPT_ONLY } from "./only.ts";

/** What a page says of a name beside what the Python side says of itself. */
export interface Described {
  readonly doc: string;
  readonly formula?: string | undefined;
}

/** Where a section of PyTorch stands in the API, as a path (or several) into its exports; a class stands for its members. */
const PLACES: Readonly<Record<string, string>> = {
  torch: "",
  Tensor: "Tensor",
  linalg: "linalg",
  fft: "fft",
  special: "special",
  "nn.Module": "nn.Module",
  "optim.Optimizer": "optim.Optimizer",
  nn: "nn",
  "nn.functional": "nn.functional",
  "nn.init": "nn.init",
  "nn.utils": "nn.utils",
  "nn.utils.rnn": "nn.utils.rnn",
  "nn.utils.parametrize": "nn.utils.parametrize nn.utils.parametrizations",
  "nn.utils.prune": "nn.utils.prune",
  optim: "optim",
  "optim.lr_scheduler": "optim.lrScheduler",
  "optim.swa_utils": "optim.swaUtils",
  func: "func",
  autograd: "autograd",
  "autograd.functional": "autograd.functional",
  "autograd.graph": "autograd.graph",
  "autograd.forward_ad": "autograd.forwardAD",
  "utils.checkpoint": "utils.checkpoint",
  "utils.data": "utils.data",
  distributions: "distributions",
};

function namesAt(exports: unknown, path: string): string[] {
  let at = exports;
  for (const part of path.split(".").filter((p) => p !== ""))
    at = (at as Readonly<Record<string, unknown>> | undefined)?.[part];
  if (typeof at === "function") return membersOf(at.prototype);
  return Object.entries(at ?? {}).flatMap(([name, value]) => (isNamespace(value) ? [] : [name]));
}

/** Namespaces are sections of their own. */
const isNamespace = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Names on a prototype and on those that it inherits from, without JavaScript's own. */
function membersOf(prototype: object): string[] {
  const names: string[] = [];
  for (let at = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    names.push(...Object.getOwnPropertyNames(at));
  return names.filter((name) => name !== "constructor" && !name.startsWith("_"));
}

/** Names that docs/operators.md has, by section. */
function operatorNames(): Record<string, readonly string[]> {
  const at = (namespace: Namespace): string[] => EXPOSED[namespace].map((e) => e.name);
  return {
    torch: at("torch"),
    linalg: at("linalg"),
    fft: at("fft"),
    special: at("special"),
    Tensor: callablesAt("Tensor").map((c) => c.name),
  };
}

/** For the pages of docs/: names of the TypeScript API by section, excuses for what it lacks, and descriptions from the tables. */
export function reference() {
  const silent = (): void => {};
  const host = { write: silent, stopRequested: () => false, locations: [], nameTensor: silent, userFrames: () => "" };
  const { exports } = createApi(createRuntime(), host);
  const described: Record<string, Described> = {};
  const describe = (section: string, all: readonly (Described & { readonly name: string })[]): void => {
    for (const { name, doc, formula } of all) described[`${section}.${name}`] = { doc, formula };
  };
  describe("nn", [...LAYERS, MULTIHEAD_ATTENTION, TRIPLET_LOSS, ...TRANSFORMERS]);
  describe("optim", OPTIMIZERS);
  describe("optim.lr_scheduler", SCHEDULERS);
  describe("distributions", DISTRIBUTIONS);
  describe(
    "nn.functional",
    EXPOSED.functional.flatMap(({ name, callable }) => (callable.doc === "" ? [] : [{ name, doc: callable.doc }])),
  );
  const names = Object.fromEntries(
    Object.entries(PLACES).map(([section, paths]) => [
      section,
      paths.split(" ").flatMap((path) => namesAt(exports, path)),
    ]),
  );
  return { names, operators: operatorNames(), pythonOnly: PYTHON_ONLY, typescriptOnly: TYPESCRIPT_ONLY, described };
}
