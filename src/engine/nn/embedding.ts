import { TorchError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { embeddingBag, renormalize } from "./bag.ts";
import { normal_ } from "./init.ts";
import { type Layer, type LayerArgs, type LayerState, type LayerTensors, layer } from "./layer.ts";
import { run, runWith } from "./named-operators.ts";
import { pythonText } from "./python-text.ts";

/** Counts a row from the end; -1 where no row is padding. Error: AssertionError when there is no such row. */
export function paddingRow(given: number | null, rows: number, message: string): number {
  if (given === null) return -1;
  if (given >= rows || given < -rows) throw new TorchError("AssertionError", message);
  return given < 0 ? given + rows : given;
}

/** A table of vectors [rows, width], normally distributed unless `_weight` gives it; the padding row is zero. */
function table(rt: Runtime, a: LayerArgs, message: string): LayerTensors {
  const [rows, width] = [a["num_embeddings"] as number, a["embedding_dim"] as number];
  const padding = paddingRow(a["padding_idx"] as number | null, rows, message);
  const given = a["_weight"] as Tensor | null;
  if (given !== null) {
    if (given.shape.join() !== `${rows},${width}`)
      throw new TorchError("AssertionError", "Shape of weight does not match num_embeddings and embedding_dim");
    return { parameters: { weight: given } };
  }
  const weight = normal_(rt.empty([rows, width], rt.defaultDtype));
  if (padding >= 0) rt.withGrad(false, () => run(rt, "zero_", run(rt, "select", weight, 0, padding)));
  return { parameters: { weight } };
}

/** What both kinds print, with what is their own between. */
function tableText(self: LayerState, own: string): string {
  const parts = [`${self.get("num_embeddings")}, ${self.get("embedding_dim")}`];
  const padding = self.get<number | null>("padding_idx");
  const shown = `padding_idx=${(padding ?? 0) < 0 ? (padding ?? 0) + self.get<number>("num_embeddings") : padding}`;
  const isBag = own !== "";
  if (!isBag && padding !== null) parts.push(shown);
  if (self.get("max_norm") !== null) parts.push(`max_norm=${pythonText(self.get("max_norm"))}`);
  if (self.get("norm_type") !== 2) parts.push(`norm_type=${pythonText(self.get("norm_type"))}`);
  if (self.get("scale_grad_by_freq") === true) parts.push("scale_grad_by_freq=True");
  if (isBag) parts.push(own);
  if (isBag && padding !== null) parts.push(shown);
  return parts.join(", ");
}

export const embeddingLayers: readonly Layer[] = [
  layer({
    name: "Embedding",
    signature:
      "Embedding(int64_t num_embeddings, int64_t embedding_dim, int64_t? padding_idx=None, double? max_norm=None, double norm_type=2.0, bool scale_grad_by_freq=False, bool sparse=False, Tensor? _weight=None)",
    doc: "A table of vectors: each index in the input picks a row.",
    formula: "W_{{input}}",
    tensors: { weight: "parameter" },
    inputs: ["input"],
    make: (rt, a: LayerArgs) => table(rt, a, "Padding_idx must be within num_embeddings"),
    forward: (self, input) => {
      const weight = self.tensor("weight") as Tensor;
      const maxNorm = self.get<number | null>("max_norm");
      if (maxNorm !== null) renormalize(weight, input, maxNorm, self.get("norm_type"));
      const rows = self.get<number>("num_embeddings");
      return runWith(self.rt, "embedding", {
        weight,
        indices: input,
        padding_idx: paddingRow(self.get("padding_idx"), rows, "Padding_idx must be within num_embeddings"),
        scale_grad_by_freq: self.get("scale_grad_by_freq"),
      });
    },
    extraRepr: (self) => tableText(self, ""),
  }),
  layer<[Tensor, Tensor | undefined, Tensor | undefined]>({
    name: "EmbeddingBag",
    signature:
      "EmbeddingBag(int64_t num_embeddings, int64_t embedding_dim, double? max_norm=None, double norm_type=2.0, bool scale_grad_by_freq=False, str mode='mean', bool sparse=False, Tensor? _weight=None, bool include_last_offset=False, int64_t? padding_idx=None)",
    doc: "A table of vectors: each bag of indices gives the sum, mean or maximum of its rows.",
    formula: "\\textstyle\\sum_{i \\in \\text{bag}} W_i",
    tensors: { weight: "parameter" },
    inputs: ["input", "offsets?", "per_sample_weights?"],
    make: (rt, a: LayerArgs) => table(rt, a, "padding_idx must be within num_embeddings"),
    forward: (self, input, offsets, samples) =>
      embeddingBag(input, self.tensor("weight") as Tensor, {
        offsets: offsets ?? null,
        maxNorm: self.get("max_norm"),
        normType: self.get("norm_type"),
        scaleGradByFreq: self.get("scale_grad_by_freq"),
        mode: self.get("mode"),
        perSampleWeights: samples ?? null,
        includeLastOffset: self.get("include_last_offset"),
        paddingIdx: self.get("padding_idx"),
      }),
    extraRepr: (self) => tableText(self, `mode=${pythonText(self.get("mode"))}`),
  }),
];
