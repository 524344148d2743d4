import type { Tensor } from "../../../engine/tensor.ts";
import { BatchedTensor } from "../../../engine/transforms/batched-tensor.ts";
import { Differentiation } from "../../../engine/transforms/differentiation.ts";
import { ForwardDerivative } from "../../../engine/transforms/forward.ts";
import { type Randomness, transforming, type VmapLevel } from "../../../engine/transforms/levels.ts";
import { addBatchDim, enterVmap, leave, removeBatchDim } from "../../../engine/transforms/vmap.ts";
import type { Native } from "./table.ts";

/** Function transforms: vmap and derivatives under way. */
export const TRANSFORM_NATIVES: Readonly<Record<string, Native>> = {
  vmap_enter: (c, size: number, randomness: Randomness, tangents: boolean) =>
    enterVmap(c.rt, size, randomness, tangents),
  vmap_leave: (c) => {
    leave(c.rt);
    return null;
  },
  vmap_add: (_c, level: VmapLevel, t: Tensor, dim: number) => addBatchDim(t, dim, level),
  vmap_remove: (_c, level: VmapLevel, t: Tensor, dim: number) => removeBatchDim(t, level, dim),
  /** Has every sample of a vmap its own values of a tensor? */
  vmap_batched: (_c, level: VmapLevel, t: Tensor) => t instanceof BatchedTensor && t.level === level,

  is_batched: (_c, t: Tensor) => t instanceof BatchedTensor,
  /** Is any function transform under way? */
  transforming: (c) => transforming(c.rt.transforms),

  derivative_enter: (c) => new Differentiation(c.rt),
  derivative_leave: (_c, d: Differentiation) => {
    d.leave();
    return null;
  },
  derivative_fresh: (_c, d: Differentiation, t: Tensor) => d.fresh(t),
  derivative_gradient: (_c, d: Differentiation, outputs: Tensor[], upstream: (Tensor | null)[]) =>
    d.gradient(outputs, upstream),
  derivative_jacobian: (_c, d: Differentiation, output: Tensor, chunk: number | null) => d.jacobian(output, chunk),
  derivative_push: (_c, d: Differentiation, outputs: Tensor[], tangents: Tensor[]) => d.push(outputs, tangents),
  forward_enter: (c, dual: boolean) => ForwardDerivative.enter(c.rt, dual),
  forward_leave: (_c, d: ForwardDerivative) => {
    d.leave();
    return null;
  },
  forward_dual: (_c, d: ForwardDerivative, t: Tensor, tangent: Tensor) => d.dual(t, tangent),
  forward_make_dual: (_c, d: ForwardDerivative, t: Tensor, tangent: Tensor) => d.makeDual(t, tangent),
  forward_primal: (_c, d: ForwardDerivative, t: Tensor) => d.primal(t),
  forward_known: (_c, d: ForwardDerivative, t: Tensor) => d.known(t),
  forward_move: (_c, d: ForwardDerivative, t: Tensor, tangent: Tensor) => {
    d.move(t, tangent);
    return null;
  },
  forward_tangent: (_c, d: ForwardDerivative, t: Tensor) => d.tangent(t),
  derivative_done: (_c, d: Differentiation, t: Tensor) => d.done(t),
};
