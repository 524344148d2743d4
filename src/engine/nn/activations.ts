import type { ParamType } from "../schema/parse.ts";
import { parseSignature } from "../schema/parse.ts";
import type { Tensor } from "../tensor.ts";
import { type Layer, type LayerState, layer } from "./layer.ts";
import { run, runOn } from "./named-operators.ts";
import { pythonText } from "./python-text.ts";

interface Activation {
  readonly name: string;
  readonly op: string;
  /** Arguments after the name, e.g. "double negative_slope=0.01". */
  readonly params?: string;
  /** The layer has `inplace`, and the operator the twin `op_`. */
  readonly inplace?: boolean;
  /** The argument stands without its name when the module is printed. */
  readonly bare?: boolean;
  readonly doc: string;
}

/** Layers that apply one operator, giving it their arguments by name. */
function activation({ name, op, params = "", inplace = false, bare = false, doc }: Activation): Layer {
  const parameters = [params, inplace ? "bool inplace=False" : ""].filter((p) => p !== "").join(", ");
  const signature = `${name}(${parameters})`;
  const own = parseSignature(signature).params.filter((p) => p.name !== "inplace");
  return layer({
    name,
    signature,
    doc,
    inputs: ["input"],
    forward: (self, input) => {
      const named = Object.fromEntries(own.map((p) => [p.name, self.get(p.name)]));
      return runOn(self.rt, inplace && self.get("inplace") === true ? `${op}_` : op, input, named);
    },
    extraRepr: (self) => {
      const parts = own.map((p) => `${bare ? "" : `${p.name}=`}${pythonText(self.get(p.name), p.type as ParamType)}`);
      if (inplace && self.get("inplace") === true) parts.push("inplace=True");
      return parts.join(", ");
    },
  });
}

/** The dimension that PyTorch chooses when none is given. */
const softmaxDim = (self: LayerState, input: Tensor): number =>
  self.get<number | null>("dim") ?? (input.ndim === 0 || input.ndim === 1 || input.ndim === 3 ? 0 : 1);

const softmaxLike = (
  name: string,
  doc: string,
  compute: (self: LayerState, input: Tensor, dim: number) => Tensor,
): Layer =>
  layer({
    name,
    signature: `${name}(int64_t? dim=None)`,
    doc,
    inputs: ["input"],
    forward: (self, input) => {
      if (self.get("dim") === null)
        self.rt.warn(
          "UserWarning",
          `Implicit dimension choice for ${name.toLowerCase().replace("logsoftmax", "log_softmax")} has been deprecated. Change the call to include dim=X as an argument.`,
        );
      return compute(self, input, softmaxDim(self, input));
    },
    extraRepr: (self) => `dim=${pythonText(self.get("dim"))}`,
  });

export const activationLayers: readonly Layer[] = [
  activation({ name: "ReLU", op: "relu", inplace: true, doc: "max(0, x), element by element." }),
  activation({
    name: "LeakyReLU",
    op: "leaky_relu",
    params: "double negative_slope=0.01",
    inplace: true,
    doc: "x where positive, negative_slope · x elsewhere.",
  }),
  activation({
    name: "ELU",
    op: "elu",
    params: "double alpha=1.0",
    inplace: true,
    doc: "x where positive, α(eˣ - 1) elsewhere.",
  }),
  activation({
    name: "CELU",
    op: "celu",
    params: "double alpha=1.0",
    inplace: true,
    doc: "Continuously differentiable ELU.",
  }),
  activation({ name: "SELU", op: "selu", inplace: true, doc: "Scaled ELU, which keeps mean 0 and variance 1." }),
  activation({
    name: "GELU",
    op: "gelu",
    params: "str approximate='none'",
    doc: "x Φ(x), Φ the normal distribution function.",
  }),
  activation({ name: "SiLU", op: "silu", inplace: true, doc: "x σ(x), also called swish." }),
  activation({ name: "Mish", op: "mish", inplace: true, doc: "x tanh(softplus(x))." }),
  activation({ name: "Tanh", op: "tanh", doc: "Hyperbolic tangent." }),
  activation({ name: "Sigmoid", op: "sigmoid", doc: "1 / (1 + e⁻ˣ)." }),
  activation({ name: "LogSigmoid", op: "log_sigmoid", doc: "log(1 / (1 + e⁻ˣ))." }),
  activation({
    name: "Softplus",
    op: "softplus",
    params: "double beta=1.0, double threshold=20.0",
    doc: "log(1 + e^{βx}) / β, a smooth ReLU.",
  }),
  activation({ name: "Hardsigmoid", op: "hardsigmoid", inplace: true, doc: "Sigmoid made of straight lines." }),
  activation({ name: "Hardswish", op: "hardswish", inplace: true, doc: "x times a sigmoid made of straight lines." }),
  activation({
    name: "Hardtanh",
    op: "hardtanh",
    params: "double min_val=-1.0, double max_val=1.0",
    inplace: true,
    doc: "x limited to [min_val, max_val].",
  }),
  activation({
    name: "Hardshrink",
    op: "hardshrink",
    params: "double lambd=0.5",
    bare: true,
    doc: "x where |x| > lambd, else 0.",
  }),
  activation({
    name: "Softshrink",
    op: "softshrink",
    params: "double lambd=0.5",
    bare: true,
    doc: "Moves x towards 0 by lambd.",
  }),
  activation({
    name: "Threshold",
    op: "threshold",
    params: "Scalar threshold, Scalar value",
    inplace: true,
    doc: "x where it exceeds the threshold, else the value.",
  }),
  activation({
    name: "GLU",
    op: "glu",
    params: "int64_t dim=-1",
    doc: "First half times the sigmoid of the second half.",
  }),
  softmaxLike("Softmax", "Exponentials divided by their sum along a dimension.", (self, x, dim) =>
    run(self.rt, "softmax", x, dim),
  ),
  softmaxLike("LogSoftmax", "Logarithm of the softmax.", (self, x, dim) => run(self.rt, "log_softmax", x, dim)),
  softmaxLike("Softmin", "Softmax of the negated input.", (self, x, dim) =>
    run(self.rt, "softmax", run(self.rt, "neg", x), dim),
  ),
  layer({
    name: "Softmax2d",
    signature: "Softmax2d()",
    doc: "Softmax over the channels of images.",
    inputs: ["input"],
    forward: (self, input) => run(self.rt, "softmax", input, -3),
  }),
  layer({
    name: "Softsign",
    signature: "Softsign()",
    doc: "x / (1 + |x|).",
    inputs: ["input"],
    forward: (self, input) => run(self.rt, "div", input, run(self.rt, "add", run(self.rt, "abs", input), 1)),
  }),
  layer({
    name: "Tanhshrink",
    signature: "Tanhshrink()",
    doc: "x - tanh(x).",
    inputs: ["input"],
    forward: (self, input) => run(self.rt, "sub", input, run(self.rt, "tanh", input)),
  }),
  layer({
    name: "RReLU",
    signature: "RReLU(double lower=0.125, double upper=0.3333333333333333, bool inplace=False)",
    doc: "Leaky ReLU with slopes drawn at random while training.",
    inputs: ["input"],
    forward: (self, input) =>
      run(
        self.rt,
        self.get("inplace") === true ? "rrelu_" : "rrelu",
        input,
        self.get("lower"),
        self.get("upper"),
        self.training,
      ),
    extraRepr: (self) =>
      `lower=${pythonText(self.get("lower"))}, upper=${pythonText(self.get("upper"))}${self.get("inplace") === true ? ", inplace=True" : ""}`,
  }),
  layer({
    name: "ReLU6",
    signature: "ReLU6(bool inplace=False)",
    doc: "min(max(0, x), 6), element by element.",
    inputs: ["input"],
    forward: (self, input) => run(self.rt, self.get("inplace") === true ? "hardtanh_" : "hardtanh", input, 0, 6),
    extraRepr: (self) => (self.get("inplace") === true ? "inplace=True" : ""),
  }),
  layer({
    name: "PReLU",
    signature: "PReLU(int64_t num_parameters=1, double init=0.25)",
    doc: "Leaky ReLU whose slope is learnt.",
    tensors: { weight: "parameter" },
    inputs: ["input"],
    make: (rt, a) => ({
      parameters: { weight: rt.full([a["num_parameters"] as number], a["init"] as number, rt.defaultDtype) },
    }),
    forward: (self, input) => run(self.rt, "prelu", input, self.tensor("weight")),
    extraRepr: (self) => `num_parameters=${self.get("num_parameters")}`,
  }),
];
