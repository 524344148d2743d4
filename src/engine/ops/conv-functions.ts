import { check, runtimeError, sizes } from "../errors.ts";
import { op } from "../op.ts";
import { numberTensor } from "../promotion.ts";
import { ComplexScalar } from "../scalar.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, mulScalar, sub } from "./arithmetic.ts";
import { imag, real } from "./complex-parts.ts";
import { convolution } from "./convolution.ts";
import { constantPad } from "./padding.ts";
import { squeeze, unsqueeze } from "./views.ts";

/** conv1d … conv3d and their transposes: what a program calls, in terms of `convolution`. */

type Sizes = number | Shape;

/** One value per spatial dimension; a single one stands for all. */
function spread(values: Sizes, name: string, dims: number): Shape {
  const list = typeof values === "number" ? [values] : values;
  if (list.length === 1) return new Array<number>(dims).fill(list[0]);
  check(
    list.length === dims,
    () =>
      `expected ${name} to be a single integer value or a list of ${dims} values to match the convolution dimensions, but got ${name}=${sizes(list)}`,
  );
  return list;
}

/** Runs `body` on a batch: an input without batch dimension gets one for the time being. */
export function batched(input: Tensor, dims: number, name: string, body: (x: Tensor) => Tensor): Tensor {
  check(
    input.ndim === dims + 1 || input.ndim === dims + 2,
    () =>
      `Expected ${dims + 1}D (unbatched) or ${dims + 2}D (batched) input to ${name}, but got input of size: ${sizes(input.shape)}`,
  );
  return input.ndim === dims + 2 ? body(input) : squeeze(body(unsqueeze(input, 0)), 0);
}

type Convolve = (input: Tensor, weight: Tensor, bias: Tensor | null) => Tensor;

/** A convolution of complex numbers by three real ones (Gauss): a - b + i(c - a - b), where c is that of the sums of the parts. */
function convolveParts(input: Tensor, weight: Tensor, bias: Tensor | null, run: Convolve): Tensor {
  if (input.dtype.kind !== "complex") return run(input, weight, bias);
  const type = ({ dtype }: Tensor): string =>
    dtype.kind === "complex" ? `CPU${dtype.scalarName}Type` : dtype.tensorType;
  for (const [name, t] of [
    ["weight", weight],
    ["bias", bias],
  ] as const)
    check(
      t === null || t.dtype === input.dtype,
      () => `Input type (${type(input)}) and ${name} type (${t === null ? "" : type(t)}) should be the same`,
    );
  const [x, y] = [real(input), imag(input)];
  const [u, v] = [real(weight), imag(weight)];
  const [p, q] = bias === null ? [null, null] : [real(bias), imag(bias)];
  const a = run(x, u, p);
  const b = run(y, v, null);
  const c = run(add(x, y), add(u, v), p === null || q === null ? null : add(p, q));
  return add(sub(a, b), mulScalar(sub(sub(c, a), b), numberTensor(input.rt, new ComplexScalar(0, 1))));
}

/** padding='same': the output is as large as the input; an odd total goes to the end. */
function convolveSame(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  stride: Shape,
  dilation: Shape,
  groups: number,
): Tensor {
  check(
    weight.ndim === input.ndim,
    () =>
      `Expected ${weight.ndim}-dimensional input for ${weight.ndim}-dimensional weight${sizes(weight.shape)}, but got ${input.ndim}-dimensional input of size ${sizes(input.shape)} instead`,
  );
  check(
    stride.every((s) => s === 1),
    () => "padding='same' is not supported for strided convolutions",
  );
  const total = weight.shape.slice(2).map((k, i) => dilation[i] * (k - 1));
  const left = total.map((t) => Math.floor(t / 2));
  const none = left.map(() => 0);
  const extra = total.map((t, i) => t - 2 * left[i]);
  const padded = extra.every((e) => e === 0)
    ? input
    : constantPad(
        input,
        [...extra].reverse().flatMap((e) => [0, e]),
        0,
      );
  return convolution(padded, weight, bias, stride, left, dilation, false, none, groups);
}

function convFunction(dims: number) {
  const name = `conv${dims}d`;
  const forward = (
    input: Tensor,
    weight: Tensor,
    bias: Tensor | null = null,
    stride: Sizes = 1,
    padding: Sizes | string = 0,
    dilation: Sizes = 1,
    groups: number = 1,
  ): Tensor =>
    batched(input, dims, name, (batch) => {
      const step = spread(stride, "stride", dims);
      const gaps = spread(dilation, "dilation", dims);
      const none = new Array<number>(dims).fill(0);
      if (padding === "same")
        return convolveParts(batch, weight, bias, (x, w, b) => convolveSame(x, w, b, step, gaps, groups));
      if (typeof padding === "string" && padding !== "valid")
        throw runtimeError(`Invalid padding string: '${padding}'`);
      const border = typeof padding === "string" ? none : spread(padding, "padding", dims);
      return convolveParts(batch, weight, bias, (x, w, b) =>
        convolution(x, w, b, step, border, gaps, false, none, groups),
      );
    });
  const list = `IntArrayRef[${dims}]`;
  const text = (padding: string) =>
    `${name}(Tensor input, Tensor weight, Tensor bias=None, ${list} stride=1, ${padding}, ${list} dilation=1, int64_t groups=1)`;
  return op({
    name,
    args: ["input", "weight", "bias", "stride", "padding", "dilation", "groups"],
    forward,
    places: ["torch", "F"],
    signatures: [text(`${list} padding=0`), text(`str padding="valid"`)],
  });
}
export const conv1d = convFunction(1);
export const conv2d = convFunction(2);
export const conv3d = convFunction(3);

function convTransposeFunction(dims: number) {
  const name = `conv_transpose${dims}d`;
  const list = `IntArrayRef[${dims}]`;
  return op({
    name,
    args: ["input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation"],
    forward: (
      input: Tensor,
      weight: Tensor,
      bias: Tensor | null = null,
      stride: Sizes = 1,
      padding: Sizes = 0,
      outputPadding: Sizes = 0,
      groups: number = 1,
      dilation: Sizes = 1,
    ): Tensor =>
      batched(input, dims, name, (batch) =>
        convolveParts(batch, weight, bias, (x, w, b) =>
          convolution(
            x,
            w,
            b,
            spread(stride, "stride", dims),
            spread(padding, "padding", dims),
            spread(dilation, "dilation", dims),
            true,
            spread(outputPadding, "output_padding", dims),
            groups,
          ),
        ),
      ),
    places: ["torch", "F"],
    signatures: [
      `${name}(Tensor input, Tensor weight, Tensor bias=None, ${list} stride=1, ${list} padding=0, ${list} output_padding=0, int64_t groups=1, ${list} dilation=1)`,
    ],
  });
}
export const convTranspose1d = convTransposeFunction(1);
export const convTranspose2d = convTransposeFunction(2);
export const convTranspose3d = convTransposeFunction(3);
