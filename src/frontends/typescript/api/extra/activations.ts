import { run } from "../../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../../engine/runtime.ts";
import type { Tensor } from "../../../../engine/tensor.ts";
import type { ExtraFunction } from "./extra-function.ts";

/** An activation with its in-place form: `args` are the arguments of the operator, `inplace` chooses its twin. */
function activation(
  name: string,
  params: string,
  doc: string,
  op = name,
  fixed: readonly unknown[] = [],
): ExtraFunction {
  const parameters = ["Tensor input", params, "bool inplace=False"].filter((p) => p !== "").join(", ");
  return {
    signature: `${name}(${parameters})`,
    doc,
    call: (rt: Runtime, input: Tensor, ...rest: unknown[]) => {
      const inplace = rest[rest.length - 1] === true;
      return run(rt, inplace ? `${op}_` : op, input, ...rest.slice(0, -1), ...fixed);
    },
  };
}

function gumbelSoftmax(rt: Runtime, logits: Tensor, tau: number, hard: boolean, dim: number): Tensor {
  const noise = run(rt, "neg", run(rt, "log", run(rt, "exponential_", run(rt, "empty_like", logits))));
  const soft = run(rt, "softmax", run(rt, "div", run(rt, "add", logits, noise), tau), dim);
  if (!hard) return soft;
  const [, index] = run(rt, "max", soft, dim, true) as unknown as [Tensor, Tensor];
  const chosen = run(rt, "scatter_", run(rt, "zeros_like", logits), dim, index, 1);
  return run(rt, "add", run(rt, "sub", chosen, run(rt, "detach", soft)), soft);
}

/** Activation functions of `nn.functional`. */
export const EXTRA_ACTIVATIONS: readonly ExtraFunction[] = [
  activation("relu", "", "max(0, x), element by element."),
  activation("relu6", "", "min(max(0, x), 6), element by element.", "hardtanh", [0, 6]),
  activation("leaky_relu", "double negative_slope=0.01", "x where positive, negative_slope · x elsewhere."),
  activation("elu", "double alpha=1.0", "x where positive, α(eˣ - 1) elsewhere."),
  activation("celu", "double alpha=1.0", "Continuously differentiable ELU."),
  activation("selu", "", "Scaled ELU, which keeps mean 0 and variance 1."),
  activation("silu", "", "x σ(x), also called swish."),
  activation("mish", "", "x tanh(softplus(x))."),
  activation("hardsigmoid", "", "Sigmoid made of straight lines."),
  activation("hardswish", "", "x times a sigmoid made of straight lines."),
  activation("hardtanh", "double min_val=-1.0, double max_val=1.0", "x limited to [min_val, max_val]."),
  activation("threshold", "double threshold, double value", "x where it exceeds the threshold, else the value."),
  activation(
    "rrelu",
    "double lower=0.125, double upper=0.3333333333333333, bool training=False",
    "Leaky ReLU with slopes drawn at random in training, their mean otherwise.",
  ),
  {
    signature: "hardshrink(Tensor input, double lambd=0.5)",
    doc: "x where |x| > lambd, else 0.",
    call: (rt, input: Tensor, lambda: number) => run(rt, "hardshrink", input, lambda),
  },
  {
    signature: "tanhshrink(Tensor input)",
    doc: "x - tanh(x).",
    call: (rt, input: Tensor) => run(rt, "sub", input, run(rt, "tanh", input)),
  },
  {
    signature: "softsign(Tensor input)",
    doc: "x / (1 + |x|).",
    call: (rt, input: Tensor) => run(rt, "div", input, run(rt, "add", run(rt, "abs", input), 1)),
  },
  {
    signature: "gumbel_softmax(Tensor logits, double tau=1.0, bool hard=False, double eps=1e-10, int64_t dim=-1)",
    doc: "A draw from the Gumbel-softmax distribution; hard makes it one-hot with the gradient of the soft one.",
    call: (rt, logits: Tensor, tau: number, hard: boolean, _eps: number, dim: number) =>
      gumbelSoftmax(rt, logits, tau, hard, dim),
  },
  {
    signature: "prelu(Tensor input, Tensor weight)",
    doc: "Leaky ReLU whose slopes are given: one, or one per channel.",
    call: (rt, input: Tensor, weight: Tensor) => run(rt, "prelu", input, weight),
  },
];
