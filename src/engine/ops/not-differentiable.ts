import { runtimeError } from "../errors.ts";
import { type Op, op, type Place, type Vjp } from "../op.ts";
import type { Tensor } from "../tensor.ts";

interface Entry<A extends unknown[]> {
  readonly name: string;
  readonly args: readonly string[];
  /** Arguments through which a gradient would have to flow. */
  readonly inputs: readonly string[];
  readonly forward: (...args: A) => Tensor;
  readonly out: string;
  readonly places?: readonly Place[];
  readonly signatures: readonly string[];
}

/** What stands for the formula of such a derivative. */
export const NOT_IMPLEMENTED = "\\text{not implemented}";

/** A derivative that raises: PyTorch has none of the operator `name`. */
export const noDerivative =
  (name: string): Vjp<Record<string, never>> =>
  () => {
    throw runtimeError(`derivative for aten::${name} is not implemented`);
  };

/**
 * An operator whose derivative PyTorch does not have: its result needs a gradient when an input does, shows
 * `grad_fn=<NotImplemented>`, and a backward pass through it fails.
 */
export function notDifferentiable<A extends unknown[]>(e: Entry<A>): Op<A, Tensor> {
  const refuse = noDerivative(e.name);
  return op<A, Tensor, Record<string, never>>({
    name: e.name,
    args: e.args,
    node: "NotImplemented",
    forward: e.forward,
    vjp: Object.fromEntries(e.inputs.map((i) => [i, refuse])),
    formula: { out: e.out, vjp: Object.fromEntries(e.inputs.map((i) => [i, NOT_IMPLEMENTED])) },
    places: e.places ?? ["torch", "Tensor"],
    signatures: e.signatures,
  });
}
