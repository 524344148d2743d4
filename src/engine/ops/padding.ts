import { check, notImplemented, runtimeError, sizes } from "../errors.ts";
import { dense, scatter } from "../kernels/dense.ts";
import { type Taps, taps } from "../kernels/taps.ts";
import { op } from "../op.ts";
import { type Scalar, scalarValue } from "../scalar.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { copy_ } from "./copies.ts";
import { newEmpty } from "./creation.ts";
import { resampling } from "./resampling.ts";
import { slice } from "./slicing.ts";

/** Paddings come as PyTorch lists them: (before, after) of the last dimension first. */

/** Pads of dimension `d` of a tensor with `ndim` dimensions. */
const padsOf = (pad: Shape, d: number, ndim: number): [number, number] => {
  const i = 2 * (ndim - 1 - d);
  return i < pad.length ? [pad[i], pad[i + 1]] : [0, 0];
};

/** Surrounds a tensor with a value; negative pads cut off. */
export const constantPad = op({
  name: "constant_pad_nd",
  args: ["self", "pad", "value"],
  node: "ConstantPadNdBackward0",
  channelsLast: ["self"],
  forward: (self: Tensor, pad: Shape, value: Scalar = 0): Tensor => {
    check(pad.length % 2 === 0, () => `Length of pad must be even but instead it equals ${pad.length}`);
    check(
      2 * self.ndim >= pad.length,
      () =>
        `Length of pad should be no more than twice the number of dimensions of the input. Pad length is ${pad.length} while the input has ${self.ndim} dimensions.`,
    );
    const shape = self.shape.map((n, d) => {
      const [before, after] = padsOf(pad, d, self.ndim);
      // What is cut off goes first, side by side.
      const rest = n + Math.min(before, 0);
      check(rest >= 0 && rest + Math.min(after, 0) >= 0, () => "narrow(): length must be non-negative.");
      return n + before + after;
    });
    const out = self.rt.full(shape, scalarValue(value), self.dtype);
    // The part of the input that stays, and where it goes.
    const from = self.shape.map((_, d) => Math.max(-padsOf(pad, d, self.ndim)[0], 0));
    const kept = self.shape.map((n, d) => n - from[d] - Math.max(-padsOf(pad, d, self.ndim)[1], 0));
    if (kept.some((n) => n <= 0)) return out;
    const offset = self.offset + from.reduce((sum, f, d) => sum + f * self.strides[d], 0);
    const target = shape.reduce((sum, _, d) => sum + Math.max(padsOf(pad, d, self.ndim)[0], 0) * out.strides[d], 0);
    const part = dense(self.alias(kept, self.strides, offset));
    scatter(part.data, part.start, out.data, target, kept, out.strides, self.dtype.slots);
    return out;
  },
  keep: ([, pad]) => ({ pad }),
  vjp: {
    self: (g, { pad }): Tensor =>
      constantPad(
        g,
        pad.map((p) => -p),
        0,
      ),
  },
  formula: { out: "\\operatorname{padded}({self})", vjp: { self: "\\operatorname{cropped}({g})" } },
  places: ["torch"],
  signatures: ["constant_pad_nd(Tensor input, IntArrayRef pad, Scalar value=0)"],
});

/** Position inside 0 … n-1 that a position outside of it shows. */
const reflected = (i: number, n: number): number => (i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i);
const replicated = (i: number, n: number): number => Math.min(Math.max(i, 0), n - 1);

const NAMES = ["D", "H", "W"];

function checkInput(self: Tensor, pad: Shape, dims: number): void {
  check(pad.length === 2 * dims, () => `padding size is expected to be ${2 * dims}, but got: ${pad.length}`);
  const valid =
    (self.ndim === dims + 1 && self.shape.every((n) => n !== 0)) ||
    (self.ndim === dims + 2 && self.shape.slice(1).every((n) => n !== 0));
  check(
    valid,
    () =>
      `Expected ${dims + 1}D or ${dims + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${sizes(self.shape)}`,
  );
}

function borderPlan(self: Tensor, pad: Shape, dims: number, inside: (i: number, n: number) => number): readonly Taps[] {
  checkInput(self, pad, dims);
  const reflect = inside === reflected;
  const plans: Taps[] = [];
  for (let k = dims - 1; k >= 0; k--) {
    // k-th pair from the end: the last dimension is checked first, as in PyTorch.
    const d = self.ndim - dims + k;
    const n = self.shape[d];
    const [before, after] = padsOf(pad, d, self.ndim);
    if (reflect)
      check(
        before < n && after < n,
        () =>
          `Argument #${4 + 2 * (dims - 1 - k)}: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${d} of input ${sizes(self.shape)}`,
      );
    plans.unshift(taps(n, Math.max(n + before + after, 0), (o) => [[inside(o - before, n), 1]]));
  }
  const own = NAMES.slice(3 - dims);
  check(
    plans.every((p) => p.outputs >= 1),
    () =>
      `input (${own.map((name, i) => `${name}: ${plans[i].inputs}`).join(", ")}) is too small. Calculated output ${own.map((name, i) => `${name}: ${plans[i].outputs}`).join(" ")}`,
  );
  return plans;
}

const border = (kind: "reflection" | "replication", dims: number) =>
  resampling({
    name: `${kind}_pad${dims}d`,
    params: ["padding"],
    node: `${kind === "reflection" ? "Reflection" : "Replication"}Pad${dims}DBackward0`,
    savesInput: true,
    refuses: { bool: `${kind}_pad${dims}d` },
    plan: (self: Tensor, padding: Shape) =>
      borderPlan(self, padding, dims, kind === "reflection" ? reflected : replicated),
    out: `\\mathrm{${kind === "reflection" ? "reflect" : "replicate"}}({self})`,
    signatures: [`${kind}_pad${dims}d(Tensor input, IntArrayRef[${2 * dims}] padding)`],
  });
export const reflectionPad1d = border("reflection", 1);
export const reflectionPad2d = border("reflection", 2);
export const reflectionPad3d = border("reflection", 3);
export const replicationPad1d = border("replication", 1);
export const replicationPad2d = border("replication", 2);
export const replicationPad3d = border("replication", 3);
const REFLECTION = [reflectionPad1d, reflectionPad2d, reflectionPad3d];
const REPLICATION = [replicationPad1d, replicationPad2d, replicationPad3d];

/** Pads by wrapping around, dimension by dimension into one result (hence CopySlices in its history, as in PyTorch). */
function circularPad(self: Tensor, pad: Shape): Tensor {
  const dims = pad.length / 2;
  const first = self.ndim - dims;
  const shape = [...self.shape];
  for (let d = first; d < self.ndim; d++) {
    const [before, after] = padsOf(pad, d, self.ndim);
    const n = self.shape[d];
    check(before <= n && after <= n, () => "Padding value causes wrapping around more than once.");
    shape[d] = n + before + after;
    check(shape[d] >= 0, () => "Negative padding value is resulting in an empty dimension");
  }
  const out = newEmpty(self, shape);
  let into: Tensor = out;
  let from: Tensor = self;
  for (let d = first; d < self.ndim; d++) {
    const [before, after] = padsOf(pad, d, self.ndim);
    into = slice(into, d, Math.max(before, 0), shape[d] - Math.max(after, 0), 1);
    from = slice(from, d, Math.max(-before, 0), self.shape[d] - Math.max(-after, 0), 1);
  }
  copy_(into, from);
  for (let d = self.ndim - 1; d >= first; d--) {
    const [before, after] = padsOf(pad, d, self.ndim);
    const end = shape[d] - Math.max(after, 0);
    if (before > 0) copy_(slice(out, d, 0, before, 1), slice(out, d, end - before, end, 1));
    if (after > 0) {
      const start = Math.max(before, 0);
      copy_(slice(out, d, end, shape[d], 1), slice(out, d, start, start + after, 1));
    }
  }
  return out;
}

/** torch.nn.functional.pad: constant, reflect, replicate or circular. */
export const pad = op({
  name: "pad",
  args: ["input", "pad", "mode", "value"],
  forward: (input: Tensor, pads: Shape, mode: string = "constant", value: number | null = null): Tensor => {
    if (!["constant", "reflect", "replicate", "circular"].includes(mode))
      throw notImplemented(`Unrecognised padding mode ${mode}`);
    check(pads.length % 2 === 0, () => "Padding length must be divisible by 2");
    check(
      pads.length <= 2 * input.ndim,
      () =>
        `Padding length should be less than or equal to two times the input dimension but got padding length ${pads.length} and input of dimension ${input.ndim}`,
    );
    if (mode === "constant") return constantPad(input, pads, value ?? 0);
    if (value !== null && value !== 0) throw runtimeError(`Padding mode "${mode}" doesn't take in value argument`);
    const dims = pads.length / 2;
    if (dims < 1 || dims > 3 || (input.ndim !== dims + 1 && input.ndim !== dims + 2))
      throw notImplemented("Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now");
    if (mode === "circular") return circularPad(input, pads);
    return (mode === "reflect" ? REFLECTION : REPLICATION)[dims - 1](input, pads);
  },
  places: ["F"],
  signatures: [`pad(Tensor input, IntArrayRef pad, str mode="constant", double? value=None)`],
});
