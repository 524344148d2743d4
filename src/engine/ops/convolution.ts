import { check, runtimeError, sizes } from "../errors.ts";
import { type ConvGeometry, convolve, convolveInput, convolveWeight, type Triple } from "../kernels/convolution.ts";
import { op } from "../op.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { narrow } from "./slicing.ts";
import { sum } from "./sum.ts";

/** How a convolution moves over its input; one number per spatial dimension. */
export interface ConvParameters {
  readonly stride: Shape;
  readonly padding: Shape;
  readonly dilation: Shape;
  readonly groups: number;
}

const triple = (values: Shape, fill: number): Triple => {
  const [a, b, c] = [...new Array<number>(3 - values.length).fill(fill), ...values];
  return [a, b, c];
};

/** Sizes of the ordinary convolution that maps `input` to `output`, both [N, C, …]. */
function geometry(input: Shape, output: Shape, weight: Shape, p: ConvParameters): ConvGeometry {
  return {
    batch: input[0],
    channels: input[1],
    outChannels: output[1],
    groups: p.groups,
    input: triple(input.slice(2), 1),
    output: triple(output.slice(2), 1),
    kernel: triple(weight.slice(2), 1),
    stride: triple(p.stride, 1),
    padding: triple(p.padding, 0),
    dilation: triple(p.dilation, 1),
  };
}

const outputShape = (input: Shape, weight: Shape, p: ConvParameters): number[] => [
  input[0],
  weight[0],
  ...input
    .slice(2)
    .map((n, i) => Math.floor((n + 2 * p.padding[i] - p.dilation[i] * (weight[i + 2] - 1) - 1) / p.stride[i]) + 1),
];

/** One-to-one with PyTorch's check_shape_forward. */
function checkShapes(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  p: ConvParameters,
  transposed: boolean,
  outputPadding: Shape,
): void {
  const w = weight.shape;
  const k = input.ndim;
  const g = p.groups;
  check(w.length > 2, () => "weight should have at least three dimensions");
  for (const name of ["stride", "padding", "dilation"] as const)
    check(
      p[name].length === 1 || p[name].length === w.length - 2,
      () =>
        `expected ${name} to be a single integer value or a list of ${w.length - 2} values to match the convolution dimensions, but got ${name}=${sizes(p[name])}`,
    );
  check(!p.padding.some((x) => x < 0), () => "negative padding is not supported");
  check(!outputPadding.some((x) => x < 0), () => "negative output_padding is not supported");
  check(!p.stride.some((x) => x <= 0), () => "non-positive stride is not supported");
  check(!p.dilation.some((x) => x <= 0), () => `dilation should be greater than zero, but got ${sizes(p.dilation)}`);
  check(
    w.length === k,
    () =>
      `Expected ${w.length}-dimensional input for ${w.length}-dimensional weight ${sizes(w)}, but got ${k}-dimensional input of size ${sizes(input.shape)} instead`,
  );
  check(
    w[0] >= g,
    () =>
      `Given groups=${g}, expected weight to be at least ${g} at dimension 0, but got weight of size ${sizes(w)} instead`,
  );
  check(
    w[0] % g === 0,
    () =>
      `Given groups=${g}, expected weight to be divisible by ${g} at dimension 0, but got weight of size [${sizes(w)}] instead`,
  );
  const biasSize = transposed ? w[1] * g : w[0];
  const biasFits = bias === null || (bias.ndim === 1 && bias.shape[0] === biasSize);
  const biasText = () =>
    `expected bias to be 1-dimensional with ${biasSize} elements, but got bias of size ${sizes(bias?.shape ?? [])} instead`;
  if (transposed) {
    check(
      input.shape[1] === w[0],
      () =>
        `Given transposed=1, weight of size ${sizes(w)}, expected input${sizes(input.shape)} to have ${w[0]} channels, but got ${input.shape[1]} channels instead`,
    );
    check(biasFits, () => `Given transposed=1, weight of size ${sizes(w)}, ${biasText()}`);
    return;
  }
  check(
    input.shape[1] === w[1] * g,
    () =>
      `Given groups=${g}, weight of size ${sizes(w)}, expected input${sizes(input.shape)} to have ${w[1] * g} channels, but got ${input.shape[1]} channels instead`,
  );
  check(biasFits, () => `Given weight of size ${sizes(w)}, ${biasText()}`);
  const padded = input.shape.slice(2).map((n, i) => n + 2 * p.padding[i]);
  const kernel = w.slice(2).map((n, i) => p.dilation[i] * (n - 1) + 1);
  check(
    padded.every((n, i) => n >= kernel[i]),
    () =>
      `Calculated padded input size per channel: (${padded.join(" x ")}). Kernel size: (${kernel.join(" x ")}). Kernel size can't be greater than actual input size`,
  );
  const own = w.slice(2);
  check(
    own.every((n) => n > 0),
    () =>
      own.length === 3
        ? `kernel size should be greater than zero, but got: ${own.join(" x ")} (TxHxW)`
        : `kernel size should be greater than zero, but got kernel_height: ${own.length === 1 ? 1 : own[0]} kernel_width: ${own[own.length - 1]}`,
  );
}

function checkTypes(input: Tensor, weight: Tensor, bias: Tensor | null): void {
  check(
    bias === null || bias.dtype === input.dtype,
    () => `Input type (${input.dtype.cppName}) and bias type (${bias?.dtype.cppName}) should be the same`,
  );
  check(
    weight.dtype === input.dtype,
    () => `expected scalar type ${input.dtype.scalarName} but found ${weight.dtype.scalarName}`,
  );
  if (input.dtype.kind === "complex" || input.dtype.kind === "bool")
    throw runtimeError(`"slow_conv2d_cpu" not implemented for '${input.dtype.scalarName}'`);
}

/** Where the output padding of a transposed convolution would have no effect that any convolution could have. */
function checkOutputPadding(p: ConvParameters, outputPadding: Shape): void {
  const names = ["depth", "height", "width"];
  const padded = (values: Shape, fill: number): Shape => (values.length === 1 ? [fill, values[0]] : values);
  const out = padded(outputPadding, 0);
  const stride = padded(p.stride, 1);
  const dilation = padded(p.dilation, 1);
  const own = names.slice(3 - out.length);
  const list = (what: string, values: Shape) => own.map((n, i) => `${what}_${n}: ${values[i]}`).join(" ");
  check(
    out.every((x, i) => x < stride[i] || x < dilation[i]),
    () =>
      `output padding must be smaller than either stride or dilation, but got ${list("output_padding", out)} ${list("stride", stride)} ${list("dilation", dilation)}`,
  );
}

/** Gradient of a convolution's input: bilinear in the upstream gradient and the weight. */
export const convolutionInput = op({
  name: "convolution_backward_input",
  args: ["grad_output", "weight", "size", "parameters"],
  node: "ConvolutionBackwardBackward0",
  forward: (grad: Tensor, weight: Tensor, size: Shape, p: ConvParameters): Tensor =>
    convolveInput(grad, weight, geometry(size, grad.shape, weight.shape, p), size),
  keep: ([grad_output, weight, , parameters]) => ({ grad_output, weight, parameters }),
  vjp: {
    grad_output: (h, { grad_output, weight, parameters }): Tensor =>
      convolutionPlain(h, weight, parameters, grad_output.shape),
    weight: (h, { grad_output, weight, parameters }): Tensor =>
      convolutionWeight(grad_output, h, weight.shape, parameters),
  },
  formula: {
    out: "{weight}^{\\top} * {grad_output}",
    vjp: { grad_output: "{weight} * {g}", weight: "{grad_output} \\star {g}" },
  },
});

/** Gradient of a convolution's weight: bilinear in the upstream gradient and the input. */
export const convolutionWeight = op({
  name: "convolution_backward_weight",
  args: ["grad_output", "input", "size", "parameters"],
  node: "ConvolutionBackwardBackward0",
  forward: (grad: Tensor, input: Tensor, size: Shape, p: ConvParameters): Tensor =>
    convolveWeight(grad, input, geometry(input.shape, grad.shape, size, p), size),
  keep: ([grad_output, input, , parameters]) => ({ grad_output, input, parameters }),
  vjp: {
    grad_output: (h, { grad_output, input, parameters }): Tensor =>
      convolutionPlain(input, h, parameters, grad_output.shape),
    input: (h, { grad_output, input, parameters }): Tensor => convolutionInput(grad_output, h, input.shape, parameters),
  },
  formula: {
    out: "{grad_output} \\star {input}",
    vjp: { grad_output: "{g} * {input}", input: "{g}^{\\top} * {grad_output}" },
  },
});

/** The ordinary convolution, cut to the wanted shape: an output padding of a stride and more leaves further positions. */
function convolutionPlain(input: Tensor, weight: Tensor, p: ConvParameters, shape: Shape): Tensor {
  const none = p.padding.map(() => 0);
  let out = convolution(input, weight, null, p.stride, p.padding, p.dilation, false, none, p.groups);
  for (let d = 2; d < shape.length; d++) if (out.shape[d] > shape[d]) out = narrow(out, d, 0, shape[d]);
  return out;
}

/** Gradient of a bias: summed over batch and positions. */
const biasGradient = (g: Tensor): Tensor =>
  sum(
    g,
    g.shape.map((_, i) => i).filter((i) => i !== 1),
  );

/**
 * The convolution (cross-correlation) of a batch [N, C, …] with weights [O, C/groups, …], or its transpose with weights
 * [C, O/groups, …], over one to three spatial dimensions.
 */
export const convolution = op({
  name: "convolution",
  args: ["input", "weight", "bias", "stride", "padding", "dilation", "transposed", "output_padding", "groups"],
  node: "ConvolutionBackward0",
  channelsLast: ["input", "weight"],
  forward: (
    input: Tensor,
    weight: Tensor,
    bias: Tensor | null,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    transposed: boolean,
    output_padding: Shape,
    groups: number,
  ): Tensor => {
    const p: ConvParameters = { stride, padding, dilation, groups };
    check(groups > 0, () => "non-positive groups is not supported");
    checkShapes(input, weight, bias, p, transposed, output_padding);
    checkTypes(input, weight, bias);
    if (!transposed) {
      const shape = outputShape(input.shape, weight.shape, p);
      return convolve(input, weight, bias, geometry(input.shape, shape, weight.shape, p), shape);
    }
    checkOutputPadding(p, output_padding);
    const spatial = input.shape
      .slice(2)
      .map(
        (n, i) =>
          (n - 1) * stride[i] - 2 * padding[i] + dilation[i] * (weight.shape[i + 2] - 1) + output_padding[i] + 1,
      );
    check(
      spatial.every((n) => n > 0),
      () =>
        `Given input size per channel: (${input.shape.slice(2).join(" x ")}). Calculated output size per channel: (${spatial.join(" x ")}). Output size is too small`,
    );
    const shape = [input.shape[0], weight.shape[1] * groups, ...spatial];
    const out = convolveInput(input, weight, geometry(shape, input.shape, weight.shape, p), shape);
    return bias === null ? out : addBias(out, bias);
  },
  keep: ([input, weight, bias, stride, padding, dilation, transposed, output_padding, groups]) => ({
    bias_sizes_opt: bias?.shape ?? null,
    dilation,
    groups,
    input,
    output_padding,
    padding,
    stride,
    transposed,
    weight,
  }),
  vjp: {
    input: (g, { input, weight, transposed, ...p }): Tensor =>
      transposed ? convolutionPlain(g, weight, p, input.shape) : convolutionInput(g, weight, input.shape, p),
    weight: (g, { input, weight, transposed, ...p }): Tensor =>
      transposed ? convolutionWeight(input, g, weight.shape, p) : convolutionWeight(g, input, weight.shape, p),
    bias: (g): Tensor => biasGradient(g),
  },
  formula: {
    out: "{weight} * {input} + {bias}",
    vjp: {
      input: "{weight}^{\\top} * {g}",
      weight: "{g} \\star {input}",
      bias: "\\textstyle\\sum_{n,\\,x} {g}",
    },
  },
  places: ["torch"],
  signatures: [
    "convolution(Tensor input, Tensor weight, Tensor? bias, IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, bool transposed, IntArrayRef output_padding, int64_t groups)",
  ],
});

function addBias(out: Tensor, bias: Tensor): Tensor {
  const values = bias.toArray();
  const length = out.shape.slice(2).reduce((a, b) => a * b, 1);
  const { round } = out.dtype;
  for (let b = 0, at = 0; b < out.shape[0]; b++)
    for (const v of values) for (const end = at + length; at < end; at++) out.data[at] = round(out.data[at] + v);
  return out;
}
