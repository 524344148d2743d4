import { bool, isIntegral } from "../dtype.ts";
import { runtimeError } from "../errors.ts";
import { type BinaryLoop, binary } from "../kernels/elementwise.ts";
import { inplace, op } from "../op.ts";
import type { Operand } from "../promotion.ts";
import { isScalar, type Scalar, scalarValue } from "../scalar.ts";
import { Tensor } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { where } from "./compare.ts";
import { log } from "./unary-core.ts";

const powLoop: BinaryLoop = (a, ai, da, b, bi, db, out, n) => {
  if (db === 0 && b[bi] === 2) {
    for (let i = 0; i < n; i++) out[i] = a[ai + i * da] * a[ai + i * da];
    return;
  }
  for (let i = 0; i < n; i++) {
    const x = a[ai + i * da];
    const y = b[bi + i * db];
    // C's pow: 1 ** anything is 1, also where JavaScript says NaN.
    out[i] = x === 1 || (x === -1 && !Number.isFinite(y) && !Number.isNaN(y)) ? 1 : x ** y;
  }
};

function checkIntegerPower(self: Operand, exponent: Operand): void {
  if (!isScalar(exponent) || scalarValue(exponent) >= 0 || !Number.isInteger(scalarValue(exponent))) return;
  if (typeof exponent === "number" && self instanceof Tensor && isIntegral(self.dtype))
    throw runtimeError("Integers to negative integer powers are not allowed.");
}

/** `self ** exponent`. A number exponent records PowBackward0, tensors PowBackward1. */
export const pow = op({
  name: "pow",
  args: ["self", "exponent"],
  node: ([, exponent]) => (isScalar(exponent) ? "PowBackward0" : "PowBackward1"),
  forward: (self: Operand, exponent: Operand): Tensor => {
    checkIntegerPower(self, exponent);
    return binary(self, exponent, powLoop);
  },
  keep: ([self, exponent], result, need) => ({ self, exponent, result: need("exponent") ? result : undefined }),
  vjp: {
    self: (g, { self, exponent }): Tensor => powSelf(g, self, exponent),
    exponent: (g, { self, exponent, result }): Tensor => powExponent(g, self, exponent, result),
  },
  formula: {
    out: "{self}^{{exponent}}",
    vjp: { self: "{g} \\odot {exponent}\\,{self}^{{exponent} - 1}", exponent: "{g} \\odot {out} \\ln {self}" },
  },
  places: ["torch", "Tensor"],
  signatures: ["pow(Tensor|Scalar input, Tensor|Scalar exponent, *, Tensor out=None)"],
});
export const pow_ = inplace(pow);

function powSelf(g: Tensor, self: Operand, exponent: Operand): Tensor {
  if (isScalar(exponent)) {
    const e = scalarValue(exponent);
    if (e === 0) return g.rt.full(g.shape, 0, g.dtype);
    return mul(g, mul(pow(self, floatLike(e - 1, exponent)), exponent));
  }
  // Where the exponent is 0 the derivative is 0, also at 0.
  const raw = mul(g, mul(exponent, pow(self, sub(exponent, 1))));
  return where(
    g.rt.quietly(() => isZero(exponent)),
    g.rt.scalar(0, raw.dtype),
    raw,
  );
}

function powExponent(g: Tensor, self: Operand, exponent: Operand, result: Tensor): Tensor {
  const base = isScalar(self) ? g.rt.scalar(scalarValue(self), g.dtype) : self;
  const raw = mul(g, mul(result, log(base)));
  const zero = g.rt.quietly(() => zeroBase(base, exponent));
  return where(zero, g.rt.scalar(0, raw.dtype), raw);
}

/** e - 1 as the same kind of number that the exponent was. */
const floatLike = (value: number, like: Scalar): Scalar =>
  typeof like === "object" ? new (like.constructor as new (v: number) => typeof like)(value) : value;
const isZero = (x: Tensor): Tensor =>
  binary(
    x,
    0,
    (a, ai, da, _b, _bi, _db, out, n) => {
      for (let i = 0; i < n; i++) out[i] = a[ai + i * da] === 0 ? 1 : 0;
    },
    { result: bool },
  );
const zeroBase = (base: Tensor, exponent: Operand): Tensor =>
  binary(
    base,
    exponent,
    (a, ai, da, b, bi, db, out, n) => {
      for (let i = 0; i < n; i++) out[i] = a[ai + i * da] === 0 && b[bi + i * db] >= 0 ? 1 : 0;
    },
    { result: bool },
  );
