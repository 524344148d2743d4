import { valueError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { type Layer, type LayerArgs, type LayerState, layer } from "./layer.ts";
import { run, runWith } from "./named-operators.ts";
import { tuple } from "./python-text.ts";
import { type Size, spread } from "./sizes.ts";
import { weightAndBias } from "./weights.ts";

type Dims = 1 | 2 | 3;
const all = (x: readonly number[], value: number): boolean => x.every((v) => v === value);

function params(n: Dims, transposed: boolean): string {
  const size = `IntArrayRef[${n}]`;
  const before = `int64_t in_channels, int64_t out_channels, ${size} kernel_size, ${size} stride=1, ${size} padding=0`;
  return transposed
    ? `${before}, ${size} output_padding=0, int64_t groups=1, bool bias=True, ${size} dilation=1`
    : `${before}, ${size} dilation=1, int64_t groups=1, bool bias=True`;
}

/** "same" and "valid" stand as they are. */
const padding = (self: LayerState, n: Dims): string | number[] => {
  const value = self.get<Size | string>("padding");
  return typeof value === "string" ? value : spread(value, n);
};

function extraRepr(self: LayerState, n: Dims, transposed: boolean): string {
  const size = (name: string): number[] => spread(self.get<Size>(name), n);
  const parts = [
    `${self.get("in_channels")}, ${self.get("out_channels")}`,
    `kernel_size=${tuple(size("kernel_size"))}`,
    `stride=${tuple(size("stride"))}`,
  ];
  const pad = padding(self, n);
  if (typeof pad === "string") parts.push(`padding=${pad}`);
  else if (!all(pad, 0)) parts.push(`padding=${tuple(pad)}`);
  if (!all(size("dilation"), 1)) parts.push(`dilation=${tuple(size("dilation"))}`);
  if (transposed && !all(size("output_padding"), 0)) parts.push(`output_padding=${tuple(size("output_padding"))}`);
  if (self.get("groups") !== 1) parts.push(`groups=${self.get("groups")}`);
  if (self.tensor("bias") === null) parts.push("bias=False");
  return parts.join(", ");
}

function make(rt: Runtime, a: LayerArgs, n: Dims, transposed: boolean): Record<string, Tensor | null> {
  const [input, output, groups] = ["in_channels", "out_channels", "groups"].map((k) => a[k] as number);
  if (groups <= 0) throw valueError("groups must be a positive integer");
  if (input % groups !== 0) throw valueError("in_channels must be divisible by groups");
  if (output % groups !== 0) throw valueError("out_channels must be divisible by groups");
  const kernel = spread(a["kernel_size"] as Size, n);
  const shape = transposed ? [input, output / groups, ...kernel] : [output, input / groups, ...kernel];
  return weightAndBias(rt, shape, a["bias"] === true ? output : null);
}

function conv(n: Dims): Layer {
  return layer({
    name: `Conv${n}d`,
    signature: `Conv${n}d(${params(n, false)})`,
    doc: `${n}-D convolution: slides kernels over the input [batch, channels, …].`,
    tensors: { weight: "parameter", bias: "parameter?" },
    inputs: ["input"],
    make: (rt, a) => ({ parameters: make(rt, a, n, false) }),
    forward: (self, input) =>
      run(
        self.rt,
        `conv${n}d`,
        input,
        self.tensor("weight"),
        self.tensor("bias"),
        spread(self.get("stride"), n),
        padding(self, n),
        spread(self.get("dilation"), n),
        self.get("groups"),
      ),
    extraRepr: (self) => extraRepr(self, n, false),
  });
}

function convTranspose(n: Dims): Layer {
  return layer({
    name: `ConvTranspose${n}d`,
    signature: `ConvTranspose${n}d(${params(n, true)})`,
    doc: `Transposed ${n}-D convolution: spreads each input element over a window of the output.`,
    tensors: { weight: "parameter", bias: "parameter?" },
    inputs: ["input"],
    make: (rt, a) => ({ parameters: make(rt, a, n, true) }),
    forward: (self, input) =>
      runWith(self.rt, `conv_transpose${n}d`, {
        input,
        weight: self.tensor("weight"),
        bias: self.tensor("bias"),
        stride: spread(self.get("stride"), n),
        padding: spread(self.get("padding"), n),
        output_padding: spread(self.get("output_padding"), n),
        groups: self.get("groups"),
        dilation: spread(self.get("dilation"), n),
      }),
    extraRepr: (self) => extraRepr(self, n, true),
  });
}

export const convolutionLayers: readonly Layer[] = ([1, 2, 3] as const).flatMap((n) => [conv(n), convTranspose(n)]);
