import { announce } from "./announce.ts";
import { checkInplace } from "./autograd/inplace.ts";
import { OpNode } from "./autograd/op-node.ts";
import { vjpPlan } from "./autograd/vjp-plan.ts";
import { type AnyOp, type AnyOpDef, type Op, type Signature, transformed } from "./op.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Defines the in-place twin of a view operator (squeeze_, transpose_ …): the tensor keeps its memory and takes the shape and
 * strides of the view. `node` names the backward node as PyTorch numbers it.
 */
export function inplaceView<Rest extends unknown[]>(
  base: Op<[Tensor, ...Rest], Tensor>,
  node: string | ((args: [Tensor, ...Rest]) => string),
  signatures: readonly (string | Signature)[] = base.def.signatures ?? [],
): Op<[Tensor, ...Rest], Tensor> {
  const name = `${base.def.name}_`;
  const def: AnyOpDef = { ...base.def, name, node, view: undefined, places: ["Tensor"], signatures };
  const plan = vjpPlan(def);
  const twin: AnyOp = Object.assign(call, { def, inplaceOf: base as AnyOp });
  return twin;

  function call(...args: [Tensor, ...Rest]): Tensor {
    const self = args[0];
    const { rt } = self;
    const done = transformed(rt, twin, args);
    if (done !== null) return done as Tensor;
    const recording = rt.gradEnabled && self.requiresGrad;
    checkInplace(self, recording);
    const result = rt.quietly(() => base.def.forward(...args) as Tensor);
    let made: OpNode | null = null;
    if (recording) {
      made = new OpNode(rt, plan, typeof node === "function" ? node(args) : node, args);
      made.keep(
        def.keep?.(args, result, () => true),
        self,
        null,
      );
    }
    self.shape = result.shape;
    self.strides = result.strides;
    self.offset = result.offset;
    self.versions.value++;
    if (made !== null) {
      self.leafRequiresGrad = false;
      self.outputNr = made.addOutput(self);
      self.gradFn = made;
      if (self.retainsGrad) made.retained = new Map([[self.outputNr, self]]);
    }
    if (rt.observer !== null && rt.muted === 0) announce(rt, def, args, self, made, recording, true);
    return self;
  }
}
