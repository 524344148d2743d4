import { bool, complex128, float64, isIntegral } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { cpow } from "../kernels/complex.ts";
import { type BinaryLoop, binary } from "../kernels/elementwise.ts";
import { rowMajor } from "../kernels/layout.ts";
import { inplace, op } from "../op.ts";
import { type Operand, resultType } from "../promotion.ts";
import { FloatScalar, isScalar, type Scalar, scalarValue } from "../scalar.ts";
import { Tensor } from "../tensor.ts";
import { mul, mulScalar, sub } from "./arithmetic.ts";
import { where } from "./compare.ts";
import { conj } from "./complex-parts.ts";
import { cast } from "./copies.ts";
import { overloads, WITH_OUT } from "./overloads.ts";
import { log } from "./unary-core.ts";

const powLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  if (db === 0) {
    const e = b[bi];
    if (e === 2) {
      for (let i = 0; i < n; i++) out[i] = a[ai + i * da] * a[ai + i * da];
      return;
    }
    if (e === 3) {
      for (let i = 0; i < n; i++) out[i] = a[ai + i * da] * a[ai + i * da] * a[ai + i * da];
      return;
    }
    if (e === 0.5) {
      for (let i = 0; i < n; i++) out[i] = Math.sqrt(a[ai + i * da]);
      return;
    }
  }
  for (let i = 0; i < n; i++) {
    const x = a[ai + i * da];
    const y = b[bi + i * db];
    // C's pow: 1 ** anything is 1, also where JavaScript says NaN.
    out[i] = x === 1 || (x === -1 && !Number.isFinite(y) && !Number.isNaN(y)) ? 1 : x ** y;
  }
};
/** Integer powers: a negative exponent gives 0 unless the base is ±1. */
const intPowLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  for (let i = 0; i < n; i++) out[i] = Math.trunc(a[ai + i * da] ** b[bi + i * db]) + 0;
};

function checkIntegerPower(self: Operand, exponent: Operand): void {
  if (!isScalar(exponent) || scalarValue(exponent) >= 0 || !Number.isInteger(scalarValue(exponent))) return;
  if (typeof exponent === "number" && self instanceof Tensor && isIntegral(self.dtype))
    throw runtimeError("Integers to negative integer powers are not allowed.");
}

const runtimeOfPair = (a: Operand, b: Operand) => (a instanceof Tensor ? a.rt : (b as Tensor).rt);
const power = (self: Operand, exponent: Operand): Tensor => {
  checkIntegerPower(self, exponent);
  const type = resultType(runtimeOfPair(self, exponent), [self, exponent]);
  const result = binary(self, exponent, isIntegral(type) ? intPowLoop : powLoop, {
    complex: cpow,
    refuses: { bool: "pow" },
  });
  return isScalar(self) ? rowMajor(result) : result;
};

/** What a power keeps; the result only where the exponent is a tensor, as PowBackward0 has no place for it. */
const keepPower = (
  self: Operand,
  exponent: Operand,
  result?: Tensor,
): { self: Operand; exponent: Operand; result?: Tensor } =>
  isScalar(exponent) ? { exponent, self } : { exponent, self, result };

/** `self ** exponent`. A number exponent records PowBackward0, tensors PowBackward1, a number base PowBackward2. */
export const pow = op({
  name: "pow",
  args: ["self", "exponent"],
  node: ([self, exponent]) => (isScalar(exponent) ? "PowBackward0" : isScalar(self) ? "PowBackward2" : "PowBackward1"),
  forward: power,
  keep: ([self, exponent], result, need) => keepPower(self, exponent, need("exponent") ? result : undefined),
  vjp: {
    self: (g, { self, exponent }): Tensor => powSelf(g, self, exponent),
    exponent: (g, { self, exponent, result }): Tensor => powExponent(g, self, exponent, result),
  },
  formula: {
    out: "{self}^{{exponent}}",
    vjp: { self: "{g} \\odot {exponent}\\,{self}^{{exponent} - 1}", exponent: "{g} \\odot {out} \\ln {self}" },
  },
  places: ["torch", "Tensor"],
  signatures: overloads("pow", "input", "exponent", WITH_OUT),
});
export const pow_ = inplace(pow);

function powSelf(g: Tensor, self: Operand, exponent: Operand): Tensor {
  if (isScalar(exponent)) {
    const e = scalarValue(exponent);
    if (e === 0) return g.rt.full(g.shape, 0, g.dtype);
    return mul(g, conjOf(mulScalar(pow(self, likeScalar(e - 1, exponent)), exponent)));
  }
  // Where the exponent is 0 the derivative is 0, also at 0.
  const raw = mul(g, conjOf(mul(exponent, pow(self, sub(exponent, 1)))));
  const zero = g.rt.quietly(() => test(exponent, 0, (e) => e === 0));
  return where(zero, g.rt.scalar(0, raw.dtype), raw);
}

function powExponent(g: Tensor, self: Operand, exponent: Operand, result: Tensor): Tensor {
  if (isScalar(self)) {
    const raw = mul(g, conjOf(mulScalar(result, new FloatScalar(Math.log(scalarValue(self))))));
    if (scalarValue(self) !== 0) return raw;
    const zero = g.rt.quietly(() => test(exponent as Tensor, 0, (e) => e >= 0));
    return where(zero, g.rt.scalar(0, raw.dtype), raw);
  }
  const base = self.dtype === result.dtype ? self : cast(self, result.dtype);
  const raw = mul(g, conjOf(mul(result, log(base))));
  const zero = g.rt.quietly(() => test(base, exponent, (b, e) => b === 0 && e >= 0));
  return where(zero, g.rt.scalar(0, raw.dtype), raw);
}

const conjOf = (x: Tensor): Tensor => conj(x);
/** A number of the same kind (int or float) as `like`. */
const likeScalar = (value: number, like: Scalar): Scalar => (typeof like === "object" ? new FloatScalar(value) : value);

/** Where a test of two real operands holds. */
const test = (a: Operand, b: Operand, f: (x: number, y: number) => boolean): Tensor =>
  binary(
    a,
    b,
    (x, xi, dx, y, yi, dy, out, n) => {
      for (let i = 0; i < n; i++) out[i] = f(x[xi + i * dx], y[yi + i * dy]) ? 1 : 0;
    },
    { result: bool, complex: (x, y) => [f(x[0], y[0]) && x[1] === 0 ? 1 : 0, 0] },
  );

/** Power computed in double precision whatever the operands are. */
export const floatPower = op({
  name: "float_power",
  args: ["self", "exponent"],
  forward: (self: Operand, exponent: Operand): Tensor => {
    const complex = [self, exponent].some((x) => x instanceof Tensor && x.dtype.kind === "complex");
    const wide = (x: Operand): Operand =>
      x instanceof Tensor
        ? cast(x, complex ? complex128 : float64)
        : typeof x === "object"
          ? x
          : new FloatScalar(scalarValue(x));
    return pow(wide(self), wide(exponent));
  },
  places: ["torch", "Tensor"],
  signatures: overloads("float_power", "input", "exponent", WITH_OUT),
});

/** In place the tensor itself must already be double. */
const floatPowerValue = op({
  name: "float_power",
  args: ["self", "exponent"],
  node: ([, exponent]) => (isScalar(exponent) ? "PowBackward0" : "PowBackward1"),
  forward: (self: Tensor, exponent: Operand): Tensor => {
    check(
      self.dtype === float64,
      () =>
        `the base given to float_power_ has dtype ${self.dtype.scalarName} but the operation's result requires dtype Double`,
    );
    return power(self, exponent);
  },
  keep: ([self, exponent], result) => keepPower(self, exponent, result),
  vjp: {
    self: (g, { self, exponent }): Tensor => powSelf(g, self, exponent),
    exponent: (g, { self, exponent, result }): Tensor => powExponent(g, self, exponent, result),
  },
});
export const floatPower_ = inplace(floatPowerValue, {
  name: "float_power_",
  signatures: ["float_power_(Tensor input, Tensor|Scalar exponent)"],
});
