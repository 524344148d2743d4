import { DISTRIBUTIONS } from "../../engine/distributions/kinds.ts";
import { createRuntime } from "../../engine/engine.ts";
import { LAYERS } from "../../engine/nn/layers.ts";
import { OPTIMIZERS } from "../../engine/optim/kinds.ts";
import { SCHEDULERS } from "../../engine/optim/schedulers.ts";
import { MULTIHEAD_ATTENTION } from "./api/attention-module.ts";
import { createApi } from "./api/create-api.ts";
import { EXPOSED } from "./api/exposed.ts";
import { TRANSFORMERS } from "./api/transformer-modules.ts";
import { TRIPLET_LOSS } from "./api/triplet-loss.ts";
import { PYTHON_ONLY } from "./python-only.ts";

/** What a page says of a name beside what the Python side says of itself. */
export interface Described {
  readonly doc: string;
  readonly formula?: string | undefined;
}

/** Where a section of PyTorch stands in the API, as a path into its exports. */
const PLACES: Readonly<Record<string, string>> = {
  nn: "nn",
  "nn.functional": "nn.functional",
  "nn.init": "nn.init",
  "nn.utils": "nn.utils",
  "nn.utils.rnn": "nn.utils.rnn",
  optim: "optim",
  "optim.lr_scheduler": "optim.lrScheduler",
  func: "func",
  autograd: "autograd",
  "autograd.functional": "autograd.functional",
  "autograd.graph": "autograd.graph",
  "utils.checkpoint": "utils.checkpoint",
  "utils.data": "utils.data",
  distributions: "distributions",
};

function namesAt(exports: unknown, path: string): string[] {
  let at = exports;
  for (const part of path.split(".")) at = (at as Readonly<Record<string, unknown>> | undefined)?.[part];
  return Object.keys(at ?? {});
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
  const names = Object.fromEntries(Object.entries(PLACES).map(([section, path]) => [section, namesAt(exports, path)]));
  return { names, reasons: PYTHON_ONLY, described };
}
