import type { DType } from "../dtype.ts";
import { valueError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { uniform_ } from "./init.ts";
import { type Layer, type LayerArgs, type LayerResult, type LayerState, layer } from "./layer.ts";
import { run } from "./named-operators.ts";
import { PackedSequence, permuted } from "./packed-sequence.ts";
import { pythonText } from "./python-text.ts";

const PARAMS =
  "int64_t input_size, int64_t hidden_size, int64_t num_layers=1, bool bias=True, bool batch_first=False, double dropout=0.0, bool bidirectional=False";

interface Kind {
  readonly name: string;
  readonly gates: number;
  /** Hidden states: h, or h and c. */
  readonly states: 1 | 2;
  readonly op: (self: LayerState) => string;
  readonly signature: string;
  readonly doc: string;
}

const suffixes = (layers: number, directions: number): string[] =>
  Array.from(
    { length: layers * directions },
    (_, i) => `_l${Math.floor(i / directions)}${i % directions === 1 ? "_reverse" : ""}`,
  );

/** Names of the tensors of one layer and direction, in PyTorch's order. */
const namesOf = (suffix: string, bias: boolean): string[] =>
  ["weight_ih", "weight_hh", ...(bias ? ["bias_ih", "bias_hh"] : [])].map((name) => name + suffix);

function make(rt: Runtime, a: LayerArgs, gates: number): Record<string, Tensor> {
  const [input, hidden, layers] = ["input_size", "hidden_size", "num_layers"].map((k) => a[k] as number);
  if (hidden <= 0) throw valueError("hidden_size must be greater than zero");
  if (layers <= 0) throw valueError("num_layers must be greater than zero");
  const dropout = a["dropout"] as number;
  if (dropout > 0 && layers === 1)
    rt.warn(
      "UserWarning",
      `dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater than 1, but got dropout=${pythonText(dropout)} and num_layers=1`,
    );
  const directions = a["bidirectional"] === true ? 2 : 1;
  const bound = 1 / Math.sqrt(hidden);
  const out: Record<string, Tensor> = {};
  suffixes(layers, directions).forEach((suffix, i) => {
    const width = i < directions ? input : hidden * directions;
    for (const name of namesOf(suffix, a["bias"] === true)) {
      const shape = name.startsWith("weight_ih")
        ? [gates * hidden, width]
        : name.startsWith("weight_hh")
          ? [gates * hidden, hidden]
          : [gates * hidden];
      out[name] = uniform_(rt.empty(shape, rt.defaultDtype), -bound, bound);
    }
  });
  return out;
}

function extraRepr(self: LayerState): string {
  const parts = [`${self.get("input_size")}, ${self.get("hidden_size")}`];
  if (self.get("num_layers") !== 1) parts.push(`num_layers=${self.get("num_layers")}`);
  if (self.get("bias") !== true) parts.push("bias=False");
  if (self.get("batch_first") === true) parts.push("batch_first=True");
  if (self.get("dropout") !== 0) parts.push(`dropout=${pythonText(self.get("dropout"), "double")}`);
  if (self.get("bidirectional") === true) parts.push("bidirectional=True");
  return parts.join(", ");
}

type State = Tensor | readonly Tensor[] | undefined;

/** What the operator takes for a layer's input: the data and, packed, the batch sizes. */
interface Steps {
  readonly args: readonly Tensor[];
  readonly batch: number;
  readonly dtype: DType;
  /** What a given state becomes, and a last state. */
  readonly stateIn: (h: Tensor) => Tensor;
  readonly stateOut: (h: Tensor) => Tensor;
  readonly output: (data: Tensor) => LayerResult;
}

function paddedSteps(rt: Runtime, name: string, given: Tensor, batchFirst: boolean): Steps {
  if (given.ndim !== 2 && given.ndim !== 3)
    throw valueError(`${name}: Expected input to be 2D or 3D, got ${given.ndim}D instead`);
  const batched = given.ndim === 3;
  const side = batchFirst ? 0 : 1;
  const input = batched ? given : run(rt, "unsqueeze", given, side);
  return {
    args: [input],
    batch: input.shape[side],
    dtype: input.dtype,
    stateIn: (h) => (batched ? h : run(rt, "unsqueeze", h, 1)),
    stateOut: (h) => (batched ? h : run(rt, "squeeze", h, 1)),
    output: (data) => (batched ? data : run(rt, "squeeze", data, side)),
  };
}

const packedSteps = (given: PackedSequence): Steps => ({
  args: [given.data, given.batchSizes],
  batch: given.batchSizes.toArray()[0],
  dtype: given.data.dtype,
  stateIn: (h) => permuted(h, 1, given.sortedIndices),
  stateOut: (h) => permuted(h, 1, given.unsortedIndices),
  output: (data) => given.with(data),
});

function recurrent({ name, gates, states, op, signature, doc }: Kind): Layer {
  return layer<[Tensor | PackedSequence, State]>({
    name,
    signature,
    doc,
    manyTensors: true,
    inputs: ["input@", states === 1 ? "hx?" : "hx?[]"],
    result: states === 1 ? "[Tensor, Tensor]" : "[Tensor, [Tensor, Tensor]]",
    make: (rt, a) => ({ parameters: make(rt, a, gates) }),
    forward: (self, given, hx) => {
      const { rt } = self;
      const batchFirst = self.get<boolean>("batch_first");
      const packed = given instanceof PackedSequence;
      const steps = packed ? packedSteps(given) : paddedSteps(rt, name, given, batchFirst);
      const [layers, hidden] = [self.get<number>("num_layers"), self.get<number>("hidden_size")];
      const directions = self.get("bidirectional") === true ? 2 : 1;
      const list = hx === undefined ? null : Array.isArray(hx) ? (hx as Tensor[]) : [hx as Tensor];
      const state =
        list?.map(steps.stateIn) ??
        Array.from({ length: states }, () => rt.full([layers * directions, steps.batch, hidden], 0, steps.dtype));
      const bias = self.get<boolean>("bias");
      const weights = suffixes(layers, directions).flatMap((s) => namesOf(s, bias).map((n) => self.tensor(n)));
      const settings = [bias, layers, self.get("dropout"), self.training, directions === 2];
      const [output, ...last] = run(
        rt,
        op(self),
        ...steps.args,
        states === 1 ? state[0] : state,
        weights,
        ...(packed ? settings : [...settings, batchFirst]),
      ) as unknown as Tensor[];
      const results = last.map(steps.stateOut);
      return [steps.output(output), states === 1 ? results[0] : results];
    },
    extraRepr,
  });
}

export const recurrentLayers: readonly Layer[] = [
  recurrent({
    name: "RNN",
    gates: 1,
    states: 1,
    op: (self) => (self.get("nonlinearity") === "relu" ? "rnn_relu" : "rnn_tanh"),
    signature: `RNN(${PARAMS.replace("bool bias", "str nonlinearity='tanh', bool bias")})`,
    doc: "h' = tanh(W x + b + U h + c), or relu, along a sequence; gives all outputs and the last state.",
  }),
  recurrent({
    name: "GRU",
    gates: 3,
    states: 1,
    op: () => "gru",
    signature: `GRU(${PARAMS})`,
    doc: "Gated recurrent unit along a sequence; gives all outputs and the last state.",
  }),
  recurrent({
    name: "LSTM",
    gates: 4,
    states: 2,
    op: () => "lstm",
    signature: `LSTM(${PARAMS})`,
    doc: "Long short-term memory along a sequence; gives all outputs and the last hidden and cell state.",
  }),
];
