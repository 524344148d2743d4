import { isFloating } from "../dtype.ts";
import { binary, binaryLoop, unary, unaryLoop } from "../kernels/elementwise.ts";
import { rowMajor } from "../kernels/layout.ts";
import { inplace, type Op, op, type Place, type Signature } from "../op.ts";
import { notImplementedFor, type Refusals } from "../refusals.ts";
import { isScalar, scalarValue } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";

/** Parameters of an element-wise function as they come from callers: Python numbers or names of a variant. */
type Parameter = unknown;
/** The same as numbers and strings. */
type Plain = number | string;

/**
 * An element-wise function of one tensor with parameters, and its slope. Parameters are bound once per call; the returned
 * functions of one number run per element in double precision.
 */
export interface Curve {
  readonly name: string;
  /** Names of the parameters, and the values they have when a caller leaves them out. */
  readonly params?: Readonly<Record<string, Plain>>;
  readonly node: string;
  /** grad_fn name of the gradient itself under create_graph. */
  readonly slopeNode?: string;
  readonly value: (...p: Plain[]) => (x: number) => number;
  readonly slope: (...p: Plain[]) => (x: number) => number;
  /** Second derivative as differentiable operators; absent where it is 0 wherever it exists. */
  readonly bend?: (x: Tensor, ...p: Plain[]) => Tensor;
  /** `slope` and `bend` are functions of the result instead of the input, and the result is what is saved. */
  readonly ofResult?: boolean;
  /** Gradient written out with differentiable operators, where PyTorch does that instead of a node of its own. */
  readonly expanded?: (g: Tensor, x: Tensor, ...p: Plain[]) => Tensor;
  /** Name of PyTorch's kernel: integers are refused with it. Absent: integers are fine. */
  readonly kernel?: string;
  readonly refuses?: Refusals;
  /** The result is row-major whatever the input's order in memory. */
  readonly rowMajor?: boolean;
  /** Raises PyTorch's errors about parameters. */
  readonly check?: (x: Tensor, ...p: Plain[]) => void;
  readonly out: string;
  readonly dx: string;
  readonly note?: string;
  readonly places?: readonly Place[];
  readonly signatures?: readonly (string | Signature)[];
}

const plain = (p: Parameter): Plain => (isScalar(p) ? scalarValue(p) : (p as string));

/** The operator of a curve: forward, gradient with its own backward node, and derivatives of any order. */
export function curve(c: Curve): Op<[self: Tensor, ...params: Parameter[]], Tensor> {
  const names = Object.keys(c.params ?? {});
  const defaults = Object.values(c.params ?? {});
  const bind = (given: readonly Parameter[]): Plain[] => defaults.map((d, i) => plain(given[i] ?? d));
  const constants = (p: readonly Plain[]): Record<string, Plain> => Object.fromEntries(names.map((n, i) => [n, p[i]]));
  const bound = (kept: Readonly<Record<string, unknown>>): Plain[] => names.map((n) => kept[n] as Plain);
  const saved = c.ofResult === true ? "result" : "self";
  const gradient = op<[grad_output: Tensor, saved: Tensor, ...params: Plain[]], Tensor, Record<string, unknown>>({
    name: `${c.name}_backward`,
    args: ["grad_output", saved, ...names],
    node: c.slopeNode ?? c.node.replace(/0$/, "Backward0"),
    forward: (grad, self, ...p): Tensor => {
      const slope = c.slope(...p);
      return binary(
        grad,
        self,
        binaryLoop((g, x) => g * slope(x)),
      );
    },
    keep: ([grad_output, x, ...p]) => ({ grad_output, [saved]: x, ...constants(p) }),
    vjp: {
      grad_output: (h, kept): Tensor => gradient(h, kept[saved] as Tensor, ...bound(kept)),
      [saved]: (h: Tensor, kept: Readonly<Record<string, unknown>>): Tensor => {
        if (c.bend === undefined) return h.rt.quietly(() => h.rt.full(h.shape, 0, h.dtype));
        return mul(mul(h, kept.grad_output as Tensor), c.bend(kept[saved] as Tensor, ...bound(kept)));
      },
    },
    formula: {
      out: c.dx.replaceAll("{g}", "{grad_output}"),
      vjp: { grad_output: c.dx, [saved]: "{g} \\odot {grad_output} \\odot f''" },
    },
  });
  return op<[self: Tensor, ...params: Parameter[]], Tensor, Record<string, unknown>>({
    name: c.name,
    args: ["self", ...names],
    node: c.node,
    refuses: c.refuses,
    forward: (self, ...given): Tensor => {
      const p = bind(given);
      c.check?.(self, ...p);
      if (c.kernel !== undefined && !isFloating(self.dtype)) throw notImplementedFor(c.kernel, self.dtype);
      return unary(c.rowMajor ? rowMajor(self) : self, unaryLoop(c.value(...p)));
    },
    keep: ([self, ...given], result) => ({ [saved]: saved === "self" ? self : result, ...constants(bind(given)) }),
    vjp: {
      self: (g, kept): Tensor => {
        const x = kept[saved] as Tensor;
        if (c.expanded !== undefined && g.rt.gradEnabled) return c.expanded(g, x, ...bound(kept));
        return gradient(g, x, ...bound(kept));
      },
    },
    formula: { out: c.out, vjp: { self: c.dx }, note: c.note },
    places: c.places ?? ["_C"],
    signatures: c.signatures,
  });
}

/** The in-place twin of an operator that PyTorch offers as a function rather than as a method. */
export function inplaceFunction<First, Rest extends unknown[]>(
  base: Op<[First, ...Rest], Tensor>,
  places: readonly Place[] = ["_C"],
  node?: string,
): Op<[Tensor, ...Rest], Tensor> {
  const twin = inplace(base, { node });
  const signatures = (twin.def.signatures ?? []).map((s) => (typeof s === "string" ? s.replace("(", "_(") : s));
  return Object.assign(twin, { def: { ...twin.def, places, signatures } });
}
