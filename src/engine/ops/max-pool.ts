import { int64 } from "../dtype.ts";
import { check, sizes, valueError } from "../errors.ts";
import { dense, denseArray } from "../kernels/dense.ts";
import { type WindowSize, type Windows, windowCount, windows } from "../kernels/windows.ts";
import { op } from "../op.ts";
import { checkKind, notImplementedFor, onlyFloats } from "../refusals.ts";
import { numelOf, type Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { zerosLike } from "./arithmetic.ts";
import { checkSizes } from "./creation.ts";
import { squeeze, unsqueeze } from "./views.ts";

/** First and past-the-last input position of each window along one dimension, and the distance between positions. */
interface Spans {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly step: number;
}

const triple = <T>(list: readonly T[], fill: T): [T, T, T] => {
  const [a, b, c] = [...new Array<T>(3 - list.length).fill(fill), ...list];
  return [a, b, c];
};
const WHOLE: Spans = { from: [0], to: [1], step: 1 };

function windowSpans(w: Windows): Spans[] {
  return w.output.map((count, i) => {
    const from: number[] = [];
    const to: number[] = [];
    for (let o = 0; o < count; o++) {
      let start = o * w.stride[i] - w.padding[i];
      to.push(Math.min(start + (w.kernel[i] - 1) * w.dilation[i] + 1, w.input[i]));
      while (start < 0) start += w.dilation[i];
      from.push(start);
    }
    return { from, to, step: w.dilation[i] };
  });
}

/** Adaptive windows: as even a division of `n` inputs into `count` windows as there is. */
export function adaptiveSpan(n: number, count: number): Spans {
  const from = Array.from({ length: count }, (_, o) => Math.floor((o * n) / count));
  const to = Array.from({ length: count }, (_, o) => Math.ceil(((o + 1) * n) / count));
  return { from, to, step: 1 };
}

/** Largest element of every window, and its position within the plane. NaN wins. */
function maxKernel(self: Tensor, input: Shape, output: Shape, spans: readonly Spans[]): [Tensor, Tensor] {
  const shape = [...self.shape.slice(0, self.ndim - input.length), ...output];
  const out = self.rt.empty(shape, self.dtype);
  const indices = self.rt.empty(shape, int64);
  const { data, start } = dense(self);
  const [, H, W] = triple(input, 1);
  const plane = numelOf(input);
  const planes = plane === 0 ? 0 : self.numel / plane;
  const [sz, sy, sx] = triple(spans, WHOLE);
  let at = 0;
  for (let p = 0; p < planes; p++) {
    const base = start + p * plane;
    for (let oz = 0; oz < sz.from.length; oz++)
      for (let oy = 0; oy < sy.from.length; oy++)
        for (let ox = 0; ox < sx.from.length; ox++, at++) {
          let best = Number.NEGATIVE_INFINITY;
          let where = (sz.from[oz] * H + sy.from[oy]) * W + sx.from[ox];
          for (let z = sz.from[oz]; z < sz.to[oz]; z += sz.step)
            for (let y = sy.from[oy]; y < sy.to[oy]; y += sy.step)
              for (let x = sx.from[ox]; x < sx.to[ox]; x += sx.step) {
                const i = (z * H + y) * W + x;
                const v = data[base + i];
                if (v > best || v !== v) {
                  best = v;
                  where = i;
                }
              }
          out.data[at] = best;
          indices.data[at] = where;
        }
  }
  return [out, indices];
}

/** Adds each gradient to the position of its plane that `indices` names; `self` is the planes' tensor, or its shape alone. */
export const planeScatter = op({
  name: "max_pool_backward",
  args: ["grad_output", "self", "indices", "dims", "node", "gatherNode"],
  node: ([, , , , node]) => node,
  edges: ([, self]) => (self instanceof Tensor ? ["grad_output", "self"] : ["grad_output"]),
  forward: (
    grad: Tensor,
    self: Tensor | Shape,
    indices: Tensor,
    dims: number,
    _node: string,
    _gather: string,
  ): Tensor => {
    const size = self instanceof Tensor ? self.shape : self;
    const out = grad.rt.empty(size, grad.dtype);
    const g = dense(grad);
    const at = denseArray(indices);
    const plane = numelOf(size.slice(size.length - dims));
    const windowsOf = numelOf(grad.shape.slice(grad.ndim - dims));
    const { round } = grad.dtype;
    for (let k = 0; k < at.length; k++) {
      const to = Math.floor(k / windowsOf) * plane + at[k];
      out.data[to] = round(out.data[to] + g.data[g.start + k]);
    }
    return out;
  },
  keep: ([, self, indices, dims, node, gatherNode], _out, need) => ({
    self: self instanceof Tensor && need("self") ? self : undefined,
    indices,
    dims,
    node,
    gatherNode,
  }),
  vjp: {
    grad_output: (h, { indices, dims, node, gatherNode }): Tensor => planeGather(h, indices, dims, gatherNode, node),
    self: (_h, { self }): Tensor => zerosLike(self),
  },
  formula: { out: "\\mathrm{scatter}({grad_output})", vjp: { grad_output: "\\mathrm{gather}({g})", self: "0" } },
});

/** Elements of each plane at the positions that `indices` names. */
export const planeGather = op({
  name: "max_pool_double_backward",
  args: ["self", "indices", "dims", "node", "scatterNode"],
  node: ([, , , node]) => node,
  forward: (self: Tensor, indices: Tensor, dims: number, _node: string, _scatter: string): Tensor => {
    const out = self.rt.empty(indices.shape, self.dtype);
    const s = dense(self);
    const at = denseArray(indices);
    const plane = numelOf(self.shape.slice(self.ndim - dims));
    const windowsOf = numelOf(indices.shape.slice(indices.ndim - dims));
    for (let k = 0; k < at.length; k++) out.data[k] = s.data[s.start + Math.floor(k / windowsOf) * plane + at[k]];
    return out;
  },
  keep: ([self, indices, dims, node, scatterNode]) => ({ indices, dims, node, scatterNode, self_sizes: self.shape }),
  vjp: {
    self: (g, { indices, dims, node, scatterNode, self_sizes }): Tensor =>
      planeScatter(g, self_sizes, indices, dims, scatterNode, node),
  },
  formula: { out: "\\mathrm{gather}({self})", vjp: { self: "\\mathrm{scatter}({g})" } },
});

const FORMULA = {
  out: "\\max_{\\text{window}} {self}",
  vjp: { self: "{g} \\text{ at the maximum of each window}" },
  note: "of equal elements the first gets the gradient",
};

function maxPool(dims: number) {
  const name = `max_pool${dims}d_with_indices`;
  const node = `MaxPool${dims}DWithIndicesBackward0`;
  const list = `IntArrayRef[${dims}]`;
  return op({
    name,
    args: ["self", "kernel_size", "stride", "padding", "dilation", "ceil_mode"],
    node,
    channelsLast: ["self"],
    nondifferentiable: [1],
    forward: (
      self: Tensor,
      kernel: WindowSize,
      stride: WindowSize = [],
      padding: WindowSize = 0,
      dilation: WindowSize = 1,
      ceil: boolean = false,
    ): Tensor[] => {
      const w = windows(self, dims, `max_pool${dims}d`, kernel, stride, padding, dilation, ceil);
      if (self.dtype.kind === "bool" || self.dtype.kind === "complex")
        throw notImplementedFor(`max_pool${dims}d`, self.dtype);
      return maxKernel(self, w.input, w.output, windowSpans(w));
    },
    keep: ([self, kernel_size, stride, padding, dilation, ceil_mode], [, result1]) => ({
      ceil_mode: ceil_mode ?? false,
      dilation: dilation ?? 1,
      kernel_size,
      padding: padding ?? 0,
      self,
      result1,
      stride: stride ?? [],
    }),
    vjp: {
      self: (g, { self, result1 }): Tensor =>
        planeScatter(g, self, result1, dims, node.replace(/0$/, "Backward0"), node),
    },
    formula: FORMULA,
    places: ["_C"],
    signatures: [
      `${name}(Tensor input, ${list} kernel_size, ${list} stride=[], ${list} padding=0, ${list} dilation=1, bool ceil_mode=False)`,
    ],
  });
}
export const maxPool2dWithIndices = maxPool(2);
export const maxPool3dWithIndices = maxPool(3);

function checkRow(self: Tensor): void {
  check(
    self.ndim === 2 || self.ndim === 3,
    () =>
      `max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:${sizes(self.shape)}`,
  );
}

/** One spatial dimension is pooled as a row of two. */
export const maxPool1dWithIndices = op({
  name: "max_pool1d_with_indices",
  args: ["self", "kernel_size", "stride", "padding", "dilation", "ceil_mode"],
  forward: (
    self: Tensor,
    kernel: WindowSize,
    stride: WindowSize = [],
    padding: WindowSize = 0,
    dilation: WindowSize = 1,
    ceil: boolean = false,
  ): Tensor[] => {
    checkRow(self);
    const row = (v: WindowSize, fill: number): WindowSize =>
      typeof v === "number" ? [fill, v] : v.length === 0 ? v : [fill, v[0]];
    const [out, indices] = maxPool2dWithIndices(
      unsqueeze(self, -2),
      row(kernel, 1),
      row(stride, 1),
      row(padding, 0),
      row(dilation, 1),
      ceil,
    );
    return [squeeze(out, -2), squeeze(indices, -2)];
  },
  places: ["torch", "_C"],
  signatures: [
    "max_pool1d_with_indices(Tensor input, IntArrayRef[1] kernel_size, IntArrayRef[1] stride=[], IntArrayRef[1] padding=0, IntArrayRef[1] dilation=1, bool ceil_mode=False)",
  ],
});

/** What torch.max_pool1d checks before anything is pooled. */
function checkMaxPool1d(
  self: Tensor,
  kernel: WindowSize,
  stride: WindowSize,
  padding: WindowSize,
  dilation: WindowSize,
  ceil: boolean,
): void {
  checkRow(self);
  const only = (v: WindowSize, otherwise: number): number => (typeof v === "number" ? v : (v[0] ?? otherwise));
  const k = only(kernel, 1);
  const [step, pad, spread] = [only(stride, k), only(padding, 0), only(dilation, 1)];
  const positive = (name: string, v: number): void =>
    check(v > 0, () => `max_pool1d() ${name} must be greater than zero, but got ${v}`);
  positive("kernel_size", k);
  positive("stride", step);
  check(pad >= 0, () => `max_pool1d() padding must be non-negative, but got ${pad}`);
  check(
    pad <= Math.floor(k / 2),
    () => `max_pool1d() padding should be at most half of kernel size, but got padding=${pad} and kernel_size=${k}`,
  );
  positive("dilation", spread);
  const size = windowCount(self.shape[self.ndim - 1], k, pad, step, spread, ceil);
  check(size > 0, () => `max_pool1d() Invalid computed output size: ${size}`);
}

/** The pooled values alone, as torch.max_pool1d … max_pool3d give them. */
function valuesOnly(dims: number, pool: typeof maxPool1dWithIndices) {
  const list = `IntArrayRef[${dims}]`;
  return op({
    name: `max_pool${dims}d`,
    args: ["self", "kernel_size", "stride", "padding", "dilation", "ceil_mode"],
    forward: (
      self: Tensor,
      kernel: WindowSize,
      stride: WindowSize = [],
      padding: WindowSize = 0,
      dilation: WindowSize = 1,
      ceil: boolean = false,
    ): Tensor => {
      if (dims === 1) checkMaxPool1d(self, kernel, stride, padding, dilation, ceil);
      return pool(self, kernel, stride, padding, dilation, ceil)[0];
    },
    places: ["torch", "F"],
    signatures: [
      `max_pool${dims}d(Tensor input, ${list} kernel_size, ${list} stride=[], ${list} padding=0, ${list} dilation=1, bool ceil_mode=False)`,
    ],
  });
}
export const maxPool1d = valuesOnly(1, maxPool1dWithIndices);
export const maxPool2d = valuesOnly(2, maxPool2dWithIndices);
export const maxPool3d = valuesOnly(3, maxPool3dWithIndices);

function adaptiveMaxPool(dims: number) {
  const name = `adaptive_max_pool${dims}d`;
  const node = `AdaptiveMaxPool${dims}DBackward0`;
  return op({
    name,
    args: ["self", "output_size"],
    node,
    channelsLast: ["self"],
    nondifferentiable: [1],
    forward: (self: Tensor, outputSize: Shape): Tensor[] => {
      check(
        self.ndim === dims + 1 || self.ndim === dims + 2,
        () => `${name}(): Expected ${dims + 1}D or ${dims + 2}D tensor, but got: ${sizes(self.shape)}`,
      );
      for (let d = self.ndim - dims; d < self.ndim; d++)
        check(
          self.shape[d] > 0,
          () =>
            `${name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${sizes(self.shape)} with dimension ${d} being empty`,
        );
      check(outputSize.length === dims, () => `${name}(): internal error: output_size.size() must be ${dims}`);
      checkSizes([...self.shape.slice(0, self.ndim - dims), ...outputSize]);
      checkKind(onlyFloats(dims === 2 ? name : `${name}_cpu`), self.dtype);
      const input = self.shape.slice(self.ndim - dims);
      return maxKernel(
        self,
        input,
        outputSize,
        input.map((n, i) => adaptiveSpan(n, outputSize[i])),
      );
    },
    keep: ([self], [, result1]) => ({ self, result1 }),
    vjp: {
      self: (g, { self, result1 }): Tensor =>
        planeScatter(g, self, result1, dims, node.replace(/0$/, "Backward0"), node),
    },
    formula: FORMULA,
    places: ["_C"],
    signatures: [`${name}(Tensor input, IntArrayRef[${dims}] output_size)`],
  });
}
export const adaptiveMaxPool2d = adaptiveMaxPool(2);
export const adaptiveMaxPool3d = adaptiveMaxPool(3);
export const adaptiveMaxPool1d = op({
  name: "adaptive_max_pool1d",
  args: ["self", "output_size"],
  forward: (self: Tensor, outputSize: Shape): Tensor[] => {
    check(
      self.ndim === 2 || self.ndim === 3,
      () =>
        `Expected 2 to 3 dimensions, but got ${self.ndim}-dimensional tensor for argument #1 'self' (while checking arguments for adaptive_max_pool1d)`,
    );
    const [out, indices] = adaptiveMaxPool2d(unsqueeze(self, -2), [1, outputSize[0]]);
    return [squeeze(out, -2), squeeze(indices, -2)];
  },
  places: ["torch", "_C"],
  signatures: ["adaptive_max_pool1d(Tensor input, IntArrayRef[1] output_size)"],
});

/** Puts pooled values back where they came from; zero elsewhere. */
function maxUnpool(dims: number) {
  const name = `max_unpool${dims}d`;
  const node = `MaxUnpool${dims}DBackward0`;
  return op({
    name,
    args: ["self", "indices", "output_size"],
    node,
    channelsLast: ["self"],
    forward: (self: Tensor, indices: Tensor, outputSize: Shape): Tensor => {
      check(
        indices.dtype === int64,
        () => `elements in indices should be type int64 but got: ${indices.dtype.scalarName}`,
      );
      check(
        outputSize.length === dims,
        () =>
          `There should be exactly ${dims === 2 ? "two" : "three"} elements (${dims === 2 ? "height, width" : "depth, height, width"}) in output_size, but got ${outputSize.length} elements.`,
      );
      check(
        numelOf(self.shape) === numelOf(indices.shape) && self.ndim === indices.ndim,
        () =>
          `Expected shape of indices to be same as that of the input tensor (${sizes(self.shape)}) but got indices tensor with shape: ${sizes(indices.shape)}`,
      );
      const shape = [...self.shape.slice(0, self.ndim - dims), ...outputSize];
      const out = self.rt.empty(shape, self.dtype);
      const values = dense(self);
      const at = denseArray(indices);
      const plane = numelOf(outputSize);
      const each = numelOf(self.shape.slice(self.ndim - dims));
      for (let k = 0; k < at.length; k++) {
        if (at[k] < 0 || at[k] >= plane)
          throw valueError(`Found an invalid max index: ${at[k]} (output volumes are of size ${outputSize.join("x")}`);
        out.data[Math.floor(k / each) * plane + at[k]] = values.data[values.start + k];
      }
      return out;
    },
    keep: ([, indices]) => ({ indices }),
    vjp: {
      self: (g, { indices }): Tensor => planeGather(g, indices, dims, node.replace(/0$/, "Backward0"), node),
    },
    formula: { out: "\\mathrm{unpool}({self})", vjp: { self: "{g} \\text{ at } {indices}" } },
    places: ["_C"],
    signatures: [`${name}(Tensor input, Tensor indices, IntArrayRef[${dims}] output_size)`],
  });
}
export const maxUnpool2d = maxUnpool(2);
export const maxUnpool3d = maxUnpool(3);
