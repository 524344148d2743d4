import { bfloat16, complexType, type DType, float16, isIntegral, realType } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { laneSizes } from "../kernels/blocks.ts";
import { dense } from "../kernels/dense.ts";
import { transform } from "../kernels/fft.ts";
import { op } from "../op.ts";
import { numelOf, type Shape, wrapOwnDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { conj, real } from "./complex-parts.ts";
import { cast } from "./copies.ts";
import { constantPad } from "./padding.ts";
import { narrow } from "./slicing.ts";

/** How much of 1/n a transform is multiplied by: none, its square root, all of it. */
type Scaling = "none" | "root" | "all";
const factor = (scaling: Scaling, n: number): number =>
  scaling === "none" ? 1 : scaling === "root" ? 1 / Math.sqrt(n) : 1 / n;
const sizeOf = (shape: Shape, dims: Shape): number => numelOf(dims.map((d) => shape[d]));

/** Transforms row-major complex pairs of the given shape along `dims`, in place. */
function alongDims(data: Float64Array, shape: Shape, dims: Shape, sign: 1 | -1): void {
  for (const d of dims) {
    const { outer, length, inner } = laneSizes(shape, d);
    const re = new Float64Array(length);
    const im = new Float64Array(length);
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        const start = 2 * (o * length * inner + i);
        for (let k = 0, at = start; k < length; k++, at += 2 * inner) {
          re[k] = data[at];
          im[k] = data[at + 1];
        }
        transform(re, im, sign);
        for (let k = 0, at = start; k < length; k++, at += 2 * inner) {
          data[at] = re[k];
          data[at + 1] = im[k];
        }
      }
  }
}

/** The values as row-major complex pairs. */
function pairs(x: Tensor): Float64Array {
  const { data, start } = dense(x);
  const { slots } = x.dtype;
  const out = new Float64Array(2 * x.numel);
  for (let i = 0; i < x.numel; i++) {
    out[2 * i] = data[start + i * slots];
    if (slots === 2) out[2 * i + 1] = data[start + 2 * i + 1];
  }
  return out;
}

function scaledTensor(like: Tensor, values: Float64Array, shape: Shape, dtype: DType, scale: number): Tensor {
  const out = like.rt.empty(shape, dtype);
  for (let i = 0; i < values.length; i++) out.data[i] = values[i] * scale;
  return out;
}

/** Complex to complex. */
const c2c = op({
  name: "_fft_c2c",
  args: ["self", "dim", "normalization", "forward"],
  node: "FftC2CBackward0",
  forward: (self: Tensor, dim: Shape, scaling: Scaling, forward: boolean): Tensor => {
    const values = pairs(self);
    alongDims(values, self.shape, dim, forward ? -1 : 1);
    return scaledTensor(self, values, self.shape, self.dtype, factor(scaling, sizeOf(self.shape, dim)));
  },
  keep: ([, dim, normalization, forward]) => ({ dim, normalization, forward }),
  vjp: { self: (g, { dim, normalization, forward }): Tensor => c2c(g, dim, normalization, !forward) },
  formula: {
    out: "\\mathcal{F}({self})",
    vjp: { self: "\\mathcal{F}^{H}({g})" },
    note: "the adjoint is the transform in the other direction with the same scaling",
  },
});

/** Real to complex; `onesided` keeps the non-redundant half of the last dimension. */
const r2c = op({
  name: "_fft_r2c",
  args: ["self", "dim", "normalization", "onesided"],
  node: "FftR2CBackward0",
  forward: (self: Tensor, dim: Shape, scaling: Scaling, onesided: boolean): Tensor => {
    const values = pairs(self);
    alongDims(values, self.shape, dim, -1);
    const dtype = complexType(self.dtype);
    const scale = factor(scaling, sizeOf(self.shape, dim));
    const full = scaledTensor(self, values, self.shape, dtype, scale);
    if (!onesided) return full;
    const last = dim[dim.length - 1];
    const half = narrow(full, last, 0, Math.floor(self.shape[last] / 2) + 1);
    return half.contiguous ? half : self.rt.math.clone(half);
  },
  keep: ([self, dim, normalization, onesided]) => ({
    dim,
    normalization,
    onesided,
    size: self.shape[dim[dim.length - 1]],
  }),
  vjp: {
    self: (g, { dim, normalization, onesided, size }): Tensor => {
      const last = dim[dim.length - 1];
      const full = onesided ? resized(g, last, size) : g;
      return real(c2c(full, dim, normalization, false));
    },
  },
  formula: { out: "\\mathcal{F}({self})", vjp: { self: "\\Re\\,\\mathcal{F}^{H}({g})" } },
});

/** Half of a Hermitian spectrum to real numbers; the last transformed dimension gets `size` values. */
const c2r = op({
  name: "_fft_c2r",
  args: ["self", "dim", "normalization", "last_dim_size"],
  node: "FftC2RBackward0",
  forward: (self: Tensor, dim: Shape, scaling: Scaling, size: number): Tensor => {
    const last = dim[dim.length - 1];
    const values = pairs(self);
    alongDims(values, self.shape, dim.slice(0, -1), 1);
    const { outer, length, inner } = laneSizes(self.shape, last);
    const shape = self.shape.map((s, d) => (d === last ? size : s));
    const out = self.rt.empty(shape, realType(self.dtype));
    const scale = factor(scaling, sizeOf(shape, dim));
    const re = new Float64Array(size);
    const im = new Float64Array(size);
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        for (let k = 0; k <= Math.floor(size / 2); k++) {
          const at = 2 * ((o * length + k) * inner + i);
          re[k] = values[at];
          // What a Hermitian spectrum has real is taken as real.
          im[k] = k === 0 || 2 * k === size ? 0 : values[at + 1];
          if (k > 0 && 2 * k !== size) {
            re[size - k] = re[k];
            im[size - k] = -im[k];
          }
        }
        transform(re, im, 1);
        for (let k = 0; k < size; k++) out.data[(o * size + k) * inner + i] = re[k] * scale;
      }
    return out;
  },
  keep: ([self, dim, normalization]) => ({ dim, normalization, size: self.shape[dim[dim.length - 1]] }),
  vjp: {
    self: (g, { dim, normalization, size }): Tensor => {
      const half = r2c(g, dim, normalization, true);
      const last = dim[dim.length - 1];
      // Every value that has a mirror image in the other half counts twice.
      const twice = g.shape[last] - size;
      const shape = half.shape.map((s, d) => (d === last ? s : 1));
      const weights = half.rt.full(shape, 1, realType(half.dtype));
      for (let k = 1; k <= twice; k++) weights.data[k] = 2;
      return mul(half, weights);
    },
  },
  formula: {
    out: "\\mathcal{F}^{-1}({self})",
    vjp: { self: "w \\odot \\mathcal{F}({g})" },
    note: "w is 2 for values with a mirror image",
  },
});

/** The tensor cut or filled with zeros to `size` along a dimension. */
function resized(x: Tensor, dim: number, size: number): Tensor {
  const have = x.shape[dim];
  if (have === size) return x;
  if (have > size) return narrow(x, dim, 0, size);
  const pad = new Array<number>(2 * (x.ndim - dim)).fill(0);
  pad[pad.length - 1] = size - have;
  return constantPad(x, pad, 0);
}

const MODES = ["backward", "ortho", "forward"];
function scalingOf(norm: string | null, forward: boolean): Scaling {
  const mode = norm ?? "backward";
  if (!MODES.includes(mode)) throw runtimeError(`Invalid normalization mode: "${mode}"`);
  if (mode === "ortho") return "root";
  return (mode === "forward") === forward ? "all" : "none";
}

function asFloat(x: Tensor): Tensor {
  check(x.dtype !== float16 && x.dtype !== bfloat16, () => `Unsupported dtype ${x.dtype.scalarName}`);
  return isIntegral(x.dtype) ? cast(x, x.rt.defaultDtype) : x;
}
const asComplex = (x: Tensor): Tensor => {
  const y = asFloat(x);
  return y.dtype.kind === "complex" ? y : cast(y, complexType(y.dtype));
};
function checkPoints(n: number): void {
  check(n >= 1, () => `Invalid number of data points (${n}) specified`);
}

/** A transform of n values along one dimension. */
function single(name: string, run: (self: Tensor, dim: number, n: number | null, norm: string | null) => Tensor) {
  return op({
    name: `fft_${name}`,
    args: ["self", "n", "dim", "norm"],
    forward: (self: Tensor, n: number | null = null, dim: number = -1, norm: string | null = null): Tensor =>
      run(self, wrapOwnDim(dim, self.ndim), n, norm),
    places: ["fft"],
    signatures: [`fft_${name}(Tensor input, int64_t? n=None, int64_t dim=-1, str? norm=None, *, Tensor out=None)`],
  });
}

/** The input cut or filled to n values along a dimension. */
function sized(x: Tensor, d: number, n: number | null): Tensor {
  const size = n ?? x.shape[d] ?? 1;
  checkPoints(size);
  return resized(x, d, size);
}

const complexTransform = (name: string, forward: boolean) =>
  single(name, (self, d, n, norm) => {
    const x = sized(asFloat(self), d, n);
    const scaling = scalingOf(norm, forward);
    if (x.dtype.kind === "complex") return c2c(x, [d], scaling, forward);
    const spectrum = r2c(x, [d], scaling, false);
    return forward ? spectrum : conj(spectrum);
  });
export const fft = complexTransform("fft", true);
export const ifft = complexTransform("ifft", false);

/** Real input, half of the spectrum. */
const realTransform = (name: string, forward: boolean) =>
  single(name, (self, d, n, norm) => {
    check(self.dtype.kind !== "complex", () => `${name} expects a real input tensor, but got ${self.dtype.scalarName}`);
    const half = r2c(sized(asFloat(self), d, n), [d], scalingOf(norm, forward), true);
    return forward ? half : conj(half);
  });
export const rfft = realTransform("rfft", true);
export const ihfft = realTransform("ihfft", false);

/** Half of a spectrum in, real output. */
const hermitianTransform = (name: string, forward: boolean) =>
  single(name, (self, d, n, norm) => {
    const size = n ?? 2 * ((self.shape[d] ?? 1) - 1);
    checkPoints(size);
    const x = resized(asComplex(self), d, Math.floor(size / 2) + 1);
    return c2r(forward ? conj(x) : x, [d], scalingOf(norm, forward), size);
  });
export const irfft = hermitianTransform("irfft", false);
export const hfft = hermitianTransform("hfft", true);

/** Dimensions and sizes of a transform over several dimensions, as PyTorch resolves `s` and `dim`. */
function plan(self: Tensor, s: Shape | null, dim: Shape | null): { dims: number[]; lengths: number[] } {
  const dims =
    dim !== null
      ? dim.map((d) => wrapOwnDim(d, self.ndim))
      : Array.from({ length: s === null ? self.ndim : s.length }, (_, i) => self.ndim - (s?.length ?? self.ndim) + i);
  check(new Set(dims).size === dims.length, () => "FFT dims must be unique");
  if (s !== null) {
    check(
      s.length <= self.ndim,
      () => `Got shape with ${s.length} values but input tensor only has ${self.ndim} dimensions.`,
    );
    check(
      dim === null || dim.length === s.length,
      () => "When given, dim and shape arguments must have the same length",
    );
  }
  const lengths = dims.map((d, i) => (s === null || s[i] === -1 ? self.shape[d] : s[i]));
  for (const n of lengths) checkPoints(n);
  return { dims, lengths };
}
const resizedAll = (x: Tensor, dims: Shape, lengths: Shape): Tensor =>
  dims.reduce((y, d, i) => resized(y, d, lengths[i]), x);

/** A transform over several dimensions; `two` is the form whose default is the last two. */
function several(
  name: string,
  two: boolean,
  run: (x: Tensor, s: Shape | null, dim: Shape | null, norm: string | null) => Tensor,
) {
  const dims = two ? "IntArrayRef[1] dim=[-2,-1]" : "IntArrayRef[1]? dim=None";
  return op({
    name: `fft_${name}`,
    args: ["self", "s", "dim", "norm"],
    forward: (
      self: Tensor,
      s: Shape | null = null,
      dim: Shape | null = two ? [-2, -1] : null,
      norm: string | null = null,
    ): Tensor => run(self, s, dim, norm),
    places: ["fft"],
    signatures: [`fft_${name}(Tensor input, IntArrayRef[1]? s=None, ${dims}, str? norm=None, *, Tensor out=None)`],
  });
}
const complexAll =
  (forward: boolean) =>
  (self: Tensor, s: Shape | null, dim: Shape | null, norm: string | null): Tensor => {
    const { dims, lengths } = plan(self, s, dim);
    const x = resizedAll(asComplex(self), dims, lengths);
    return dims.length === 0 ? x : c2c(x, dims, scalingOf(norm, forward), forward);
  };
const realAll = (self: Tensor, s: Shape | null, dim: Shape | null, norm: string | null): Tensor => {
  check(
    self.dtype.kind !== "complex",
    () => `rfftn expects a real-valued input tensor, but got ${self.dtype.scalarName}`,
  );
  const { dims, lengths } = plan(self, s, dim);
  check(dims.length > 0, () => "rfftn must transform at least one axis");
  return r2c(resizedAll(asFloat(self), dims, lengths), dims, scalingOf(norm, true), true);
};
/** The input of a transform of half a spectrum, cut or filled, and the size of the last dimension's result. */
function halfSpectrum(name: string, self: Tensor, s: Shape | null, dim: Shape | null) {
  const { dims, lengths } = plan(self, s, dim);
  check(dims.length > 0, () => `${name} must transform at least one axis`);
  const i = dims.length - 1;
  const size = s === null || s[i] === -1 ? 2 * (self.shape[dims[i]] - 1) : s[i];
  checkPoints(size);
  const half = lengths.map((n, k) => (k === i ? Math.floor(size / 2) + 1 : n));
  return { x: resizedAll(asComplex(self), dims, half), dims, size };
}
const hermitianAll = (self: Tensor, s: Shape | null, dim: Shape | null, norm: string | null): Tensor => {
  const { x, dims, size } = halfSpectrum("irfftn", self, s, dim);
  return c2r(x, dims, scalingOf(norm, false), size);
};
/** The signal in a Hermitian one's place: all but the last dimension forward, the last from its conjugate. */
const fromHermitianAll = (self: Tensor, s: Shape | null, dim: Shape | null, norm: string | null): Tensor => {
  const { x, dims, size } = halfSpectrum("hfftn", self, s, dim);
  const scaling = scalingOf(norm, true);
  const others = dims.slice(0, -1);
  const y = others.length === 0 ? x : c2c(x, others, scaling, true);
  return c2r(conj(y), dims.slice(-1), scaling, size);
};
const toHermitianAll = (self: Tensor, s: Shape | null, dim: Shape | null, norm: string | null): Tensor => {
  const { dims, lengths } = plan(self, s, dim);
  check(dims.length > 0, () => "ihfftn must transform at least one axis");
  const scaling = scalingOf(norm, false);
  const half = conj(r2c(resizedAll(asFloat(self), dims, lengths), dims.slice(-1), scaling, true));
  const others = dims.slice(0, -1);
  return others.length === 0 ? half : c2c(half, others, scaling, false);
};
export const fftn = several("fftn", false, complexAll(true));
export const ifftn = several("ifftn", false, complexAll(false));
export const rfftn = several("rfftn", false, realAll);
export const irfftn = several("irfftn", false, hermitianAll);
export const hfftn = several("hfftn", false, fromHermitianAll);
export const ihfftn = several("ihfftn", false, toHermitianAll);
export const fft2 = several("fft2", true, complexAll(true));
export const ifft2 = several("ifft2", true, complexAll(false));
export const rfft2 = several("rfft2", true, realAll);
export const irfft2 = several("irfft2", true, hermitianAll);
export const hfft2 = several("hfft2", true, fromHermitianAll);
export const ihfft2 = several("ihfft2", true, toHermitianAll);
