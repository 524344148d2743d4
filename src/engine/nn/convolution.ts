import { runtimeError } from "../errors.ts";
import type { Layer, LayerState } from "./layer.ts";
import { layer } from "./layer.ts";
import { weightAndBias } from "./linear.ts";
import { run, runWith } from "./named-operators.ts";
import { pythonText, tuple } from "./python-text.ts";

type Size = number | readonly number[];
const spread = (x: Size, n: number): number[] => (typeof x === "number" ? new Array<number>(n).fill(x) : [...x]);
const all = (x: readonly number[], value: number): boolean => x.every((v) => v === value);

const PARAMS = (n: number): string =>
  `int64_t in_channels, int64_t out_channels, IntArrayRef[${n}] kernel_size, IntArrayRef[${n}] stride=1, ` +
  `IntArrayRef[${n}] padding=0, IntArrayRef[${n}] dilation=1, int64_t groups=1, bool bias=True`;

function convRepr(self: LayerState, n: number): string {
  const size = (name: string): number[] => spread(self.get<Size>(name), n);
  const parts = [
    `${self.get("in_channels")}, ${self.get("out_channels")}`,
    `kernel_size=${tuple(size("kernel_size"))}`,
    `stride=${tuple(size("stride"))}`,
  ];
  if (!all(size("padding"), 0)) parts.push(`padding=${tuple(size("padding"))}`);
  if (!all(size("dilation"), 1)) parts.push(`dilation=${tuple(size("dilation"))}`);
  if (self.get("groups") !== 1) parts.push(`groups=${self.get("groups")}`);
  if (self.tensor("bias") === null) parts.push("bias=False");
  return parts.join(", ");
}

function conv(n: 1 | 2): Layer {
  return layer({
    name: `Conv${n}d`,
    signature: `Conv${n}d(${PARAMS(n)})`,
    doc: `${n}-D convolution: slides kernels over the input [batch, channels, …].`,
    tensors: { weight: "parameter", bias: "parameter?" },
    inputs: ["input"],
    make: (rt, a) => {
      const [input, output, groups] = ["in_channels", "out_channels", "groups"].map((k) => a[k] as number);
      if (input % groups !== 0) throw runtimeError("in_channels must be divisible by groups");
      if (output % groups !== 0) throw runtimeError("out_channels must be divisible by groups");
      const shape = [output, input / groups, ...spread(a["kernel_size"] as Size, n)];
      return { parameters: weightAndBias(rt, shape, a["bias"] === true ? output : null) };
    },
    forward: (self, input) =>
      run(
        self.rt,
        `conv${n}d`,
        input,
        self.tensor("weight"),
        self.tensor("bias"),
        spread(self.get("stride"), n),
        spread(self.get("padding"), n),
        spread(self.get("dilation"), n),
        self.get("groups"),
      ),
    extraRepr: (self) => convRepr(self, n),
  });
}

function pool(kind: "Max" | "Avg", n: 1 | 2): Layer {
  const max = kind === "Max";
  const common = `IntArrayRef[${n}] kernel_size, IntArrayRef[${n}]? stride=None, IntArrayRef[${n}] padding=0`;
  const signature = max
    ? `${kind}Pool${n}d(${common}, IntArrayRef[${n}] dilation=1, bool ceil_mode=False)`
    : `${kind}Pool${n}d(${common}, bool ceil_mode=False, bool count_include_pad=True)`;
  const wide = !max && n === 1;
  return layer({
    name: `${kind}Pool${n}d`,
    signature,
    doc: max ? "The largest element of each window." : "The mean of each window.",
    inputs: ["input"],
    forward: (self, input) =>
      runWith(self.rt, max ? `max_pool${n}d` : `avg_pool${n}d`, {
        input,
        kernel_size: spread(self.get("kernel_size"), n),
        stride: spread(self.get<Size | null>("stride") ?? self.get<Size>("kernel_size"), n),
        padding: spread(self.get("padding"), n),
        dilation: max ? spread(self.get("dilation"), n) : undefined,
        ceil_mode: self.get("ceil_mode"),
        count_include_pad: max ? undefined : self.get("count_include_pad"),
      }),
    extraRepr: (self) => {
      const shown = (name: string): string => {
        const value = self.get<Size | null>(name) ?? self.get<Size>("kernel_size");
        return wide ? tuple(spread(value, n)) : pythonText(value);
      };
      const parts = ["kernel_size", "stride", "padding"].map((name) => `${name}=${shown(name)}`);
      if (max) parts.push(`dilation=${shown("dilation")}`, `ceil_mode=${pythonText(self.get("ceil_mode"))}`);
      return parts.join(", ");
    },
  });
}

export const adaptiveAvgPool2d = layer({
  name: "AdaptiveAvgPool2d",
  signature: "AdaptiveAvgPool2d(IntArrayRef[2] output_size)",
  doc: "Means of windows chosen so that the output has the given size.",
  inputs: ["input"],
  forward: (self, input) => run(self.rt, "adaptive_avg_pool2d", input, spread(self.get("output_size"), 2)),
  extraRepr: (self) => `output_size=${pythonText(self.get("output_size"))}`,
});

export const convolutionLayers: readonly Layer[] = [
  conv(1),
  conv(2),
  pool("Max", 1),
  pool("Max", 2),
  pool("Avg", 1),
  pool("Avg", 2),
  adaptiveAvgPool2d,
];
