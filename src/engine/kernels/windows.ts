import { check, sizes } from "../errors.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** Sliding windows of the pooling operators over one to three spatial dimensions, the last ones of their input. */
export interface Windows {
  /** Sizes per spatial dimension. */
  readonly kernel: Shape;
  readonly stride: Shape;
  readonly padding: Shape;
  readonly dilation: Shape;
  readonly input: Shape;
  readonly output: Shape;
}

/** A size given as one number or as one per dimension; an omitted stride (an empty list) is the kernel size. */
export type WindowSize = number | Shape;

const COUNT = ["zero", "one", "two", "three"];

/** One value per dimension. Error: PyTorch's sentence about ints and tuples. */
function windowSize(values: WindowSize, dims: number, message: string): Shape {
  const list = typeof values === "number" ? [values] : values;
  check(list.length === 1 || list.length === dims, () => message);
  return list.length === dims ? list : new Array<number>(dims).fill(list[0]);
}

/** Number of windows that fit; with `ceil` one more may start inside the input and end outside. Errors: bad stride or padding. */
export function windowCount(
  n: number,
  k: number,
  pad: number,
  stride: number,
  dilation: number,
  ceil: boolean,
): number {
  check(stride !== 0, () => "stride should not be zero");
  check(pad >= 0, () => `pad must be non-negative, but got pad: ${pad}`);
  check(
    pad <= Math.trunc(((k - 1) * dilation + 1) / 2),
    () =>
      `pad should be at most half of effective kernel size, but got pad=${pad}, kernel_size=${k} and dilation=${dilation}`,
  );
  const room = n + 2 * pad - dilation * (k - 1) - 1 + (ceil ? stride - 1 : 0);
  let count = Math.floor(room / stride) + 1;
  if (ceil && (count - 1) * stride >= n + pad) count--;
  return count;
}

const AXES = ["T", "H", "W"];

/** Windows of a pooling operator. Errors: PyTorch's, in its order. */
export function windows(
  input: Tensor,
  dims: number,
  name: string,
  kernel: WindowSize,
  stride: WindowSize,
  padding: WindowSize,
  dilation: WindowSize,
  ceil: boolean,
): Windows {
  const tuple = `a single int, or a tuple of ${COUNT[dims]} ints`;
  const k = windowSize(kernel, dims, `${name}: kernel_size must either be ${tuple}`);
  const s =
    typeof stride !== "number" && stride.length === 0
      ? k
      : windowSize(stride, dims, `${name}: stride must either be omitted, ${tuple}`);
  const p = windowSize(padding, dims, `${name}: padding must either be ${tuple}`);
  const d = windowSize(dilation, dims, `${name}: dilation must be either ${tuple}`);
  const spatial = input.shape.slice(input.ndim - dims);
  const out = spatial.map((n, i) => windowCount(n, k[i], p[i], s[i], d[i], ceil));
  const axes = AXES.slice(dims === 3 ? 0 : 1);
  const list = (prefix: string, values: Shape): string =>
    (dims === 1 ? [1, ...values] : values).map((n, i) => `${prefix}${axes[i]}: ${n}`).join(" ");
  check(
    k.every((x) => x > 0),
    () => `kernel size should be greater than zero, but got ${list("k", k)}`,
  );
  check(
    s.every((x) => x > 0),
    () => `stride should be greater than zero, but got ${list("d", s)}`,
  );
  check(
    d.every((x) => x > 0),
    () => `dilation should be greater than zero, but got ${list("dilation", d)}`,
  );
  check(
    input.ndim === dims + 1 || input.ndim === dims + 2,
    () => `non-empty ${dims + 1}D or ${dims + 2}D (batch mode) tensor expected for input`,
  );
  const unbatched = input.ndim === dims + 1 && input.shape.every((n) => n !== 0);
  const batch = input.ndim === dims + 2 && input.shape.slice(1).every((n) => n !== 0);
  check(
    unbatched || batch,
    () =>
      `Expected ${dims + 1}D or ${dims + 2}D (batch mode) tensor with optional 0 dim batch size for input, but got:${sizes(input.shape)}`,
  );
  check(
    k.every((x, i) => Math.floor(x / 2) >= p[i]),
    () =>
      `pad should be smaller than or equal to half of kernel size, but got ${[...axes.keys()]
        .reverse()
        .map((i) => `pad${axes[i]} = ${p[i]}`)
        .join(", ")}, ${[...axes.keys()]
        .reverse()
        .map((i) => `k${axes[i]} = ${k[i]}`)
        .join(", ")}`,
  );
  const planes = input.shape[input.ndim - dims - 1];
  check(
    out.every((x) => x >= 1),
    () =>
      `Given input size: (${[planes, ...spatial].join("x")}). Calculated output size: (${[planes, ...out].join("x")}). Output size is too small`,
  );
  return { kernel: k, stride: s, padding: p, dilation: d, input: spatial, output: out };
}
