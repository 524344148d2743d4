import { applyTaps, type Taps, transposed } from "../kernels/taps.ts";
import { type Op, op, type Place, type Signature } from "../op.ts";
import type { Refusals } from "../refusals.ts";
import type { Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { zerosLike } from "./arithmetic.ts";

/** An operator that maps the last dimensions of its input linearly, each by itself (padding, interpolation, averaging). */
export interface Resampling<P extends unknown[]> {
  /** ATen name: "avg_pool2d". */
  readonly name: string;
  readonly params: readonly string[];
  readonly node: string;
  /** grad_fn name of the gradient itself under create_graph. */
  readonly gradientNode?: string;
  /** PyTorch's gradient takes the input itself and not only its size: the second derivative has zeros for it. */
  readonly savesInput?: boolean;
  readonly refuses?: Refusals;
  /** Checks the arguments and gives the map of each of the last dimensions. Errors: PyTorch's. */
  readonly plan: (input: Tensor, ...p: P) => readonly Taps[];
  readonly out: string;
  readonly note?: string;
  readonly places?: readonly Place[];
  readonly signatures?: readonly (string | Signature)[];
}

/** The operator and, as its derivative, the transposed map. */
export function resampling<P extends unknown[]>(r: Resampling<P>): Op<[self: Tensor, ...params: P], Tensor> {
  const gradient = op({
    name: `${r.name}_backward`,
    args: ["grad_output", "self", "maps", "size"],
    node: r.gradientNode ?? r.node.replace(/(\d)$/, "Backward0"),
    edges: ([, self]) => (self === null ? ["grad_output"] : ["grad_output", "self"]),
    forward: (grad: Tensor, _self: Tensor | null, maps: readonly Taps[], size: Shape): Tensor => {
      const out = applyTaps(grad, maps.map(transposed));
      return out.alias(size, out.strides);
    },
    keep: ([, self, maps], _out, need) => ({ maps, self: self !== null && need("self") ? self : undefined }),
    vjp: {
      grad_output: (h, { maps }): Tensor => again(h, maps),
      self: (_h, { self }): Tensor => zerosLike(self),
    },
    formula: { out: "A^{\\top} {grad_output}", vjp: { grad_output: "A\\,{g}", self: "0" } },
  });
  /** The map once more, for the second derivative. */
  const again = op({
    name: `${r.name}_double_backward`,
    args: ["self", "maps"],
    node: r.node,
    forward: (self: Tensor, maps: readonly Taps[]): Tensor => applyTaps(self, maps),
    keep: ([self, maps]) => ({ maps, self_sizes: self.shape }),
    vjp: { self: (g, { maps, self_sizes }): Tensor => gradient(g, null, maps, self_sizes) },
    formula: { out: "A\\,{self}", vjp: { self: "A^{\\top} {g}" } },
  });
  return op<[self: Tensor, ...params: P], Tensor, Record<string, unknown>>({
    name: r.name,
    args: ["self", ...r.params],
    node: r.node,
    refuses: r.refuses,
    channelsLast: ["self"],
    forward: (self, ...p): Tensor => applyTaps(self, r.plan(self, ...p)),
    keep: ([self, ...p]) => ({
      ...Object.fromEntries(r.params.map((name, i) => [name, p[i]])),
      [r.savesInput === true ? "self" : "self_sizes"]: r.savesInput === true ? self : self.shape,
      maps: r.plan(self, ...(p as P)),
    }),
    vjp: {
      self: (g, { maps, self, self_sizes }): Tensor =>
        self instanceof Tensor
          ? gradient(g, self, maps as readonly Taps[], self.shape)
          : gradient(g, null, maps as readonly Taps[], self_sizes as Shape),
    },
    formula: {
      out: r.out,
      vjp: { self: "A^{\\top} {g}" },
      note: r.note ?? "A is the linear map that the operator applies",
    },
    places: r.places ?? ["_C"],
    signatures: r.signatures,
  });
}
