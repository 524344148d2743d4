import { checkCast } from "../dtype.ts";
import { check, valueError } from "../errors.ts";
import { binary, binaryLoop, operand, settle } from "../kernels/elementwise.ts";
import { type Op, op } from "../op.ts";
import { resultType } from "../promotion.ts";
import { onlyFloats } from "../refusals.ts";
import { broadcastShapes, numelOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mul, neg, sub } from "./arithmetic.ts";
import { cast } from "./copies.ts";
import { mean, sum } from "./sum.ts";
import { abs } from "./unary-complex.ts";

/** How the losses of single elements become one: as they are, their mean, or their sum. */
export type Reduction = "none" | "mean" | "sum";

/** Checks a reduction's name. */
export function reductionOf(reduction: string): Reduction {
  if (reduction !== "none" && reduction !== "mean" && reduction !== "sum")
    throw valueError(`${reduction} is not a valid value for reduction`);
  return reduction;
}
/** Reduces losses of single elements. */
export const reduceLoss = (x: Tensor, reduction: Reduction): Tensor =>
  reduction === "none" ? x : reduction === "mean" ? mean(x) : sum(x);

/** Scale of the gradient of a reduced loss: 1/n for the mean. */
export const share = (reduction: Reduction, n: number): number => (reduction === "mean" ? 1 / n : 1);

/** A loss per pair of elements (input x, target t), and its derivatives in x. */
interface PairLoss {
  readonly name: string;
  /** Parameters after the reduction, with the values they have when left out. */
  readonly params?: Readonly<Record<string, number>>;
  readonly node: string;
  /** PyTorch's kernel, which takes floating point numbers only. */
  readonly kernel?: string;
  readonly value: (...p: number[]) => (x: number, t: number) => number;
  readonly slope: (...p: number[]) => (x: number, t: number) => number;
  /** Second derivative in x as differentiable operators. */
  readonly bend: (x: Tensor, t: Tensor, ...p: number[]) => Tensor | number;
  /** The loss depends on x - t only, and the target has a gradient too. */
  readonly ofDifference: boolean;
  /** The loss has the dtype of the input, whatever the target's is. */
  readonly ofInputType?: boolean;
  /** The gradient is computed for an input and a target of one dtype only. */
  readonly gradientOfOneType?: boolean;
  readonly check?: (...p: number[]) => void;
  readonly formula: { readonly out: string; readonly dx: string; readonly note?: string };
  /** Signature after "input, target, str reduction". */
  readonly extra?: string;
}

type PairArgs = [self: Tensor, target: Tensor, reduction?: Reduction, ...p: number[]];

/** The operator of a pair loss: value, gradient with its own backward node, derivatives of any order. */
export function pairLoss(e: PairLoss): Op<PairArgs, Tensor> {
  const names = Object.keys(e.params ?? {});
  const defaults = Object.values(e.params ?? {});
  const bind = (p: readonly number[]): number[] => defaults.map((d, i) => p[i] ?? d);
  const bound = (kept: Readonly<Record<string, unknown>>): number[] => names.map((n) => kept[n] as number);
  const constants = (p: readonly number[]) => Object.fromEntries(names.map((n, i) => [n, p[i]]));
  const size = (a: Tensor, b: Tensor): number => numelOf(broadcastShapes(a.shape, b.shape));

  const gradient = op<
    [grad_output: Tensor, self: Tensor, target: Tensor, reduction: Reduction, ...p: number[]],
    Tensor,
    Record<string, unknown>
  >({
    name: `${e.name}_backward`,
    args: ["grad_output", "self", "target", "reduction", ...names],
    node: e.node.replace(/0$/, "Backward0"),
    forward: (grad, self, target, reduction, ...p): Tensor => {
      if (e.gradientOfOneType)
        check(
          self.dtype === target.dtype,
          () => `Found dtype ${target.dtype.scalarName} but expected ${self.dtype.scalarName}`,
        );
      const slope = e.slope(...p);
      const scale = share(reduction, size(self, target));
      const type = resultType(self.rt, [self, target]);
      const shape = broadcastShapes(self.shape, target.shape);
      const out = self.rt.empty(shape, type);
      const g = operand(grad, type, shape);
      const x = operand(self, type, shape);
      const t = operand(target, type, shape);
      for (let i = 0; i < out.numel; i++)
        out.data[i] =
          g.data[g.start + i * g.step] * scale * slope(x.data[x.start + i * x.step], t.data[t.start + i * t.step]);
      return settle(out);
    },
    keep: ([grad_output, self, target, reduction, ...p]) => ({
      grad_output,
      self,
      target,
      reduction,
      ...constants(p),
    }),
    vjp: {
      grad_output: (h, kept): Tensor => {
        const { self, target, reduction } = kept as { self: Tensor; target: Tensor; reduction: Reduction };
        const each = gradient(h, self, target, "none", ...bound(kept));
        return reduction === "mean" ? mul(each, 1 / size(self, target)) : each;
      },
      self: (h, kept): Tensor => bent(h, kept),
      ...(e.ofDifference ? { target: (h, kept): Tensor => neg(bent(h, kept)) } : {}),
    },
    formula: {
      out: e.formula.dx.replaceAll("{g}", "{grad_output}"),
      vjp: {
        grad_output: e.formula.dx,
        self: "{g} \\odot {grad_output} \\odot \\ell''",
        ...(e.ofDifference ? { target: "-{g} \\odot {grad_output} \\odot \\ell''" } : {}),
      },
    },
  });
  const bent = (h: Tensor, kept: Readonly<Record<string, unknown>>): Tensor => {
    const { grad_output, self, target, reduction } = kept as {
      grad_output: Tensor;
      self: Tensor;
      target: Tensor;
      reduction: Reduction;
    };
    const curved = mul(mul(h, grad_output), e.bend(self, target, ...bound(kept)));
    return reduction === "mean" ? mul(curved, 1 / size(self, target)) : curved;
  };

  return op<PairArgs, Tensor, Record<string, unknown>>({
    name: e.name,
    args: ["self", "target", "reduction", ...names],
    node: e.node,
    forward: (self, target, reduction = "mean", ...given): Tensor => {
      const p = bind(given);
      e.check?.(...p);
      const options = e.kernel === undefined ? {} : { refuses: onlyFloats(e.kernel) };
      const each = binary(self, target, binaryLoop(e.value(...p)), options);
      if (e.ofInputType) checkCast(each.dtype, self.dtype);
      return reduceLoss(e.ofInputType ? cast(each, self.dtype) : each, reductionOf(reduction));
    },
    keep: ([self, target, reduction, ...given]) => ({
      self,
      target,
      reduction: reduction ?? "mean",
      ...constants(bind(given)),
    }),
    vjp: {
      self: (g, kept): Tensor =>
        gradient(g, kept.self as Tensor, kept.target as Tensor, kept.reduction as Reduction, ...bound(kept)),
      ...(e.ofDifference
        ? {
            target: (g, kept): Tensor =>
              gradient(g, kept.target as Tensor, kept.self as Tensor, kept.reduction as Reduction, ...bound(kept)),
          }
        : {}),
    },
    formula: {
      out: `\\tfrac1n\\textstyle\\sum ${e.formula.out}`,
      vjp: {
        self: `\\tfrac1n\\,${e.formula.dx}`,
        ...(e.ofDifference ? { target: `-\\tfrac1n\\,${e.formula.dx}` } : {}),
      },
      note: e.formula.note,
    },
    places: ["F"],
    signatures: [`${e.name}(Tensor input, Tensor target, str reduction='mean'${e.extra ?? ""})`],
  });
}

/** |x - t|, a composite as in PyTorch. */
export const l1Loss = op({
  name: "l1_loss",
  args: ["self", "target", "reduction"],
  forward: (self: Tensor, target: Tensor, reduction: string = "mean"): Tensor =>
    reduceLoss(abs(sub(self, target)), reductionOf(reduction)),
  places: ["F"],
  signatures: ["l1_loss(Tensor input, Tensor target, str reduction='mean')"],
});
