import { check, sizes } from "../errors.ts";
import { type Tap, type Taps, taps } from "../kernels/taps.ts";
import { type WindowSize, windows } from "../kernels/windows.ts";
import { op } from "../op.ts";
import { onlyFloats, onlyReals } from "../refusals.ts";
import { type Shape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { adaptiveSpan } from "./max-pool.ts";
import { resampling } from "./resampling.ts";
import { mean } from "./sum.ts";
import { squeeze, unsqueeze } from "./views.ts";

const run = (from: number, to: number, weight: number): Tap[] =>
  Array.from({ length: Math.max(to - from, 0) }, (_, i): Tap => [from + i, weight]);

function averagePlan(
  self: Tensor,
  dims: number,
  kernel: WindowSize,
  stride: WindowSize,
  padding: WindowSize,
  ceil: boolean,
  includePad: boolean,
  divisor: number | null,
): readonly Taps[] {
  if (self.ndim <= dims) wrapDim(-dims - 1, self.ndim); // raises: PyTorch asks for the size of the planes' dimension first
  const w = windows(self, dims, `avg_pool${dims}d`, kernel, stride, padding, 1, ceil);
  check(divisor !== 0, () => "divisor must be not zero");
  return w.input.map((n, d) =>
    taps(n, w.output[d], (o) => {
      const start = o * w.stride[d] - w.padding[d];
      const end = Math.min(start + w.kernel[d], n + w.padding[d]);
      const from = Math.max(start, 0);
      const to = Math.min(end, n);
      // The window's mean is the product of the means along its dimensions; a given divisor is applied along the first.
      if (divisor !== null) return run(from, to, d === 0 ? 1 / divisor : 1);
      return run(from, to, 1 / (includePad ? end - start : to - from));
    }),
  );
}

function averagePool(dims: number) {
  const list = `IntArrayRef[${dims}]`;
  return resampling({
    name: `avg_pool${dims}d`,
    params: ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"],
    node: `AvgPool${dims}DBackward0`,
    refuses: onlyReals(dims === 2 ? "avg_pool2d" : "avg_pool3d_out_frame"),
    savesInput: true,
    plan: (
      self: Tensor,
      kernel: WindowSize,
      stride: WindowSize = [],
      padding: WindowSize = 0,
      ceil: boolean = false,
      includePad: boolean = true,
      divisor: number | null = null,
    ) => averagePlan(self, dims, kernel, stride, padding, ceil, includePad, divisor),
    out: "\\tfrac1{|w|}\\textstyle\\sum_{\\text{window}} {self}",
    note: "A averages over windows; its transpose spreads a gradient evenly over the window",
    places: ["F"],
    signatures: [
      `avg_pool${dims}d(Tensor input, ${list} kernel_size, ${list} stride=[], ${list} padding=0, bool ceil_mode=False, bool count_include_pad=True, int64_t? divisor_override=None)`,
    ],
  });
}
export const avgPool2d = averagePool(2);
export const avgPool3d = averagePool(3);

/** One spatial dimension is pooled as a row of two. */
export const avgPool1d = op({
  name: "avg_pool1d",
  args: ["self", "kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"],
  forward: (
    self: Tensor,
    kernel: WindowSize,
    stride: WindowSize = [],
    padding: WindowSize = 0,
    ceil: boolean = false,
    includePad: boolean = true,
  ): Tensor => {
    check(
      self.ndim === 2 || self.ndim === 3,
      () =>
        `Expected 2 to 3 dimensions, but got ${self.ndim}-dimensional tensor for argument #1 'self' (while checking arguments for avg_pool1d)`,
    );
    const row = (v: WindowSize, fill: number): WindowSize =>
      typeof v === "number" ? [fill, v] : v.length === 0 ? v : [fill, v[0]];
    return squeeze(
      avgPool2d(unsqueeze(self, -2), row(kernel, 1), row(stride, 1), row(padding, 0), ceil, includePad, null),
      -2,
    );
  },
  places: ["torch", "F"],
  signatures: [
    "avg_pool1d(Tensor input, IntArrayRef[1] kernel_size, IntArrayRef[1] stride=[], IntArrayRef[1] padding=0, bool ceil_mode=False, bool count_include_pad=True)",
  ],
});

function adaptiveAverage(dims: number) {
  const name = `adaptive_avg_pool${dims}d`;
  const primitive = resampling({
    name: `_${name}`,
    params: ["output_size"],
    node: `AdaptiveAvgPool${dims}DBackward0`,
    refuses: onlyFloats(dims === 2 ? "adaptive_avg_pool2d" : "adaptive_avg_pool3d_cpu"),
    savesInput: true,
    plan: (self: Tensor, outputSize: Shape) => {
      check(
        self.ndim === dims + 1 || self.ndim === dims + 2,
        () => `${name}(): Expected ${dims + 1}D or ${dims + 2}D tensor, but got ${sizes(self.shape)}`,
      );
      const first = self.ndim - dims;
      for (let d = first; d < self.ndim; d++)
        check(
          self.shape[d] !== 0,
          () =>
            `${name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${sizes(self.shape)} with dimension ${d} being empty`,
        );
      return outputSize.map((count, i) => {
        const n = self.shape[first + i];
        const span = adaptiveSpan(n, count);
        return taps(n, count, (o) => run(span.from[o], span.to[o], 1 / (span.to[o] - span.from[o])));
      });
    },
    out: "\\tfrac1{|w|}\\textstyle\\sum_{\\text{window}} {self}",
    note: "A averages over windows that divide the input evenly",
  });
  const whole = op({
    name,
    args: ["self", "output_size"],
    forward: (self: Tensor, outputSize: Shape): Tensor => {
      check(outputSize.length === dims, () => `${name}: output_size must be ${dims}`);
      check(
        outputSize.every((n) => n >= 0),
        () =>
          `${name}: elements of output_size must be greater than or equal to 0 but received {${outputSize.join(", ")}}`,
      );
      // Pooling to one value is the mean.
      if (outputSize.every((n) => n === 1))
        return mean(
          self,
          outputSize.map((_, i) => -1 - i),
          true,
        );
      return primitive(self, outputSize);
    },
    places: ["_C"],
    signatures: [`${name}(Tensor input, IntArrayRef[${dims}] output_size)`],
  });
  return { primitive, whole };
}
const two = adaptiveAverage(2);
const three = adaptiveAverage(3);
export const adaptiveAvgPool2dPrimitive = two.primitive;
export const adaptiveAvgPool2d = two.whole;
export const adaptiveAvgPool3dPrimitive = three.primitive;
export const adaptiveAvgPool3d = three.whole;
export const adaptiveAvgPool1d = op({
  name: "adaptive_avg_pool1d",
  args: ["self", "output_size"],
  forward: (self: Tensor, outputSize: Shape): Tensor => {
    check(
      self.ndim === 2 || self.ndim === 3,
      () =>
        `Expected 2 to 3 dimensions, but got ${self.ndim}-dimensional tensor for argument #1 'self' (while checking arguments for adaptive_avg_pool1d)`,
    );
    return squeeze(adaptiveAvgPool2d(unsqueeze(self, -2), [1, outputSize[0]]), -2);
  },
  places: ["torch", "F"],
  signatures: ["adaptive_avg_pool1d(Tensor input, IntArrayRef[1] output_size)"],
});
