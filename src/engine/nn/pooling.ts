import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { type Layer, type LayerState, layer } from "./layer.ts";
import { run, runWith } from "./named-operators.ts";
import { fractionalMaxPool, lpPool, maxUnpool } from "./pool-functions.ts";
import { pythonText, tuple } from "./python-text.ts";
import { type Size, spread } from "./sizes.ts";

type Dims = 1 | 2 | 3;

/** The stride when none is given. */
const strideOf = (self: LayerState): Size => self.get<Size | null>("stride") ?? self.get<Size>("kernel_size");

function maxPool(n: Dims): Layer {
  const size = `IntArrayRef[${n}]`;
  return layer({
    name: `MaxPool${n}d`,
    signature: `MaxPool${n}d(${size} kernel_size, ${size}? stride=None, ${size} padding=0, ${size} dilation=1, bool return_indices=False, bool ceil_mode=False)`,
    doc: "The largest element of each window; with returnIndices also where it was.",
    inputs: ["input"],
    result: "any",
    forward: (self, input) =>
      runWith(self.rt, self.get("return_indices") === true ? `max_pool${n}d_with_indices` : `max_pool${n}d`, {
        input,
        kernel_size: spread(self.get("kernel_size"), n),
        stride: spread(strideOf(self), n),
        padding: spread(self.get("padding"), n),
        dilation: spread(self.get("dilation"), n),
        ceil_mode: self.get("ceil_mode"),
      }),
    extraRepr: (self) =>
      `kernel_size=${pythonText(self.get("kernel_size"))}, stride=${pythonText(strideOf(self))}, ` +
      `padding=${pythonText(self.get("padding"))}, dilation=${pythonText(self.get("dilation"))}, ceil_mode=${pythonText(self.get("ceil_mode"))}`,
  });
}

function avgPool(n: Dims): Layer {
  const size = `IntArrayRef[${n}]`;
  return layer({
    name: `AvgPool${n}d`,
    signature: `AvgPool${n}d(${size} kernel_size, ${size}? stride=None, ${size} padding=0, bool ceil_mode=False, bool count_include_pad=True)`,
    doc: "The mean of each window.",
    inputs: ["input"],
    forward: (self, input) =>
      runWith(self.rt, `avg_pool${n}d`, {
        input,
        kernel_size: spread(self.get("kernel_size"), n),
        stride: spread(strideOf(self), n),
        padding: spread(self.get("padding"), n),
        ceil_mode: self.get("ceil_mode"),
        count_include_pad: self.get("count_include_pad"),
      }),
    extraRepr: (self) => {
      const shown = (value: Size): string => (n === 1 ? tuple(spread(value, 1)) : pythonText(value));
      return `kernel_size=${shown(self.get("kernel_size"))}, stride=${shown(strideOf(self))}, padding=${shown(self.get("padding"))}`;
    },
  });
}

const outputSizeText = (self: LayerState): string => `output_size=${pythonText(self.get("output_size"))}`;

const adaptiveAvgPool = (n: Dims): Layer =>
  layer({
    name: `AdaptiveAvgPool${n}d`,
    signature: `AdaptiveAvgPool${n}d(IntArrayRef[${n}] output_size)`,
    doc: "Means of windows chosen so that the output has the given size.",
    inputs: ["input"],
    forward: (self, input) => run(self.rt, `adaptive_avg_pool${n}d`, input, spread(self.get("output_size"), n)),
    extraRepr: outputSizeText,
  });

/** Maxima and their places, as a layer's `return_indices` asks. */
const chosen = (self: LayerState, both: readonly [Tensor, Tensor]): Tensor | [Tensor, Tensor] =>
  self.get("return_indices") === true ? [...both] : both[0];

const adaptiveMaxPool = (n: Dims): Layer =>
  layer({
    name: `AdaptiveMaxPool${n}d`,
    signature: `AdaptiveMaxPool${n}d(IntArrayRef[${n}] output_size, bool return_indices=False)`,
    doc: "Maxima of windows chosen so that the output has the given size.",
    inputs: ["input"],
    result: "any",
    forward: (self, input) => {
      const size = spread(self.get<Size>("output_size"), n);
      return chosen(self, run(self.rt, `adaptive_max_pool${n}d`, input, size) as unknown as [Tensor, Tensor]);
    },
    extraRepr: outputSizeText,
  });

const lpPoolLayer = (n: Dims): Layer =>
  layer({
    name: `LPPool${n}d`,
    signature: `LPPool${n}d(double norm_type, IntArrayRef[${n}] kernel_size, IntArrayRef[${n}]? stride=None, bool ceil_mode=False)`,
    doc: "The p-norm of each window.",
    formula: "\\left(\\textstyle\\sum_{\\text{window}} {input}^p\\right)^{1/p}",
    inputs: ["input"],
    forward: (self, input) =>
      lpPool(n, input, self.get("norm_type"), self.get("kernel_size"), self.get("stride"), self.get("ceil_mode")),
    extraRepr: (self) =>
      ["norm_type", "kernel_size", "stride", "ceil_mode"].map((k) => `${k}=${pythonText(self.get(k))}`).join(", "),
  });

const maxUnpoolLayer = (n: Dims): Layer =>
  layer<[Tensor, Tensor, Shape | null]>({
    name: `MaxUnpool${n}d`,
    signature: `MaxUnpool${n}d(IntArrayRef[${n}] kernel_size, IntArrayRef[${n}]? stride=None, IntArrayRef[${n}] padding=0)`,
    doc: "Puts pooled values back where the indices say they came from; zero elsewhere.",
    inputs: ["input", "indices", "output_size?#"],
    forward: (self, input, indices, size) =>
      maxUnpool(n, input, indices, self.get("kernel_size"), self.get("stride"), self.get("padding"), size),
    extraRepr: (self) =>
      `kernel_size=${tuple(spread(self.get("kernel_size"), n))}, stride=${tuple(spread(strideOf(self), n))}, padding=${tuple(spread(self.get("padding"), n))}`,
  });

const fractionalMaxPoolLayer = (n: 2 | 3): Layer =>
  layer({
    name: `FractionalMaxPool${n}d`,
    signature: `FractionalMaxPool${n}d(IntArrayRef[${n}] kernel_size, IntArrayRef[${n}]? output_size=None, object output_ratio=None, bool return_indices=False)`,
    doc: "Maxima of windows at pseudo-random places.",
    inputs: ["input"],
    result: "any",
    forward: (self, input) => {
      const [kernel, size, ratio] = ["kernel_size", "output_size", "output_ratio"].map((k) => self.get<Size | null>(k));
      return chosen(self, fractionalMaxPool(n, input, kernel ?? 1, size, ratio, null));
    },
  });

export const poolingLayers: readonly Layer[] = ([1, 2, 3] as const).flatMap((n) => [
  maxPool(n),
  avgPool(n),
  adaptiveAvgPool(n),
  adaptiveMaxPool(n),
  lpPoolLayer(n),
  maxUnpoolLayer(n),
  ...(n === 1 ? [] : [fractionalMaxPoolLayer(n)]),
]);
