import { isDifferentiable } from "../dtype.ts";
import type { AnyOp, OpResult } from "../op.ts";
import { Tensor } from "../tensor.ts";
import { Differentiation } from "../transforms/differentiation.ts";
import type { Tangents } from "./rules.ts";

/** The tangents of an operator without a forward rule: Jv is the gradient of uᵀJv with respect to u. */
export function pushBackTwice(call: AnyOp, args: readonly unknown[], tangents: Tangents): (Tensor | null)[] {
  const { rt } = args.flat().find((a) => a instanceof Tensor) as Tensor;
  return rt.withGrad(true, () => {
    const d = new Differentiation(rt);
    try {
      const vectors: Tensor[] = [];
      const fresh = (a: unknown, tangent: unknown): unknown => {
        if (Array.isArray(a) && Array.isArray(tangent)) return a.map((x, i) => fresh(x, tangent[i]));
        if (!(tangent instanceof Tensor)) return a;
        vectors.push(tangent);
        return d.fresh(a as Tensor);
      };
      const results = [call(...args.map((a, i) => fresh(a, tangents[i]))) as OpResult].flat();
      const live = results.filter((t) => isDifferentiable(t.dtype));
      const moved = d.push(live, vectors).map((t) => d.done(t));
      return results.map((t) => (live.includes(t) ? moved[live.indexOf(t)] : null));
    } finally {
      d.leave();
    }
  });
}
