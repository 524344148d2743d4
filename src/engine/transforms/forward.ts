import { check, sizes } from "../errors.ts";
import { op } from "../op.ts";
import { detach } from "../ops/copies.ts";
import { view } from "../ops/views.ts";
import type { Runtime } from "../runtime.ts";
import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { ForwardLevel } from "./levels.ts";
import { moveAlong } from "./move-along.ts";
import { enter, leave } from "./vmap.ts";

/** What unpack_dual gives for a tensor that needs a gradient: a view of it. */
const forwardPrimal = op({
  name: "_fw_primal",
  args: ["self"],
  node: "Identity",
  view: "single",
  forward: (self: Tensor): Tensor => self.alias(),
  vjp: { self: (g): Tensor => g },
  formula: { out: "{self}", vjp: { self: "{g}" } },
});

/** One forward derivative under way (torch.func.jvp): tensors with tangents, pushed through each operator as it runs. */
export class ForwardDerivative {
  private readonly rt: Runtime;
  private readonly level: ForwardLevel;

  private constructor(rt: Runtime, dual: boolean) {
    this.rt = rt;
    this.level = enter(rt, { kind: "jvp", dual, tangents: new WeakMap<Tensor, Tensor>() }) as ForwardLevel;
  }

  /**
   * Null inside a vmap: there gradients are recorded for whole batches, which know nothing of the tangents of samples.
   * Error: a program's own level inside another forward derivative, or the other way round.
   */
  static enter(rt: Runtime, dual = false): ForwardDerivative | null {
    const nested = rt.transforms.some((t) => t.kind === "jvp" && (dual || t.dual));
    check(!nested, () => "Nested forward mode AD is not supported at the moment");
    const batched = rt.transforms.some((t) => t.kind === "vmap" && t.tangents !== true);
    return batched ? null : new ForwardDerivative(rt, dual);
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

  /** A program's own dual tensor. Error: it has a tangent already, or the tangent another shape. */
  makeDual(t: Tensor, tangent: Tensor): Tensor {
    check(
      this.known(t) === null,
      () =>
        "Making a dual Tensor based on a Tensor that already has a forward gradient at the same level 0 is not supported.",
    );
    check(
      sameShape(t.shape, tangent.shape),
      () =>
        `Trying to set a forward gradient that has a different size than that of the original Tensor, this is not supported. Tensor is of size ${sizes(t.shape)} while the given forward gradient is of size ${sizes(tangent.shape)}.`,
    );
    return this.dual(t, tangent);
  }

  /** The tensor without its tangent. */
  primal(t: Tensor): Tensor {
    const primal = t.requiresGrad ? forwardPrimal(t) : detach(t);
    this.level.tangents.delete(primal);
    return primal;
  }

  /** Gives a result a tangent of its own. */
  move(t: Tensor, tangent: Tensor): void {
    this.level.tangents.set(t, tangent);
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
