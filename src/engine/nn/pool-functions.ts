import { valueError } from "../errors.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { run } from "./named-operators.ts";
import { tuple } from "./python-text.ts";
import { type Size, spread } from "./sizes.ts";

type Dims = 1 | 2 | 3;
const product = (sizes: Shape): number => sizes.reduce((a, b) => a * b, 1);

/** torch.nn.functional.lp_pool1d and its kin: (Σ xᵖ)^(1/p) over each window. */
export function lpPool(
  n: Dims,
  input: Tensor,
  p: number,
  kernel: Size,
  stride: Size | null,
  ceilMode: boolean,
): Tensor {
  const { rt } = input;
  const window = spread(kernel, n);
  const step = stride === null ? window : spread(stride, n);
  const mean = run(rt, `avg_pool${n}d`, run(rt, "pow", input, p), window, step, 0, ceilMode);
  const root = run(rt, "mul", run(rt, "sign", mean), run(rt, "relu", run(rt, "abs", mean)));
  return run(rt, "pow", run(rt, "mul", root, product(window)), 1 / p);
}

/** Size of an unpooled plane: the one given when it can have been pooled to this input, else the smallest. Error: impossible. */
function unpooledSize(spatial: Shape, kernel: Shape, stride: Shape, padding: Shape, given: Shape | null): Shape {
  const smallest = spatial.map((size, d) => (size - 1) * stride[d] + kernel[d] - 2 * padding[d]);
  if (given === null) return smallest;
  const n = kernel.length;
  const size = given.length === n + 2 ? given.slice(2) : given;
  if (size.length !== n)
    throw valueError(
      `output_size should be a sequence containing ${n} or ${n + 2} elements, but it has a length of '${size.length}'`,
    );
  size.forEach((s, d) => {
    const [low, high] = [smallest[d] - stride[d], smallest[d] + stride[d]];
    if (!(low < s && s < high))
      throw valueError(`invalid output_size "${tuple(size)}" (dim ${d} must be between ${low} and ${high})`);
  });
  return size;
}

/** torch.nn.functional.max_unpool1d and its kin: puts pooled values back where they came from, zero elsewhere. */
export function maxUnpool(
  n: Dims,
  input: Tensor,
  indices: Tensor,
  kernel: Size,
  stride: Size | null,
  padding: Size,
  outputSize: Shape | null,
): Tensor {
  const { rt } = input;
  const window = spread(kernel, n);
  const step = stride === null ? window : spread(stride, n);
  const size = unpooledSize(input.shape.slice(-n), window, step, spread(padding, n), outputSize);
  if (n > 1) return run(rt, `max_unpool${n}d`, input, indices, [...size]);
  const column = (t: Tensor): Tensor => run(rt, "unsqueeze", t, -1);
  return run(rt, "squeeze", run(rt, "max_unpool2d", column(input), column(indices), [...size, 1]), -1);
}

/**
 * torch.nn.functional.fractional_max_pool2d and 3d: maxima of windows at pseudo-random places, and where they were. The places
 * come from `samples`, or from the runtime's random stream. Error: neither a size nor a ratio.
 */
export function fractionalMaxPool(
  n: 2 | 3,
  input: Tensor,
  kernel: Size,
  outputSize: Size | null,
  outputRatio: Size | null,
  samples: Tensor | null,
): [Tensor, Tensor] {
  const { rt } = input;
  if (outputSize === null && outputRatio === null)
    throw valueError(`fractional_max_pool${n}d requires specifying either an output_size or an output_ratio`);
  const ratios = spread(outputRatio ?? 1, n);
  const size =
    outputSize === null ? input.shape.slice(-n).map((s, d) => Math.trunc(s * ratios[d])) : spread(outputSize, n);
  const batch = input.ndim === n + 1 ? 1 : input.shape[0];
  const channels = input.shape[input.ndim - n - 1];
  const places = samples ?? rt.quietly(() => run(rt, "uniform_", rt.empty([batch, channels, n], input.dtype)));
  return run(rt, `fractional_max_pool${n}d`, input, spread(kernel, n), size, places) as unknown as [Tensor, Tensor];
}
