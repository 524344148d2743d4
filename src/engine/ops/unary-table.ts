import { type DType, realType } from "../dtype.ts";
import type { Complex } from "../kernels/complex.ts";
import { type UnaryLoop, unary, unaryComplex, unaryFloat, unaryLoop } from "../kernels/elementwise.ts";
import { op, type Place, type Vjp } from "../op.ts";
import type { Refusals } from "../refusals.ts";
import { notImplementedFor as refused } from "../refusals.ts";
import type { Tensor } from "../tensor.ts";
import { conj } from "./complex-parts.ts";

type Keep = { self: Tensor; result: Tensor };

/** One differentiable function of one tensor: f in double precision, and its vector-Jacobian product. */
export interface UnaryEntry {
  readonly name: string;
  readonly node: string;
  readonly f: (x: number) => number;
  /** The same function of a complex number; without it complex input is refused. */
  readonly complex?: (x: Complex) => Complex;
  /** The result of complex input is real (abs, angle). */
  readonly real?: boolean;
  /** What the derivative uses. */
  readonly saves: "self" | "result" | null;
  /** `x` is what is saved (its conjugate for complex numbers, as PyTorch's convention wants), `y` the same unchanged. */
  readonly vjp: (g: Tensor, x: Tensor, y: Tensor) => Tensor;
  readonly out: string;
  readonly dx: string;
  readonly note?: string;
  /** Integers stay integers (abs, sign, ceil …) instead of becoming floats. */
  readonly exact?: boolean;
  readonly refuses?: Refusals;
  readonly aliases?: readonly string[];
  readonly places?: readonly Place[];
  /** ATen's kernel name in the message that refuses a dtype; default `name_cpu`. */
  readonly kernel?: string;
}

/** The operator of a table entry. */
export function pointwise(e: UnaryEntry) {
  const loop: UnaryLoop = unaryLoop(e.f);
  const { complex } = e;
  const vjp: Vjp<Partial<Keep>> = (g, kept) => {
    const saved = (e.saves === "result" ? kept.result : e.saves === "self" ? kept.self : g) as Tensor;
    return e.vjp(g, e.saves === null ? saved : conj(saved), saved);
  };
  return op<[self: Tensor], Tensor, Partial<Keep>>({
    name: e.name,
    args: ["self"],
    node: e.node,
    refuses: e.refuses,
    forward: (self: Tensor): Tensor => {
      if (self.dtype.kind === "complex" && complex !== undefined) {
        const dtype: DType = e.real === true ? realType(self.dtype) : self.dtype;
        return unaryComplex(self, complex, dtype);
      }
      if (self.dtype.kind === "complex") throw refused(e.kernel ?? `${e.name}_cpu`, self.dtype);
      return e.exact ? unary(self, loop) : unaryFloat(self, loop);
    },
    keep: ([self], result): Partial<Keep> => (e.saves === "self" ? { self } : e.saves === "result" ? { result } : {}),
    vjp: { self: vjp },
    formula: { out: e.out, vjp: { self: e.dx }, note: e.note },
    places: e.places ?? ["torch", "Tensor"],
    aliases: e.aliases,
    signatures: [`${e.name}(Tensor input, *, Tensor out=None)`],
  });
}
