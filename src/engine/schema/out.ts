import { checkCast } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { overwrite } from "../op.ts";
import { checkNoOverlap, checkNoPartialOverlap } from "../overlap.ts";
import type { Runtime } from "../runtime.ts";
import { contiguousStrides, sameShape } from "../shape.ts";
import { Tensor } from "../tensor.ts";

const wants = (x: unknown): boolean =>
  x instanceof Tensor ? x.requiresGrad : Array.isArray(x) && x.some((e) => e instanceof Tensor && e.requiresGrad);

/** Errors: out= does not take part in differentiation, but an argument needs a gradient; it shares some of an argument's memory. */
export function checkOut(rt: Runtime, name: string, args: readonly unknown[], out: unknown): void {
  if (out instanceof Tensor) {
    checkNoOverlap(out);
    for (const a of args) if (a instanceof Tensor) checkNoPartialOverlap(out, a);
  }
  if (!rt.gradEnabled) return;
  check(
    !args.some(wants) && !wants(out),
    () =>
      `${name}(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.`,
  );
}

/** Writes a result, or each of several, into what was given as out=, and returns that. */
export function writeResult(out: unknown, result: unknown): unknown {
  if (out instanceof Tensor && result instanceof Tensor) return writeOut(out, result);
  if (!Array.isArray(out) || !Array.isArray(result)) return result;
  check(out.length === result.length, () => `expected tuple of ${result.length} elements but got ${out.length}`);
  return result.map((r, i) => writeOut(out[i] as Tensor, r as Tensor));
}

function writeOut(out: Tensor, result: Tensor): Tensor {
  checkCast(result.dtype, out.dtype);
  if (!sameShape(out.shape, result.shape)) {
    if (out.numel > 0)
      out.rt.warn(
        "UserWarning",
        `An output with one or more elements was resized since it had shape ${sizes(out.shape)}, which does not match the required output shape ${sizes(result.shape)}. This behavior is deprecated, and in a future PyTorch release outputs will not be resized unless they have zero elements. You can explicitly reuse an out tensor t by resizing it, inplace, to zero elements with t.resize_(0). (Triggered internally at ../aten/src/ATen/native/Resize.cpp:35.)`,
      );
    out.storage = out.rt.storage(out.dtype, out.dtype.alloc(result.numel));
    out.offset = 0;
    out.shape = result.shape;
    out.strides = contiguousStrides(result.shape);
  }
  out.rt.quietly(() => overwrite(out, result, "out="));
  return out;
}
