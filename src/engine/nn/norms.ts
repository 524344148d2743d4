import { int64 } from "../dtype.ts";
import { valueError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { type Layer, layer } from "./layer.ts";
import { run, runWith } from "./named-operators.ts";
import { pythonText, tuple } from "./python-text.ts";

/** BatchNorm1d and BatchNorm2d differ in the dimensions they accept. */
function batchNorm(n: 1 | 2): Layer {
  const accepts = n === 1 ? [2, 3] : [4];
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
    extraRepr: (self) =>
      `${self.get("num_features")}, eps=${pythonText(self.get("eps"), "double")}, momentum=${pythonText(self.get("momentum"), "double")}, ` +
      `affine=${pythonText(self.get("affine"))}, track_running_stats=${pythonText(self.get("track_running_stats"))}`,
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

export const normLayers: readonly Layer[] = [batchNorm(1), batchNorm(2), layerNormLayer, groupNormLayer];
