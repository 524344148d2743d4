import { float16, float32, float64, isIntegral } from "../dtype.ts";
import { unary, unaryLoop } from "../kernels/elementwise.ts";
import { inplace, op } from "../op.ts";
import { notImplementedFor } from "../refusals.ts";
import type { Tensor } from "../tensor.ts";
import { mul, zerosLike } from "./arithmetic.ts";
import { isfinite } from "./unary.ts";
import { pointwise } from "./unary-table.ts";

/** Piecewise constant functions: gradient zero everywhere. */
const step = (name: string, node: string, f: (x: number) => number, out: string, aliases: readonly string[] = []) =>
  pointwise({
    name,
    node,
    f,
    saves: null,
    vjp: zerosLike,
    out,
    dx: "0",
    exact: true,
    refuses:
      name === "sign"
        ? {
            complex:
              "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.",
          }
        : { bool: `${name}_vml_cpu`, complex: `${name} is not supported for complex inputs` },
    kernel: `${name}_vml_cpu`,
    note: "the derivative is 0 wherever it exists",
    aliases,
  });
export const floor = step("floor", "FloorBackward0", Math.floor, "\\lfloor {self} \\rfloor");
export const floor_ = inplace(floor);
export const ceil = step("ceil", "CeilBackward0", Math.ceil, "\\lceil {self} \\rceil");
export const ceil_ = inplace(ceil);
export const trunc = step("trunc", "TruncBackward0", Math.trunc, "\\operatorname{trunc} {self}", ["fix"]);
export const trunc_ = inplace(trunc);
export const sign = step("sign", "SignBackward0", (x) => (x > 0 ? 1 : x < 0 ? -1 : 0), "\\operatorname{sign} {self}");
export const sign_ = inplace(sign);

export const frac = pointwise({
  name: "frac",
  node: "FracBackward0",
  f: (x) => x - Math.trunc(x),
  saves: null,
  vjp: (g) => g,
  out: "{self} - \\operatorname{trunc} {self}",
  dx: "{g}",
  exact: true,
  refuses: { bool: "frac_cpu", int: "frac_cpu" },
});
export const frac_ = inplace(frac);

/** Nearest integer, ties to even. */
function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor === 0 && x < 0 ? -0 : floor;
  if (rest > 0.5) return floor + 1 === 0 ? -0 : floor + 1;
  const even = floor % 2 === 0 ? floor : floor + 1;
  return even === 0 && x < 0 ? -0 : even;
}
const roundLoop = unaryLoop(roundEven);

/** Rounds to `decimals` digits after the point (negative: before it), ties to even. */
export const round = op({
  name: "round",
  args: ["self", "decimals"],
  refuses: { bool: "round_vml_cpu", complex: "round_vml_cpu" },
  node: ([, decimals]) => (decimals === undefined ? "RoundBackward0" : "RoundBackward1"),
  forward: (self: Tensor, decimals: number = 0): Tensor => {
    if (isIntegral(self.dtype)) {
      if (decimals !== 0) throw notImplementedFor("round_cpu", self.dtype);
      return unary(self, roundLoop);
    }
    if (decimals === 0) return unary(self, roundLoop);
    const { round: store } = self.dtype;
    const scale = store(10 ** Math.abs(decimals));
    // Each step is rounded to the dtype, as the kernel's scalars are.
    const f =
      decimals > 0
        ? (x: number): number => roundEven(store(x * scale)) / scale
        : (x: number): number => roundEven(store(x / scale)) * scale;
    return unary(self, unaryLoop(f));
  },
  vjp: { self: (g): Tensor => zerosLike(g) },
  formula: {
    out: "\\operatorname{round} {self}",
    vjp: { self: "0" },
    note: "ties go to the even neighbour; the derivative is 0 wherever it exists",
  },
  places: ["torch", "Tensor"],
  signatures: ["round(Tensor input, *, Tensor out=None)", "round(Tensor input, *, int64_t decimals, Tensor out=None)"],
});
export const round_ = inplace(round);

/** Largest finite number of a float dtype. */
function largest(x: Tensor): number {
  if (x.dtype === float64) return Number.MAX_VALUE;
  if (x.dtype === float32) return 3.4028234663852886e38;
  return x.dtype === float16 ? 65504 : 3.3895313892515355e38;
}

/** Replaces NaN (default 0), +∞ and -∞ (default: the largest finite numbers). */
export const nanToNum = op({
  name: "nan_to_num",
  args: ["self", "nan", "posinf", "neginf"],
  node: "NanToNumBackward0",
  forward: (
    self: Tensor,
    nan: number | null = null,
    posinf: number | null = null,
    neginf: number | null = null,
  ): Tensor => {
    if (isIntegral(self.dtype)) return unary(self, roundLoop);
    const max = largest(self);
    const high = posinf ?? max;
    const low = neginf ?? -max;
    const zero = nan ?? 0;
    return unary(
      self,
      unaryLoop((x) =>
        x !== x ? zero : x === Number.POSITIVE_INFINITY ? high : x === Number.NEGATIVE_INFINITY ? low : x,
      ),
    );
  },
  keep: ([self]) => ({ self }),
  vjp: {
    self: (g, { self }): Tensor =>
      mul(
        g,
        g.rt.quietly(() => isfinite(self)),
      ),
  },
  formula: {
    out: "\\mathrm{nan\\_to\\_num}({self})",
    vjp: { self: "{g} \\odot [{self} \\text{ finite}]" },
  },
  places: ["torch", "Tensor"],
  signatures: [
    "nan_to_num(Tensor input, double? nan=None, double? posinf=None, double? neginf=None, *, Tensor out=None)",
  ],
});
export const nanToNum_ = inplace(nanToNum);

/** The factor is rounded to the dtype before it multiplies, as PyTorch's scalar is. */
const degrees = (name: string, node: string, factor: number, out: string, dx: string) =>
  op({
    name,
    args: ["self"],
    node,
    refuses: { complex: `${name} is not supported for complex tensors.` },
    forward: (self: Tensor): Tensor => mul(self, factor),
    vjp: { self: (g): Tensor => mul(g, factor) },
    formula: { out, vjp: { self: dx } },
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, *, Tensor out=None)`],
  });
export const deg2rad = degrees(
  "deg2rad",
  "Deg2RadBackward0",
  Math.PI / 180,
  "\\tfrac{\\pi}{180}{self}",
  "\\tfrac{\\pi}{180}{g}",
);
export const deg2rad_ = inplace(deg2rad);
export const rad2deg = degrees(
  "rad2deg",
  "Rad2DegBackward0",
  180 / Math.PI,
  "\\tfrac{180}{\\pi}{self}",
  "\\tfrac{180}{\\pi}{g}",
);
export const rad2deg_ = inplace(rad2deg);
