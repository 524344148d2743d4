import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { clone } from "./copies.ts";

/**
 * The end of one direction of one LSTM layer over a whole sequence. PyTorch computes such a layer in one operator of oneDNN and
 * records one node for it; here its steps are recorded operator by operator, so that they can be looked at, and this node, which
 * only passes gradients on, stands behind them where programs print it.
 */
export const mkldnnRnnLayer = op({
  name: "mkldnn_rnn_layer",
  args: ["output", "hy", "cy"],
  node: "MkldnnRnnLayerBackward0",
  forward: (output: Tensor, hy: Tensor, cy: Tensor): Tensor[] => [output, hy, cy].map((x) => clone(x)),
  vjp: {
    output: (_g, _kept, { grads }) => grads[0] ?? null,
    hy: (_g, _kept, { grads }) => grads[1] ?? null,
    cy: (_g, _kept, { grads }) => grads[2] ?? null,
  },
  formula: { out: "({output}, {hy}, {cy})", vjp: { output: "{g}_1", hy: "{g}_2", cy: "{g}_3" } },
});
