import { float64 } from "../dtype.ts";
import { runtimeError, valueError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { run, runWith } from "./named-operators.ts";

/** torch.nn.init: fills a tensor in place, unrecorded, from the runtime's random stream; returns it. */

const quietly = (t: Tensor, fill: () => void): Tensor => {
  t.rt.withGrad(false, fill);
  return t;
};

export const uniform_ = (t: Tensor, a = 0, b = 1): Tensor => quietly(t, () => run(t.rt, "uniform_", t, a, b));
export const normal_ = (t: Tensor, mean = 0, std = 1): Tensor => quietly(t, () => run(t.rt, "normal_", t, mean, std));
export const constant_ = (t: Tensor, value: number): Tensor => quietly(t, () => run(t.rt, "fill_", t, value));
export const ones_ = (t: Tensor): Tensor => constant_(t, 1);
export const zeros_ = (t: Tensor): Tensor => constant_(t, 0);

/** The identity matrix. Error: not two-dimensional. */
export function eye_(t: Tensor): Tensor {
  if (t.ndim !== 2) throw valueError("Only tensors with 2 dimensions are supported");
  return quietly(t, () => run(t.rt, "copy_", t, runWith(t.rt, "eye", { n: t.shape[0], m: t.shape[1] })));
}

/** Recommended gain of a nonlinearity; `param` is the negative slope of leaky_relu. */
export function calculateGain(nonlinearity: string, param: number | null = null): number {
  const gain = GAINS[nonlinearity];
  if (gain !== undefined) return gain;
  if (nonlinearity === "leaky_relu") return Math.sqrt(2 / (1 + (param ?? 0.01) ** 2));
  throw valueError(`Unsupported nonlinearity ${nonlinearity}`);
}
const GAINS: Readonly<Record<string, number>> = {
  linear: 1,
  conv1d: 1,
  conv2d: 1,
  conv3d: 1,
  conv_transpose1d: 1,
  conv_transpose2d: 1,
  conv_transpose3d: 1,
  sigmoid: 1,
  tanh: 5 / 3,
  relu: Math.SQRT2,
  selu: 3 / 4,
};

/** Fan in and fan out of a weight [out, in, …kernel]. Error: fewer than two dimensions. */
export function fans(t: Tensor): { fanIn: number; fanOut: number } {
  if (t.ndim < 2) throw valueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
  const field = t.shape.slice(2).reduce((a, b) => a * b, 1);
  return { fanIn: t.shape[1] * field, fanOut: t.shape[0] * field };
}

export function xavierUniform_(t: Tensor, gain = 1): Tensor {
  const { fanIn, fanOut } = fans(t);
  const bound = Math.sqrt(3) * gain * Math.sqrt(2 / (fanIn + fanOut));
  return uniform_(t, -bound, bound);
}
export function xavierNormal_(t: Tensor, gain = 1): Tensor {
  const { fanIn, fanOut } = fans(t);
  return normal_(t, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
}

export interface KaimingOptions {
  /** Negative slope of the rectifier that follows (leaky_relu). */
  readonly a?: number;
  readonly mode?: "fan_in" | "fan_out" | string;
  readonly nonlinearity?: string;
}

function kaimingStd(t: Tensor, { a = 0, mode = "fan_in", nonlinearity = "leaky_relu" }: KaimingOptions): number {
  if (mode !== "fan_in" && mode !== "fan_out")
    throw valueError(`Mode ${mode} not supported, please use one of ['fan_in', 'fan_out']`);
  const { fanIn, fanOut } = fans(t);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === "fan_in" ? fanIn : fanOut);
}

export function kaimingUniform_(t: Tensor, options: KaimingOptions = {}): Tensor {
  if (t.shape.includes(0)) return t;
  const bound = Math.sqrt(3) * kaimingStd(t, options);
  return uniform_(t, -bound, bound);
}
export function kaimingNormal_(t: Tensor, options: KaimingOptions = {}): Tensor {
  if (t.shape.includes(0)) return t;
  return normal_(t, 0, kaimingStd(t, options));
}

/** Normals outside [a, b] are drawn again, by the inverse of the distribution function. */
export function truncNormal_(t: Tensor, mean = 0, std = 1, a = -2, b = 2): Tensor {
  const { rt } = t;
  const below = (x: number): number =>
    (1 + run(rt, "erf", rt.full([], (x - mean) / std / Math.SQRT2, float64)).item()) / 2;
  if (mean < a - 2 * std || mean > b + 2 * std)
    rt.warn(
      "UserWarning",
      "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.",
    );
  return quietly(t, () => {
    run(rt, "uniform_", t, 2 * below(a) - 1, 2 * below(b) - 1);
    run(rt, "erfinv_", t);
    run(rt, "mul_", t, std * Math.SQRT2);
    run(rt, "add_", t, mean);
    run(rt, "clamp_", t, a, b);
  });
}

/** A matrix with orthonormal rows or columns times `gain`. */
export function orthogonal_(t: Tensor, gain = 1): Tensor {
  if (t.ndim < 2) throw valueError("Only tensors with 2 or more dimensions are supported");
  if (t.numel === 0) return t;
  const { rt } = t;
  return quietly(t, () => {
    const rows = t.shape[0];
    const cols = t.numel / rows;
    let flat = normal_(rt.empty([rows, cols], t.dtype));
    if (rows < cols) flat = run(rt, "t", flat);
    const factors = run(rt, "linalg_qr", flat) as unknown;
    if (!Array.isArray(factors)) throw runtimeError("internal: linalg_qr gave no factors");
    let [q] = factors as Tensor[];
    const r = factors[1] as Tensor;
    q = run(rt, "mul", q, run(rt, "sign", run(rt, "diagonal", r)));
    if (rows < cols) q = run(rt, "t", q);
    run(rt, "copy_", t, run(rt, "reshape", q, [...t.shape]));
    run(rt, "mul_", t, gain);
  });
}

/** Convolution weights that pass their input on, in each group. Errors: not 3, 4 or 5 dimensions; groups that do not fit. */
export function dirac_(t: Tensor, groups = 1): Tensor {
  if (t.ndim < 3 || t.ndim > 5) throw valueError("Only tensors with 3, 4, or 5 dimensions are supported");
  const [out, into, ...kernel] = t.shape;
  if (out % groups !== 0) throw valueError("dim 0 must be divisible by groups");
  const { rt } = t;
  const centre = kernel.map((n) => Math.floor(n / 2));
  const perGroup = out / groups;
  const at = (place: readonly number[]): Tensor => place.reduce((x, i) => run(rt, "select", x, 0, i), t);
  return quietly(t, () => {
    run(rt, "zero_", t);
    for (let g = 0; g < groups; g++)
      for (let d = 0; d < Math.min(perGroup, into); d++) run(rt, "fill_", at([g * perGroup + d, d, ...centre]), 1);
  });
}

/** Normal values with a share `sparsity` of each column zero. Error: not two-dimensional. */
export function sparse_(t: Tensor, sparsity: number, std = 0.01): Tensor {
  if (t.ndim !== 2) throw valueError("Only tensors with 2 dimensions are supported");
  const { rt } = t;
  const [rows, columns] = t.shape;
  const zeros = Math.ceil(sparsity * rows);
  return quietly(t, () => {
    normal_(t, 0, std);
    for (let c = 0; c < columns; c++) {
      const chosen = run(rt, "narrow", run(rt, "randperm", rows), 0, 0, zeros);
      run(rt, "index_fill_", run(rt, "select", t, 1, c), 0, chosen, 0);
    }
  });
}

/** Weight as `nn.Linear` and convolutions begin with, and the bound of the bias that goes with it. */
export function defaultWeight_(weight: Tensor): number {
  kaimingUniform_(weight, { a: Math.sqrt(5) });
  const { fanIn } = fans(weight);
  return fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
}
