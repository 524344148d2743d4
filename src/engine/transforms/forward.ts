import { detach } from "../ops/copies.ts";
import { view } from "../ops/views.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import type { ForwardLevel } from "./levels.ts";
import { moveAlong } from "./move-along.ts";
import { enter, leave } from "./vmap.ts";

/** One forward derivative under way (torch.func.jvp): tensors with tangents, pushed through each operator as it runs. */
export class ForwardDerivative {
  private readonly rt: Runtime;
  private readonly level: ForwardLevel;

  private constructor(rt: Runtime) {
    this.rt = rt;
    this.level = enter(rt, { kind: "jvp", tangents: new WeakMap<Tensor, Tensor>() }) as ForwardLevel;
  }

  /**
   * Null inside a vmap: there gradients are recorded for whole batches, which know nothing of the tangents of samples.
   */
  static enter(rt: Runtime): ForwardDerivative | null {
    const batched = rt.transforms.some((t) => t.kind === "vmap" && t.tangents !== true);
    return batched ? null : new ForwardDerivative(rt);
  }

  leave(): void {
    leave(this.rt);
  }

  /** A tensor in place of another one, with a tangent. */
  dual(t: Tensor, tangent: Tensor): Tensor {
    const primal = t.requiresGrad ? view(t, t.shape) : detach(t);
    moveAlong(t, primal);
    primal.label = t.label;
    this.level.tangents.set(primal, tangent);
    return primal;
  }

  /** The tangent of a result, zeros where nothing moves it. */
  tangent(t: Tensor): Tensor {
    return this.known(t) ?? t.rt.full(t.shape, 0, t.dtype);
  }

  /** The tangent of a result; null where nothing moves it. */
  known(t: Tensor): Tensor | null {
    return this.level.tangents.get(t) ?? null;
  }
}
