import { bfloat16, float32 } from "../dtype.ts";
import { check } from "../errors.ts";
import { denseArray } from "../kernels/dense.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { dropout } from "./dropout.ts";
import { cat, stack } from "./joining.ts";
import {
  type Cell,
  type CellState,
  type CellWeights,
  gruStep,
  inputGates,
  lstmStep,
  reluStep,
  tanhStep,
} from "./rnn-cells.ts";
import { mkldnnRnnLayer } from "./rnn-fused.ts";
import { narrow } from "./slicing.ts";
import { unbind } from "./splitting.ts";
import { transpose, transpose_ } from "./views.ts";

/** What the layers of a recurrent network do, whatever the cell. */
interface Plan {
  readonly cell: Cell;
  readonly layers: number;
  readonly dropout: number;
  readonly train: boolean;
  readonly bidirectional: boolean;
}

interface LayerResult {
  readonly output: Tensor;
  readonly state: CellState;
}
/** One direction of one layer over a whole sequence. */
type Layer = (input: Tensor, state: CellState, w: CellWeights, reversed: boolean) => LayerResult;

/** A layer that ends in the node of PyTorch's fused one. */
const fused =
  (layer: Layer): Layer =>
  (input, initial, w, reversed) => {
    const { output, state } = layer(input, initial, w, reversed);
    const [all, hidden, cell] = mkldnnRnnLayer(output, state[0], state[1]);
    return { output: all, state: [hidden, cell] };
  };

/** PyTorch hands an LSTM to oneDNN for these (`use_mkldnn` of its RNN.cpp). */
const isFused = (input: Tensor, hx: readonly Tensor[]): boolean =>
  hx.length === 2 && !hasProjections(hx) && (input.dtype === float32 || input.dtype === bfloat16) && input.numel !== 0;

/** Sequences of equal length [time, batch, features]. */
const paddedLayer =
  (cell: Cell): Layer =>
  (input, initial, w, reversed) => {
    const steps = unbind(inputGates(input, w), 0);
    if (reversed) steps.reverse();
    check(steps.length > 0, () => "Expected sequence length to be larger than 0 in RNN");
    let state = initial;
    const outputs = steps.map((step) => {
      state = cell(step, state, w);
      return state[0];
    });
    if (reversed) outputs.reverse();
    return { output: stack(outputs, 0), state };
  };

const sliceState = (state: CellState, start: number, end: number): CellState =>
  state.map((s) => narrow(s, 0, start, end - start));
const joinStates = (states: readonly CellState[]): CellState =>
  states[0].map((_, i) =>
    cat(
      states.map((s) => s[i]),
      0,
    ),
  );

/** Sequences of decreasing length, packed step by step: step t has the first batchSizes[t] sequences. */
const packedLayer =
  (cell: Cell, batchSizes: readonly number[]): Layer =>
  (input, initial, w, reversed) => {
    const gates = inputGates(input, w);
    const outputs: Tensor[] = [];
    if (reversed) {
      let offset = input.shape[0];
      let last = batchSizes[batchSizes.length - 1];
      let state = sliceState(initial, 0, last);
      for (let i = batchSizes.length - 1; i >= 0; i--) {
        const size = batchSizes[i];
        if (size > last) state = joinStates([state, sliceState(initial, last, size)]);
        state = cell(narrow(gates, 0, offset - size, size), state, w);
        offset -= size;
        last = size;
        outputs.push(state[0]);
      }
      outputs.reverse();
      return { output: cat(outputs, 0), state };
    }
    // States of sequences that have ended are set aside, shortest last.
    const ended: CellState[] = [];
    let offset = 0;
    let last = batchSizes[0];
    let state = initial;
    for (const size of batchSizes) {
      const step = narrow(gates, 0, offset, size);
      offset += size;
      if (size < last) {
        ended.push(sliceState(state, size, last));
        state = sliceState(state, 0, size);
      }
      last = size;
      state = cell(step, state, w);
      outputs.push(state[0]);
    }
    ended.push(state);
    ended.reverse();
    return { output: cat(outputs, 0), state: joinStates(ended) };
  };

/** Weights of every direction of every layer, from PyTorch's flat list. */
function groupWeights(params: readonly Tensor[], biases: boolean, projections: boolean): CellWeights[] {
  const each = 2 + (biases ? 2 : 0) + (projections ? 1 : 0);
  check(params.length % each === 0, () => "got an incorrect number of RNN parameters");
  const out: CellWeights[] = [];
  for (let i = 0; i < params.length; i += each)
    out.push({
      ih: params[i],
      hh: params[i + 1],
      biasIh: biases ? params[i + 2] : null,
      biasHh: biases ? params[i + 3] : null,
      hr: projections ? params[i + each - 1] : null,
    });
  return out;
}

/** Runs all layers; returns the last layer's output and the final state of every direction of every layer. */
function runLayers(
  p: Plan,
  layer: Layer,
  input: Tensor,
  states: readonly CellState[],
  weights: readonly CellWeights[],
): { output: Tensor; finals: CellState[] } {
  const directions = p.bidirectional ? 2 : 1;
  check(states.length === p.layers * directions, () => "Expected more hidden states in stacked_rnn");
  check(weights.length === p.layers * directions, () => "Expected more weights in stacked_rnn");
  let current = input;
  const finals: CellState[] = [];
  for (let l = 0; l < p.layers; l++) {
    const results = Array.from({ length: directions }, (_, d) =>
      layer(current, states[l * directions + d], weights[l * directions + d], d === 1),
    );
    finals.push(...results.map((r) => r.state));
    current =
      directions === 1
        ? results[0].output
        : cat(
            results.map((r) => r.output),
            results[0].output.ndim - 1,
          );
    if (p.dropout !== 0 && p.train && l < p.layers - 1) current = dropout(current, p.dropout, true);
  }
  return { output: current, finals };
}

const stackStates = (finals: readonly CellState[], i: number): Tensor =>
  stack(
    finals.map((s) => s[i]),
    0,
  );

/** A recurrent network over padded sequences: output and final states, one tensor per part of the state. */
function runPadded(
  p: Plan,
  input: Tensor,
  hx: readonly Tensor[],
  params: readonly Tensor[],
  biases: boolean,
  batchFirst: boolean,
): Tensor[] {
  const sequence = batchFirst ? transpose(input, 0, 1) : input;
  const parts = hx.map((h) => unbind(h, 0));
  const states = parts[0].map((_, i) => parts.map((part) => part[i]));
  const weights = groupWeights(params, biases, hasProjections(hx));
  const unrolled = paddedLayer(p.cell);
  const layer = isFused(input, hx) ? fused(unrolled) : unrolled;
  const { output, finals } = runLayers(p, layer, sequence, states, weights);
  // PyTorch turns an LSTM's output into a view, others' in place.
  const turned = hx.length === 2 ? transpose : transpose_;
  return [batchFirst ? turned(output, 0, 1) : output, ...hx.map((_, i) => stackStates(finals, i))];
}

function runPacked(
  p: Plan,
  data: Tensor,
  batchSizes: Tensor,
  hx: readonly Tensor[],
  params: readonly Tensor[],
  biases: boolean,
): Tensor[] {
  const parts = hx.map((h) => unbind(h, 0));
  const states = parts[0].map((_, i) => parts.map((part) => part[i]));
  const weights = groupWeights(params, biases, hasProjections(hx));
  const layer = packedLayer(p.cell, Array.from(denseArray(batchSizes)));
  const { output, finals } = runLayers(p, layer, data, states, weights);
  return [output, ...hx.map((_, i) => stackStates(finals, i))];
}

/** The hidden state of an LSTM with proj_size is narrower than its cell state. */
const hasProjections = (hx: readonly Tensor[]): boolean => hx.length === 2 && hx[0].shape[2] !== hx[1].shape[2];

const FLAGS = "bool has_biases, int64_t num_layers, double dropout, bool train, bool bidirectional";

function network(name: string, cell: Cell, hidden: "Tensor" | "TensorList") {
  const list = (hx: Tensor | readonly Tensor[]): readonly Tensor[] => ("rt" in hx ? [hx as Tensor] : hx);
  const padded = (
    input: Tensor,
    hx: Tensor | readonly Tensor[],
    params: readonly Tensor[],
    biases: boolean,
    layers: number,
    drop: number,
    train: boolean,
    bidirectional: boolean,
    batchFirst: boolean,
  ): Tensor[] =>
    runPadded({ cell, layers, dropout: drop, train, bidirectional }, input, list(hx), params, biases, batchFirst);
  return op({
    name,
    args: ["input", "hx", "params", "has_biases", "num_layers", "dropout", "train", "bidirectional", "batch_first"],
    forward: padded,
    places: ["torch"],
    signatures: [
      `${name}(Tensor input, ${hidden} hx, TensorList params, ${FLAGS}, bool batch_first)`,
      {
        text: `${name}(Tensor data, Tensor batch_sizes, ${hidden} hx, TensorList params, ${FLAGS})`,
        call: (
          data: Tensor,
          batchSizes: Tensor,
          hx: Tensor | readonly Tensor[],
          params: readonly Tensor[],
          biases: boolean,
          layers: number,
          drop: number,
          train: boolean,
          bidirectional: boolean,
        ): Tensor[] =>
          runPacked({ cell, layers, dropout: drop, train, bidirectional }, data, batchSizes, list(hx), params, biases),
      },
    ],
  });
}
/** Multi-layer recurrent networks, as torch.nn.RNN, LSTM and GRU call them. */
export const rnnTanh = network("rnn_tanh", tanhStep, "Tensor");
export const rnnRelu = network("rnn_relu", reluStep, "Tensor");
export const gru = network("gru", gruStep, "Tensor");
export const lstm = network("lstm", lstmStep, "TensorList");
