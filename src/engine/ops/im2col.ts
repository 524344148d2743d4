import { check, sizes } from "../errors.ts";
import { type ConvGeometry, col2im as fold, type Triple, im2col as unfold } from "../kernels/convolution.ts";
import { dense } from "../kernels/dense.ts";
import { settle } from "../kernels/elementwise.ts";
import { op } from "../op.ts";
import { type Shape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { complex, imag, real } from "./complex-parts.ts";

/** Sliding blocks of images as columns, and back. Sizes are pairs (height, width). */
interface Blocks {
  readonly kernel: Shape;
  readonly dilation: Shape;
  readonly padding: Shape;
  readonly stride: Shape;
}

const pair = (values: Shape, name: string): Shape => {
  check(values.length === 2, () => `It is expected ${name} equals to 2, but got size ${values.length}`);
  return values;
};
const triple = (values: Shape, fill: number): Triple => [fill, values[0], values[1]];

function blockCounts(image: Shape, b: Blocks): Shape {
  return image.map(
    (n, i) => Math.floor((n + 2 * b.padding[i] - (b.dilation[i] * (b.kernel[i] - 1) + 1)) / b.stride[i]) + 1,
  );
}

function geometry(batch: number, channels: number, image: Shape, b: Blocks): ConvGeometry {
  return {
    batch,
    channels,
    outChannels: 1,
    groups: 1,
    input: triple(image, 1),
    output: triple(blockCounts(image, b), 1),
    kernel: triple(b.kernel, 1),
    stride: triple(b.stride, 1),
    padding: triple(b.padding, 0),
    dilation: triple(b.dilation, 1),
  };
}

function checkBlocks(b: Blocks): void {
  const positive = (values: Shape, what: string) =>
    check(
      values.every((v) => v > 0),
      () => `${what} should be greater than zero, but got ${what}_height: ${values[0]} ${what}_width: ${values[1]}`,
    );
  positive(b.kernel, "kernel");
  positive(b.dilation, "dilation");
  check(
    b.padding.every((v) => v >= 0),
    () => `padding should be non-negative, but got pad_height: ${b.padding[0]} pad_width: ${b.padding[1]}`,
  );
  positive(b.stride, "stride");
}

/** [N, C, H, W] (or without N) to [N, C·kernel, blocks]. */
export const im2col = op({
  name: "im2col",
  args: ["self", "kernel_size", "dilation", "padding", "stride"],
  refuses: { int: "im2col_out_cpu" },
  node: "Im2ColBackward0",
  forward: (self: Tensor, kernel: Shape, dilation: Shape, padding: Shape, stride: Shape): Tensor => {
    if (self.dtype.kind === "complex")
      return complex(
        im2col(real(self), kernel, dilation, padding, stride),
        im2col(imag(self), kernel, dilation, padding, stride),
      );
    const b: Blocks = {
      kernel: pair(kernel, "kernel_size"),
      dilation: pair(dilation, "dilation"),
      padding: pair(padding, "padding"),
      stride: pair(stride, "stride"),
    };
    checkBlocks(b);
    for (const d of [1, 2]) wrapDim(d, self.ndim); // PyTorch reads these sizes before it counts dimensions
    const valid = self.ndim >= 1 && self.shape.slice(self.ndim === 4 ? 1 : 0).every((n) => n !== 0);
    check(
      (self.ndim === 3 || self.ndim === 4) && valid,
      () =>
        `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${sizes(self.shape)}`,
    );
    const lead = self.ndim === 4 ? [self.shape[0]] : [];
    const [channels, ...image] = self.shape.slice(-3);
    const counts = blockCounts(image, b);
    check(
      counts.every((n) => n >= 1),
      () =>
        `Given input with spatial size (${image.join(", ")}), kernel_size=(${kernel.join(", ")}), dilation=(${dilation.join(", ")}), padding=(${padding.join(", ")}), calculated shape of the array of sliding blocks as (${counts.join(", ")}), but its components must be at least one.`,
    );
    const c = geometry(lead[0] ?? 1, channels, image, b);
    const rows = channels * kernel[0] * kernel[1];
    const out = self.rt.empty([...lead, rows, counts[0] * counts[1]], self.dtype);
    const { data, start } = dense(self);
    const step = channels * image[0] * image[1];
    const size = rows * counts[0] * counts[1];
    for (let n = 0; n < c.batch; n++)
      unfold(data, start + n * step, channels, c, out.data.subarray(n * size, (n + 1) * size));
    return out;
  },
  keep: ([self, kernel_size, dilation, padding, stride]) => ({
    dilation,
    kernel_size,
    padding,
    self_size: self.shape.slice(-2),
    stride,
  }),
  vjp: {
    self: (g, { self_size, kernel_size, dilation, padding, stride }): Tensor =>
      col2im(g, self_size, kernel_size, dilation, padding, stride),
  },
  formula: { out: "\\mathrm{unfold}({self})", vjp: { self: "\\mathrm{fold}({g})" } },
  places: ["_C"],
  signatures: [
    "im2col(Tensor input, IntArrayRef[2] kernel_size, IntArrayRef[2] dilation, IntArrayRef[2] padding, IntArrayRef[2] stride)",
  ],
});

/** [N, C·kernel, blocks] (or without N) to [N, C, H, W]; overlapping blocks add up. */
export const col2im = op({
  name: "col2im",
  args: ["self", "output_size", "kernel_size", "dilation", "padding", "stride"],
  refuses: { int: "col2im_out_cpu" },
  node: "Col2ImBackward0",
  forward: (self: Tensor, outputSize: Shape, kernel: Shape, dilation: Shape, padding: Shape, stride: Shape): Tensor => {
    if (self.dtype.kind === "complex")
      return complex(
        col2im(real(self), outputSize, kernel, dilation, padding, stride),
        col2im(imag(self), outputSize, kernel, dilation, padding, stride),
      );
    const b: Blocks = {
      kernel: pair(kernel, "kernel_size"),
      dilation: pair(dilation, "dilation"),
      padding: pair(padding, "padding"),
      stride: pair(stride, "stride"),
    };
    pair(outputSize, "output_size");
    checkBlocks(b);
    check(
      (self.ndim === 2 && self.shape.every((n) => n !== 0)) ||
        (self.ndim === 3 && self.shape.slice(1).every((n) => n !== 0)),
      () =>
        `Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ${sizes(self.shape)}`,
    );
    const [rows, blocks] = self.shape.slice(-2);
    const area = kernel[0] * kernel[1];
    check(
      rows % area === 0,
      () =>
        `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${rows} and kernel_size=(${kernel.join(", ")}).`,
    );
    const counts = blockCounts(outputSize, b);
    check(
      blocks === counts[0] * counts[1],
      () =>
        `Given output_size=(${outputSize.join(", ")}), kernel_size=(${kernel.join(", ")}), dilation=(${dilation.join(", ")}), padding=(${padding.join(", ")}), stride=(${stride.join(", ")}), expected size of input's dimension 2 to match the calculated number of sliding blocks ${counts[0]} * ${counts[1]} = ${counts[0] * counts[1]}, but got input.size(2)=${blocks}.`,
    );
    const lead = self.ndim === 3 ? [self.shape[0]] : [];
    const channels = rows / area;
    const c = geometry(lead[0] ?? 1, channels, outputSize, b);
    const out = self.rt.empty([...lead, channels, ...outputSize], self.dtype);
    const { data, start } = dense(self);
    const step = channels * outputSize[0] * outputSize[1];
    for (let n = 0; n < c.batch; n++)
      fold(data.subarray(start + n * rows * blocks, start + (n + 1) * rows * blocks), channels, c, out.data, n * step);
    return settle(out);
  },
  keep: ([, , kernel_size, dilation, padding, stride]) => ({ dilation, kernel_size, padding, stride }),
  vjp: {
    self: (g, { kernel_size, dilation, padding, stride }): Tensor => im2col(g, kernel_size, dilation, padding, stride),
  },
  formula: { out: "\\mathrm{fold}({self})", vjp: { self: "\\mathrm{unfold}({g})" } },
  places: ["_C"],
  signatures: [
    "col2im(Tensor input, IntArrayRef[2] output_size, IntArrayRef[2] kernel_size, IntArrayRef[2] dilation, IntArrayRef[2] padding, IntArrayRef[2] stride)",
  ],
});
