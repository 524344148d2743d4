import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { defaultWeight_, normal_, uniform_ } from "./init.ts";
import { type LayerArgs, type LayerState, layer } from "./layer.ts";
import { run, runWith } from "./named-operators.ts";
import { pythonText } from "./python-text.ts";

/** Weight and bias with PyTorch's default initialisation. */
export function weightAndBias(
  rt: Runtime,
  shape: readonly number[],
  biasSize: number | null,
): Record<string, Tensor | null> {
  const weight = rt.empty(shape, rt.defaultDtype);
  const bound = defaultWeight_(weight);
  return { weight, bias: biasSize === null ? null : uniform_(rt.empty([biasSize], rt.defaultDtype), -bound, bound) };
}

export const hasBias = (self: LayerState): string => pythonText(self.tensor("bias") !== null);

export const linearLayer = layer({
  name: "Linear",
  signature: "Linear(int64_t in_features, int64_t out_features, bool bias=True)",
  doc: "Applies an affine transformation to the last dimension: y = x Aᵀ + b.",
  formula: "{input} W^\\top + b",
  tensors: { weight: "parameter", bias: "parameter?" },
  inputs: ["input"],
  make: (rt, a: LayerArgs) => {
    const [fanIn, fanOut] = [a["in_features"] as number, a["out_features"] as number];
    return { parameters: weightAndBias(rt, [fanOut, fanIn], a["bias"] === true ? fanOut : null) };
  },
  forward: (self, input) => run(self.rt, "linear", input, self.tensor("weight"), self.tensor("bias")),
  extraRepr: (self) =>
    `in_features=${self.get("in_features")}, out_features=${self.get("out_features")}, bias=${hasBias(self)}`,
});

export const identityLayer = layer({
  name: "Identity",
  signature: "Identity()",
  doc: "Passes its input on.",
  inputs: ["input"],
  forward: (_self, input) => input,
});

export const embeddingLayer = layer({
  name: "Embedding",
  signature: "Embedding(int64_t num_embeddings, int64_t embedding_dim, int64_t? padding_idx=None)",
  doc: "A table of vectors: each index in the input picks a row.",
  tensors: { weight: "parameter" },
  inputs: ["input"],
  make: (rt, a: LayerArgs) => {
    const weight = rt.empty([a["num_embeddings"] as number, a["embedding_dim"] as number], rt.defaultDtype);
    normal_(weight);
    const padding = a["padding_idx"] as number | null;
    if (padding !== null) run(rt, "zero_", run(rt, "select", weight, 0, padding));
    return { parameters: { weight } };
  },
  forward: (self, input) => {
    const padding = self.get<number | null>("padding_idx");
    const rows = self.get<number>("num_embeddings");
    const at = padding === null ? -1 : padding < 0 ? padding + rows : padding;
    return runWith(self.rt, "embedding", { weight: self.tensor("weight"), indices: input, padding_idx: at });
  },
  extraRepr: (self) => {
    const padding = self.get<number | null>("padding_idx");
    const shown =
      padding === null ? "" : `, padding_idx=${padding < 0 ? padding + self.get<number>("num_embeddings") : padding}`;
    return `${self.get("num_embeddings")}, ${self.get("embedding_dim")}${shown}`;
  },
});

export const flattenLayer = layer({
  name: "Flatten",
  signature: "Flatten(int64_t start_dim=1, int64_t end_dim=-1)",
  doc: "Joins a range of dimensions into one.",
  inputs: ["input"],
  forward: (self, input) => run(self.rt, "flatten", input, self.get("start_dim"), self.get("end_dim")),
  extraRepr: (self) => `start_dim=${self.get("start_dim")}, end_dim=${self.get("end_dim")}`,
});

export const unflattenLayer = layer({
  name: "Unflatten",
  signature: "Unflatten(int64_t dim, IntArrayRef unflattened_size)",
  doc: "Splits a dimension into several.",
  inputs: ["input"],
  forward: (self, input) => run(self.rt, "unflatten", input, self.get("dim"), self.get("unflattened_size")),
  extraRepr: (self) => `dim=${self.get("dim")}, unflattened_size=${pythonText(self.get("unflattened_size"))}`,
});

export const dropoutLayer = layer({
  name: "Dropout",
  signature: "Dropout(double p=0.5, bool inplace=False)",
  doc: "While training, sets each element to zero with probability p and scales the others by 1/(1-p).",
  inputs: ["input"],
  forward: (self, input) => {
    const p = self.get<number>("p");
    const name = self.get<boolean>("inplace") ? "dropout_" : "dropout";
    return runWith(self.rt, name, { input, p, training: self.training, train: self.training });
  },
  extraRepr: (self) => `p=${pythonText(self.get("p"))}, inplace=${pythonText(self.get("inplace"))}`,
});
