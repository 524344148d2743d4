import { int64 } from "../dtype.ts";
import { valueError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { type Layer, type LayerState, layer } from "./layer.ts";
import { run, runWith } from "./named-operators.ts";
import { pythonText, tuple } from "./python-text.ts";
import { localResponseNorm } from "./response-norm.ts";

/** Dimensions that each kind accepts. */
const ACCEPTS = { 1: [2, 3], 2: [4], 3: [5] } as const;
type Dims = keyof typeof ACCEPTS;

const normText = (self: LayerState): string =>
  `${self.get("num_features")}, eps=${pythonText(self.get("eps"), "double")}, momentum=${pythonText(self.get("momentum"), "double")}, ` +
  `affine=${pythonText(self.get("affine"))}, track_running_stats=${pythonText(self.get("track_running_stats"))}`;

function batchNorm(n: Dims): Layer {
  const accepts: readonly number[] = ACCEPTS[n];
  return layer({
    name: `BatchNorm${n}d`,
    signature: `BatchNorm${n}d(int64_t num_features, double eps=1e-05, double? momentum=0.1, bool affine=True, bool track_running_stats=True)`,
    tensors: {
      weight: "parameter?",
      bias: "parameter?",
      runningMean: "buffer?",
      runningVar: "buffer?",
      numBatchesTracked: "buffer?",
    },
    doc: "Brings each feature to mean 0 and variance 1 over the batch, then scales and shifts it; remembers running statistics for evaluation.",
    inputs: ["input"],
    make: (rt, a) => {
      const features = [a["num_features"] as number];
      const affine = a["affine"] === true;
      const tracks = a["track_running_stats"] === true;
      const filled = (value: number): Tensor => rt.full(features, value, rt.defaultDtype);
      return {
        parameters: { weight: affine ? filled(1) : null, bias: affine ? filled(0) : null },
        buffers: {
          running_mean: tracks ? filled(0) : null,
          running_var: tracks ? filled(1) : null,
          num_batches_tracked: tracks ? rt.full([], 0, int64) : null,
        },
      };
    },
    forward: (self, input) => {
      if (!accepts.includes(input.ndim))
        throw valueError(`expected ${accepts.map((d) => `${d}D`).join(" or ")} input (got ${input.ndim}D input)`);
      const counted = self.tensor("num_batches_tracked");
      let momentum = self.get<number | null>("momentum");
      if (self.training && counted !== null) {
        self.rt.quietly(() => run(self.rt, "add_", counted, 1));
        momentum ??= 1 / counted.item();
      }
      return runWith(self.rt, "batch_norm", {
        input,
        weight: self.tensor("weight"),
        bias: self.tensor("bias"),
        running_mean: self.tensor("running_mean"),
        running_var: self.tensor("running_var"),
        training: self.training || counted === null,
        momentum: momentum ?? 0,
        eps: self.get("eps"),
        cudnn_enabled: false,
      });
    },
    extraRepr: normText,
  });
}

/** Statistics of each channel of each sample. */
function instanceNorm(n: Dims): Layer {
  return layer({
    name: `InstanceNorm${n}d`,
    signature: `InstanceNorm${n}d(int64_t num_features, double eps=1e-05, double momentum=0.1, bool affine=False, bool track_running_stats=False)`,
    tensors: { weight: "parameter?", bias: "parameter?", runningMean: "buffer?", runningVar: "buffer?" },
    doc: "Brings each channel of each sample to mean 0 and variance 1.",
    inputs: ["input"],
    make: (rt, a) => {
      const features = [a["num_features"] as number];
      const filled = (wanted: unknown, value: number): Tensor | null =>
        wanted === true ? rt.full(features, value, rt.defaultDtype) : null;
      return {
        parameters: { weight: filled(a["affine"], 1), bias: filled(a["affine"], 0) },
        buffers: {
          running_mean: filled(a["track_running_stats"], 0),
          running_var: filled(a["track_running_stats"], 1),
        },
      };
    },
    forward: (self, given) => {
      const batched = given.ndim === n + 2;
      if (!batched && given.ndim !== n + 1)
        throw valueError(`expected ${n + 1}D or ${n + 2}D input (got ${given.ndim}D input)`);
      const input = batched ? given : run(self.rt, "unsqueeze", given, 0);
      const result = runWith(self.rt, "instance_norm", {
        input,
        weight: self.tensor("weight"),
        bias: self.tensor("bias"),
        running_mean: self.tensor("running_mean"),
        running_var: self.tensor("running_var"),
        use_input_stats: self.training || self.tensor("running_mean") === null,
        momentum: self.get("momentum"),
        eps: self.get("eps"),
        cudnn_enabled: true,
      });
      return batched ? result : run(self.rt, "squeeze", result, 0);
    },
    extraRepr: normText,
  });
}

const shapeOf = (x: unknown): number[] => (typeof x === "number" ? [x] : [...(x as number[])]);

export const layerNormLayer = layer({
  name: "LayerNorm",
  signature:
    "LayerNorm(IntArrayRef[1] normalized_shape, double eps=1e-05, bool elementwise_affine=True, bool bias=True)",
  tensors: { weight: "parameter?", bias: "parameter?" },
  doc: "Brings the last dimensions to mean 0 and variance 1, then scales and shifts each element.",
  inputs: ["input"],
  make: (rt, a) => {
    const shape = shapeOf(a["normalized_shape"]);
    const affine = a["elementwise_affine"] === true;
    return {
      parameters: {
        weight: affine ? rt.full(shape, 1, rt.defaultDtype) : null,
        bias: affine && a["bias"] === true ? rt.full(shape, 0, rt.defaultDtype) : null,
      },
    };
  },
  forward: (self, input) =>
    runWith(self.rt, "layer_norm", {
      input,
      normalized_shape: shapeOf(self.get("normalized_shape")),
      weight: self.tensor("weight"),
      bias: self.tensor("bias"),
      eps: self.get("eps"),
    }),
  extraRepr: (self) =>
    `${tuple(shapeOf(self.get("normalized_shape")))}, eps=${pythonText(self.get("eps"), "double")}, ` +
    `elementwise_affine=${pythonText(self.get("elementwise_affine"))}`,
});

export const groupNormLayer = layer({
  name: "GroupNorm",
  signature: "GroupNorm(int64_t num_groups, int64_t num_channels, double eps=1e-05, bool affine=True)",
  tensors: { weight: "parameter?", bias: "parameter?" },
  doc: "Brings groups of channels to mean 0 and variance 1, then scales and shifts each channel.",
  inputs: ["input"],
  make: (rt, a) => {
    const channels = [a["num_channels"] as number];
    if (channels[0] % (a["num_groups"] as number) !== 0)
      throw valueError("num_channels must be divisible by num_groups");
    const affine = a["affine"] === true;
    return {
      parameters: {
        weight: affine ? rt.full(channels, 1, rt.defaultDtype) : null,
        bias: affine ? rt.full(channels, 0, rt.defaultDtype) : null,
      },
    };
  },
  forward: (self, input) =>
    runWith(self.rt, "group_norm", {
      input,
      num_groups: self.get("num_groups"),
      weight: self.tensor("weight"),
      bias: self.tensor("bias"),
      eps: self.get("eps"),
    }),
  extraRepr: (self) =>
    `${self.get("num_groups")}, ${self.get("num_channels")}, eps=${pythonText(self.get("eps"), "double")}, affine=${pythonText(self.get("affine"))}`,
});

export const rmsNormLayer = layer({
  name: "RMSNorm",
  signature: "RMSNorm(IntArrayRef[1] normalized_shape, double? eps=None, bool elementwise_affine=True)",
  tensors: { weight: "parameter?" },
  doc: "Divides by the root of the mean square over the last dimensions.",
  inputs: ["input"],
  make: (rt, a) => ({
    parameters: {
      weight: a["elementwise_affine"] === true ? rt.full(shapeOf(a["normalized_shape"]), 1, rt.defaultDtype) : null,
    },
  }),
  forward: (self, input) =>
    run(self.rt, "rms_norm", input, shapeOf(self.get("normalized_shape")), self.tensor("weight"), self.get("eps")),
  extraRepr: (self) =>
    `${tuple(shapeOf(self.get("normalized_shape")))}, eps=${pythonText(self.get("eps"), "double")}, ` +
    `elementwise_affine=${pythonText(self.get("elementwise_affine"))}`,
});

export const localResponseNormLayer = layer({
  name: "LocalResponseNorm",
  signature: "LocalResponseNorm(int64_t size, double alpha=0.0001, double beta=0.75, double k=1.0)",
  doc: "Divides by a power of the mean square of neighbouring channels.",
  formula: "{input} \\left(k + \\tfrac{\\alpha}{n}\\textstyle\\sum_{\\text{channels}} {input}^2\\right)^{-\\beta}",
  inputs: ["input"],
  forward: (self, input) =>
    localResponseNorm(input, self.get("size"), self.get("alpha"), self.get("beta"), self.get("k")),
  extraRepr: (self) => {
    const [alpha, beta, k] = ["alpha", "beta", "k"].map((name) => pythonText(self.get(name), "double"));
    return `${self.get("size")}, alpha=${alpha}, beta=${beta}, k=${k}`;
  },
});

export const normLayers: readonly Layer[] = [
  ...([1, 2, 3] as const).flatMap((n) => [batchNorm(n), instanceNorm(n)]),
  layerNormLayer,
  rmsNormLayer,
  groupNormLayer,
  localResponseNormLayer,
];
