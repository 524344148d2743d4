import { runtimeError, valueError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { uniform_ } from "./init.ts";
import { type Layer, type LayerState, layer } from "./layer.ts";
import { run } from "./named-operators.ts";

interface CellKind {
  readonly name: string;
  readonly gates: number;
  /** Hidden states: h, or h and c. */
  readonly states: 1 | 2;
  readonly op: (self: LayerState) => string;
  /** Arguments after `bias`. */
  readonly more?: string;
  readonly doc: string;
}

function extraRepr(self: LayerState): string {
  const parts = [`${self.get("input_size")}, ${self.get("hidden_size")}`];
  if (self.get("bias") !== true) parts.push("bias=False");
  const nonlinearity = self.get<string | undefined>("nonlinearity") ?? "tanh";
  if (nonlinearity !== "tanh") parts.push(`nonlinearity=${nonlinearity}`);
  return parts.join(", ");
}

function checkDims(name: string, what: string, t: Tensor): void {
  if (t.ndim !== 1 && t.ndim !== 2)
    throw valueError(`${name}: Expected ${what} to be 1D or 2D, got ${t.ndim}D instead`);
}

type State = Tensor | readonly Tensor[] | undefined;

/** One step of a recurrent network. Input and states may lack the batch dimension. */
function cell({ name, gates, states, op, more = "", doc }: CellKind): Layer {
  return layer<[Tensor, State]>({
    name,
    signature: `${name}(int64_t input_size, int64_t hidden_size, bool bias=True${more})`,
    doc,
    tensors: { weight_ih: "parameter", weight_hh: "parameter", bias_ih: "parameter?", bias_hh: "parameter?" },
    inputs: ["input", states === 1 ? "hx?" : "hx?[]"],
    result: states === 1 ? "Tensor" : "[Tensor, Tensor]",
    make: (rt, a) => {
      const [input, hidden] = ["input_size", "hidden_size"].map((k) => a[k] as number);
      const bound = hidden > 0 ? 1 / Math.sqrt(hidden) : 0;
      const fresh = (...shape: number[]): Tensor => uniform_(rt.empty(shape, rt.defaultDtype), -bound, bound);
      const weights = { weight_ih: fresh(gates * hidden, input), weight_hh: fresh(gates * hidden, hidden) };
      if (a["bias"] !== true) return { parameters: { ...weights, bias_ih: null, bias_hh: null } };
      return { parameters: { ...weights, bias_ih: fresh(gates * hidden), bias_hh: fresh(gates * hidden) } };
    },
    forward: (self, given, hx) => {
      const { rt } = self;
      checkDims(name, "input", given);
      const list = hx === undefined ? null : Array.isArray(hx) ? (hx as Tensor[]) : [hx as Tensor];
      list?.forEach((h, i) => {
        checkDims(name, states === 1 ? "hidden" : `hx[${i}]`, h);
      });
      const batched = given.ndim === 2;
      const whole = (t: Tensor): Tensor => (batched ? t : run(rt, "unsqueeze", t, 0));
      const single = (t: Tensor): Tensor => (batched ? t : run(rt, "squeeze", t, 0));
      const input = whole(given);
      const zeros = (): Tensor => rt.full([input.shape[0], self.get<number>("hidden_size")], 0, input.dtype);
      const state = list?.map(whole) ?? Array.from({ length: states }, zeros);
      const weights = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((w) => self.tensor(w));
      const next = run(rt, op(self), input, states === 1 ? state[0] : state, ...weights) as Tensor | Tensor[];
      return Array.isArray(next) ? next.map(single) : single(next);
    },
    extraRepr,
  });
}

function simpleCell(self: LayerState): string {
  const nonlinearity = self.get<string>("nonlinearity");
  if (nonlinearity !== "tanh" && nonlinearity !== "relu") throw runtimeError(`Unknown nonlinearity: ${nonlinearity}`);
  return `rnn_${nonlinearity}_cell`;
}

export const recurrentCells: readonly Layer[] = [
  cell({
    name: "RNNCell",
    gates: 1,
    states: 1,
    op: simpleCell,
    more: ", str nonlinearity='tanh'",
    doc: "One step h' = tanh(W x + b + U h + c), or relu; gives the new state.",
  }),
  cell({
    name: "LSTMCell",
    gates: 4,
    states: 2,
    op: () => "lstm_cell",
    doc: "One step of a long short-term memory; gives the new hidden and cell state.",
  }),
  cell({
    name: "GRUCell",
    gates: 3,
    states: 1,
    op: () => "gru_cell",
    doc: "One step of a gated recurrent unit; gives the new state.",
  }),
];
