import { isDifferentiable } from "../dtype.ts";
import { notImplemented } from "../errors.ts";
import { type AnyOp, isComposite, type OpResult } from "../op.ts";
import { cast, clone, copy_ } from "../ops/copies.ts";
import { asStrided } from "../ops/strided.ts";
import { expand } from "../ops/views.ts";
import { sameShape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { someTensor } from "../tensors-among.ts";
import type { ForwardLevel } from "../transforms/levels.ts";
import { pushBackTwice } from "./backward-twice.ts";
import { FORWARD_RULES, type Tangents } from "./rules.ts";

/** Does an argument have a tangent? */
export const moves = (level: ForwardLevel, args: readonly unknown[]): boolean =>
  someTensor(args, (t) => level.tangents.has(t));

/**
 * Runs an operator and pushes the tangents of its arguments through it. Null: it is made of others, which do so. Runs below
 * the level, so that what computes tangents is subject to the transforms further out.
 */
export function pushForward(level: ForwardLevel, call: AnyOp, args: readonly unknown[]): OpResult | null {
  const base = call.inplaceOf ?? call;
  if (base.def.detached === true) return call(...args);
  if (isComposite(base.def) && call.inplaceOf === undefined) return null;
  checkSupported(base.def.name);
  const out = base(...args) as OpResult;
  const tangents = tangentsOf(level, args);
  const moved = tangentsOfResults(base, args, tangents, out);
  if (call.inplaceOf !== undefined) return inPlace(level, call, args as readonly [Tensor, ...unknown[]], moved[0]);
  [out].flat().forEach((t, i) => {
    const tangent = moved[i];
    if (tangent === null || !isDifferentiable(t.dtype)) return;
    // Memory of its own, except where the result has none.
    const shared = base.def.view === undefined && tangents.flat().includes(tangent);
    level.tangents.set(t, shared ? clone(tangent) : fitted(tangent, t));
  });
  return out;
}

const tangentsOf = (level: ForwardLevel, args: readonly unknown[]): unknown[] =>
  args.map((a) =>
    a instanceof Tensor
      ? (level.tangents.get(a) ?? null)
      : Array.isArray(a) && a.some((x) => x instanceof Tensor)
        ? tangentsOf(level, a)
        : null,
  );

function tangentsOfResults(
  call: AnyOp,
  args: readonly unknown[],
  tangents: Tangents,
  out: OpResult,
): (Tensor | null)[] {
  const results = [out].flat();
  if (!results.some((t) => isDifferentiable(t.dtype))) return results.map(() => null);
  // Of complex numbers the formulas backwards are conjugates.
  const real = [...args, ...tangents, ...results]
    .flat()
    .every((a) => !(a instanceof Tensor) || a.dtype.kind !== "complex");
  const rule = real ? FORWARD_RULES.get(call.def.name) : undefined;
  const moved = rule === undefined ? pushBackTwice(call, args, tangents) : [rule(call, args, tangents, out)].flat();
  return results.map((_, i) => moved[i] ?? null);
}

/** Operators that PyTorch does not push tangents through, by the names it has for them. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["mkldnn_rnn_layer", "mkldnn_rnn_layer"],
  ["_scaled_dot_product_flash_attention_for_cpu", "_scaled_dot_product_flash_attention_for_cpu"],
  ["embedding_bag", "_embedding_bag"],
  ["_cdist_forward", "_cdist_forward"],
  ["_ctc_loss", "_ctc_loss"],
  ["grid_sampler_2d", "grid_sampler_2d"],
  ["grid_sampler_3d", "grid_sampler_3d"],
  ["multi_margin_loss", "multi_margin_loss"],
  ["pdist", "_pdist_forward"],
]);

/** Error: PyTorch has no forward derivative of an operator. */
function checkSupported(name: string): void {
  const refused = REFUSED.get(name);
  if (refused !== undefined)
    throw notImplemented(
      `Trying to use forward AD with ${refused} that does not support it because it has not been implemented yet.\nPlease file an issue to PyTorch at https://github.com/pytorch/pytorch/issues/new?template=feature-request.yml so that we can prioritize its implementation or submit a PR adding the implementation to derivatives.yaml`,
    );
}

/** The tangent of a result in its shape and dtype. */
function fitted(tangent: Tensor, result: Tensor): Tensor {
  const own = cast(tangent, result.dtype);
  return sameShape(own.shape, result.shape) ? own : clone(expand(own, result.shape), "contiguous_format");
}

/** Changes a tensor, and its tangent: that of a view is a view of its base's. */
function inPlace(
  level: ForwardLevel,
  call: AnyOp,
  args: readonly [Tensor, ...unknown[]],
  moved: Tensor | null,
): Tensor {
  const [self] = args;
  call(...args);
  if (moved === null) return self;
  if (call.inplaceOf?.def.view !== undefined) {
    level.tangents.set(self, moved);
    return self;
  }
  const tangent = fitted(moved, self);
  const known = level.tangents.get(self) ?? (self.view === null ? undefined : viewTangent(level, self, self.view.base));
  if (known === undefined) level.tangents.set(self, tangent);
  else copy_(known, tangent);
  return self;
}

function viewTangent(level: ForwardLevel, self: Tensor, base: Tensor): Tensor {
  const whole = level.tangents.get(base) ?? base.rt.full(base.shape, 0, base.dtype);
  level.tangents.set(base, whole);
  const own = asStrided(whole, self.shape, self.strides, self.offset - base.offset);
  level.tangents.set(self, own);
  return own;
}
