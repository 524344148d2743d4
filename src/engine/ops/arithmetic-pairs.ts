import { bool } from "../dtype.ts";
import { type BinaryLoop, binary, binaryLoop } from "../kernels/elementwise.ts";
import { inplace, op } from "../op.ts";
import type { Operand } from "../promotion.ts";
import { onlyFloats } from "../refusals.ts";
import { FloatScalar, isScalar } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import { add, addScalar, div, mul, neg, sub, zerosLike } from "./arithmetic.ts";
import { eq, where } from "./compare.ts";
import { maskedFill } from "./masking.ts";
import { overloads, WITH_OUT } from "./overloads.ts";
import { pow } from "./pow.ts";
import { reciprocal } from "./unary.ts";
import { exp } from "./unary-core.ts";

/** Smooth functions of two numbers. */
const PAIR = "(Tensor input, Tensor other, *, Tensor out=None)";

const atan2Loop = binaryLoop(Math.atan2);
export const atan2 = op({
  name: "atan2",
  args: ["self", "other"],
  node: "Atan2Backward0",
  forward: (self: Tensor, other: Tensor): Tensor =>
    binary(self, other, atan2Loop, { float: true, kernel: "atan2_cpu" }),
  keep: ([self, other]) => ({ other, self }),
  vjp: {
    self: (g, { self, other }): Tensor => {
      const inverse = inverseSquares(self, other);
      return mul(mul(g, other), inverse);
    },
    other: (g, { self, other }): Tensor => {
      const inverse = inverseSquares(self, other);
      return mul(mul(g, neg(self)), inverse);
    },
  },
  formula: {
    out: "\\operatorname{atan2}({self}, {other})",
    vjp: {
      self: "{g} \\odot \\frac{{other}}{{self}^2 + {other}^2}",
      other: "-{g} \\odot \\frac{{self}}{{self}^2 + {other}^2}",
    },
  },
  places: ["torch", "Tensor"],
  aliases: ["arctan2"],
  signatures: [`atan2${PAIR}`],
});
export const atan2_ = inplace(atan2);
function inverseSquares(a: Tensor, b: Tensor): Tensor {
  const second = mul(b, b); // C++ evaluates this one first
  return reciprocal(add(mul(a, a), second));
}

const hypotLoop = binaryLoop(Math.hypot);
export const hypot = op({
  name: "hypot",
  args: ["self", "other"],
  node: "HypotBackward0",
  forward: (self: Tensor, other: Tensor): Tensor =>
    binary(self, other, hypotLoop, { refuses: onlyFloats("hypot_cpu") }),
  keep: ([self, other], result) => ({ other, self, result }),
  vjp: {
    self: (g, { self, result }): Tensor => mul(g, div(self, result)),
    other: (g, { other, result }): Tensor => mul(g, div(other, result)),
  },
  formula: {
    out: "\\sqrt{{self}^2 + {other}^2}",
    vjp: { self: "{g} \\odot {self} / {out}", other: "{g} \\odot {other} / {out}" },
  },
  places: ["torch", "Tensor"],
  signatures: [`hypot${PAIR}`],
});
export const hypot_ = inplace(hypot);

/** log_base(base^a + base^b) without overflow. */
const logAdd = (log1p: (x: number) => number, power: (x: number) => number): BinaryLoop =>
  binaryLoop((a, b) => {
    if (a === b && !Number.isFinite(a)) return a;
    const m = Math.max(a, b);
    return m + log1p(power(-Math.abs(a - b)));
  });

function logaddexpOf(
  name: string,
  node: string,
  loop: BinaryLoop,
  power: (x: Tensor) => Tensor,
  base: string,
  log: string,
) {
  const share = (g: Tensor, own: Tensor, rival: Tensor): Tensor => div(g, addScalar(power(sub(rival, own)), 1));
  return op({
    name,
    args: ["self", "other"],
    node,
    forward: (self: Tensor, other: Tensor): Tensor => binary(self, other, loop, { refuses: onlyFloats(`${name}_cpu`) }),
    keep: ([self, other]) => ({ other, self }),
    vjp: {
      self: (g, { self, other }): Tensor => share(g, self, other),
      other: (g, { self, other }): Tensor => share(g, other, self),
    },
    formula: {
      out: `${log}(${base}^{{self}} + ${base}^{{other}})`,
      vjp: {
        self: `{g} / (1 + ${base}^{{other} - {self}})`,
        other: `{g} / (1 + ${base}^{{self} - {other}})`,
      },
    },
    places: ["torch", "Tensor"],
    signatures: [`${name}${PAIR}`],
  });
}
export const logaddexp = logaddexpOf("logaddexp", "LogaddexpBackward0", logAdd(Math.log1p, Math.exp), exp, "e", "\\ln");
export const logaddexp2 = logaddexpOf(
  "logaddexp2",
  "Logaddexp2Backward0",
  logAdd(
    (x) => Math.log1p(x) / Math.LN2,
    (x) => 2 ** x,
  ),
  (x) => pow(2, x),
  "2",
  "\\log_2",
);

/** x·log(y), 0 where x is 0. */
function xTimesLog(
  name: string,
  node: string,
  place: readonly ["torch", "Tensor", "special"] | readonly ["special"],
  log: (y: number) => number,
  shift: 0 | 1,
) {
  const loop = binaryLoop((x, y) => (y !== y ? y : x === 0 ? 0 : x * log(y)));
  const vanishing = binaryLoop((x, y) => (x === 0 && y + shift <= 0 ? 1 : 0));
  const shifted = (y: Operand): Operand => (shift === 0 ? y : isScalar(y) ? y : addScalar(y, shift));
  const self_ = shift === 0 ? "{other}" : "(1 + {other})";
  const run = op({
    name,
    args: ["self", "other"],
    node: ([self, other]) => `${node}Backward${isScalar(self) ? 1 : isScalar(other) ? 2 : 0}`,
    forward: (self: Operand, other: Operand): Tensor => binary(self, other, loop, { float: true }),
    keep: ([self, other]) => ({ other, self }),
    vjp: {
      self: (g, { self, other }): Tensor => {
        const zero = g.rt.quietly(() => binary(self, other, vanishing, { float: true, result: bool }));
        return where(zero, 0, run(g, other));
      },
      other: (g, { self, other }): Tensor => div(mul(g, self), shifted(other)),
    },
    formula: {
      out: `{self} \\ln ${self_}`,
      vjp: { self: `{g} \\odot \\ln ${self_}`, other: `{g} \\odot {self} / ${self_}` },
      note: "0 where the first factor is 0",
    },
    places: place,
    signatures: overloads(name, "input", "other", WITH_OUT),
  });
  return run;
}
type XLog = ReturnType<typeof op<[Operand, Operand], Tensor>>;
export const xlogy: XLog = xTimesLog("xlogy", "Xlogy", ["torch", "Tensor", "special"], Math.log, 0);
export const xlogy_ = inplace(xlogy as unknown as ReturnType<typeof op<[Tensor, Operand], Tensor>>);
export const xlog1py: XLog = xTimesLog("special_xlog1py", "SpecialXlog1Py", ["special"], Math.log1p, 1);

const negative = (x: number): boolean => x < 0 || Object.is(x, -0);
const copysignLoop = binaryLoop((a, b) => (negative(b) ? -Math.abs(a) : Math.abs(a)));
/** Magnitude of `self`, sign of `other`. */
export const copysign = op({
  name: "copysign",
  args: ["self", "other"],
  node: ([, other]) => (isScalar(other) ? "CopysignBackward1" : "CopysignBackward0"),
  forward: (self: Tensor, other: Operand): Tensor =>
    binary(self, other, copysignLoop, { float: true, kernel: "copysign_cpu" }),
  keep: ([self], result) => ({ self, result }),
  vjp: {
    self: (g, { self, result }): Tensor => {
      const zero = g.rt.quietly(() => eq(self, 0));
      return mul(g, maskedFill(div(result, self), zero, 0));
    },
    other: (g): Tensor => zerosLike(g),
  },
  formula: {
    out: "|{self}|\\operatorname{sign} {other}",
    vjp: { self: "{g} \\odot {out} / {self}", other: "0" },
    note: "0 where the input is 0",
  },
  places: ["torch", "Tensor"],
  signatures: overloads("copysign", "input", "other"),
});
export const copysign_ = inplace(copysign);

/** self · 2^other */
export const ldexp = op({
  name: "ldexp",
  args: ["self", "other"],
  forward: (self: Tensor, other: Tensor): Tensor => mul(self, pow(self.rt.scalar(2, self.rt.defaultDtype), other)),
  places: ["torch", "Tensor"],
  signatures: [`ldexp${PAIR}`],
});
const ldexpValue = op({
  name: "ldexp",
  args: ["self", "other"],
  node: "MulBackward0",
  forward: (self: Tensor, other: Tensor): Tensor => mul(self, pow(new FloatScalar(2), other)),
  keep: ([self, other]) => ({ other, self }),
  vjp: {
    self: (g, { other }): Tensor => mul(g, pow(new FloatScalar(2), other)),
    other: (g, { self, other }): Tensor => mul(mul(g, mul(self, pow(new FloatScalar(2), other))), Math.LN2),
  },
});
export const ldexp_ = inplace(ldexpValue, { name: "ldexp_", signatures: ["ldexp_(Tensor input, Tensor other)"] });
