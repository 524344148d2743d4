import { check } from "../errors.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add, add_, mul, mul_, sub } from "./arithmetic.ts";
import { linear, matmul } from "./matmul.ts";
import { relu, sigmoid_, tanh, tanh_ } from "./unary-core.ts";
import { unsafeChunk } from "./unsafe-split.ts";
import { t } from "./views.ts";

/** Weights of one direction of one recurrent layer. */
export interface CellWeights {
  readonly ih: Tensor;
  readonly hh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
  /** Projection of the hidden state of an LSTM with proj_size. */
  readonly hr: Tensor | null;
}

/** State of a cell: the hidden state, for an LSTM also the cell state. */
export type CellState = readonly Tensor[];

/** The input times the input weights; a cell called alone computes it when it needs it, which decides the order of nodes. */
export type GateInput = Tensor | (() => Tensor);
const now = (input: GateInput): Tensor => (typeof input === "function" ? input() : input);

/** One time step. Steps are recorded operator by operator, as in PyTorch. */
export type Cell = (input: GateInput, state: CellState, w: CellWeights) => CellState;

/** The input's part of the gates. */
export const inputGates = (input: Tensor, w: CellWeights): Tensor => linear(input, w.ih, w.biasIh);
const hiddenGates = (hidden: Tensor, w: CellWeights): Tensor => linear(hidden, w.hh, w.biasHh);

const simple =
  (activation: (x: Tensor) => Tensor): Cell =>
  (input, [hidden], w) => [activation(add_(hiddenGates(hidden, w), now(input)))];

export const tanhStep: Cell = simple(tanh);
export const reluStep: Cell = simple(relu);

export const lstmStep: Cell = (input, [hidden, cell], w) => {
  const gates = add_(hiddenGates(hidden, w), now(input));
  const [i, f, g, o] = unsafeChunk(gates, 4, 1);
  const ingate = sigmoid_(i);
  const forgetgate = sigmoid_(f);
  const cellgate = tanh_(g);
  const outgate = sigmoid_(o);
  const next = add_(mul(forgetgate, cell), mul(ingate, cellgate));
  const out = mul(outgate, tanh(next));
  return [w.hr === null ? out : matmul(out, t(w.hr)), next];
};

export const gruStep: Cell = (input, [hidden], w) => {
  const own = unsafeChunk(now(input), 3, 1);
  const back = unsafeChunk(hiddenGates(hidden, w), 3, 1);
  const reset = sigmoid_(add_(back[0], own[0]));
  const update = sigmoid_(add_(back[1], own[1]));
  const fresh = tanh_(add(own[2], mul_(back[2], reset)));
  return [add_(mul_(sub(hidden, fresh), update), fresh)];
};

function checkCell(input: Tensor, hidden: readonly Tensor[], w: CellWeights): void {
  check(
    input.shape[1] === w.ih.shape[1],
    () => `input has inconsistent input_size: got ${input.shape[1]} expected ${w.ih.shape[1]}`,
  );
  hidden.forEach((h, i) => {
    check(
      input.shape[0] === h.shape[0],
      () => `Input batch size ${input.shape[0]} doesn't match hidden${i} batch size ${h.shape[0]}`,
    );
    check(
      h.shape[1] === w.hh.shape[1],
      () => `hidden${i} has inconsistent hidden_size: got ${h.shape[1]}, expected ${w.hh.shape[1]}`,
    );
  });
}

/** torch.rnn_tanh_cell and its kin: one step on a batch. */
function cellFunction(name: string, step: Cell) {
  return op({
    name,
    args: ["input", "hx", "w_ih", "w_hh", "b_ih", "b_hh"],
    forward: (
      input: Tensor,
      hx: Tensor,
      ih: Tensor,
      hh: Tensor,
      biasIh: Tensor | null = null,
      biasHh: Tensor | null = null,
    ): Tensor => {
      const w: CellWeights = { ih, hh, biasIh, biasHh, hr: null };
      checkCell(input, [hx], w);
      return step(() => inputGates(input, w), [hx], w)[0];
    },
    places: ["torch"],
    signatures: [`${name}(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None)`],
  });
}
export const rnnTanhCell = cellFunction("rnn_tanh_cell", tanhStep);
export const rnnReluCell = cellFunction("rnn_relu_cell", reluStep);
export const gruCell = cellFunction("gru_cell", gruStep);

/** One LSTM step on a batch: new hidden and cell state. */
export const lstmCell = op({
  name: "lstm_cell",
  args: ["input", "hx", "w_ih", "w_hh", "b_ih", "b_hh"],
  forward: (
    input: Tensor,
    hx: readonly Tensor[],
    ih: Tensor,
    hh: Tensor,
    biasIh: Tensor | null = null,
    biasHh: Tensor | null = null,
  ): Tensor[] => {
    check(hx.length === 2, () => "lstm_cell expects two hidden states");
    const w: CellWeights = { ih, hh, biasIh, biasHh, hr: null };
    checkCell(input, hx, w);
    return [...lstmStep(() => inputGates(input, w), hx, w)];
  },
  places: ["torch"],
  signatures: [
    "lstm_cell(Tensor input, TensorList hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None)",
  ],
});
