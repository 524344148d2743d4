import { type Layer, type LayerState, layer } from "./layer.ts";
import { run, runWith } from "./named-operators.ts";
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

const adaptive = (kind: "Avg" | "Max", n: Dims): Layer =>
  layer({
    name: `Adaptive${kind}Pool${n}d`,
    signature: `Adaptive${kind}Pool${n}d(IntArrayRef[${n}] output_size)`,
    doc: `${kind === "Avg" ? "Means" : "Maxima"} of windows chosen so that the output has the given size.`,
    inputs: ["input"],
    forward: (self, input) => {
      const size = spread(self.get("output_size"), n);
      if (kind === "Avg") return run(self.rt, `adaptive_avg_pool${n}d`, input, size);
      return (run(self.rt, `adaptive_max_pool${n}d`, input, size) as unknown as (typeof input)[])[0];
    },
    extraRepr: (self) => `output_size=${pythonText(self.get("output_size"))}`,
  });

export const poolingLayers: readonly Layer[] = ([1, 2, 3] as const).flatMap((n) => [
  maxPool(n),
  avgPool(n),
  adaptive("Avg", n),
  adaptive("Max", n),
]);
