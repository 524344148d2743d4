import { uniform_ } from "./init.ts";
import { type Layer, type LayerArgs, type LayerState, layer } from "./layer.ts";
import { run, runWith } from "./named-operators.ts";
import { pythonText } from "./python-text.ts";
import { weightAndBias } from "./weights.ts";

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

export const bilinearLayer = layer({
  name: "Bilinear",
  signature: "Bilinear(int64_t in1_features, int64_t in2_features, int64_t out_features, bool bias=True)",
  doc: "y = x₁ᵀ A x₂ + b.",
  tensors: { weight: "parameter", bias: "parameter?" },
  inputs: ["input1", "input2"],
  make: (rt, a: LayerArgs) => {
    const [one, two, out] = ["in1_features", "in2_features", "out_features"].map((k) => a[k] as number);
    const bound = 1 / Math.sqrt(one);
    const weight = uniform_(rt.empty([out, one, two], rt.defaultDtype), -bound, bound);
    const bias = a["bias"] === true ? uniform_(rt.empty([out], rt.defaultDtype), -bound, bound) : null;
    return { parameters: { weight, bias } };
  },
  forward: (self, input1, input2) =>
    run(self.rt, "bilinear", input1, input2, self.tensor("weight"), self.tensor("bias")),
  extraRepr: (self) =>
    `in1_features=${self.get("in1_features")}, in2_features=${self.get("in2_features")}, out_features=${self.get("out_features")}, bias=${hasBias(self)}`,
});

const distance = (name: string, op: string, params: string, doc: string): Layer =>
  layer({
    name,
    signature: `${name}(${params})`,
    doc,
    inputs: ["x1", "x2"],
    forward: (self, x1, x2) => {
      const names = [...params.matchAll(/(\w+)=/g)].map((m) => m[1]);
      return runWith(self.rt, op, { x1, x2, ...Object.fromEntries(names.map((n) => [n, self.get(n)])) });
    },
  });

export const distanceLayers: readonly Layer[] = [
  distance(
    "CosineSimilarity",
    "cosine_similarity",
    "int64_t dim=1, double eps=1e-08",
    "Cosine of the angle between vectors along a dimension.",
  ),
  distance(
    "PairwiseDistance",
    "pairwise_distance",
    "double p=2.0, double eps=1e-06, bool keepdim=False",
    "Distance of vectors in the last dimension.",
  ),
];
