import type { GradMath } from "./autograd/grad-math.ts";
import { add } from "./ops/arithmetic.ts";
import { cast, clone, copy_ } from "./ops/copies.ts";
import { asStrided, asStridedBackward } from "./ops/strided.ts";
import { sumTo } from "./ops/sum.ts";
import { permute } from "./ops/views.ts";
import { Runtime, type RuntimeOptions } from "./runtime.ts";
import { TransformInterpreter } from "./transforms/interpreter.ts";

const math: GradMath = {
  add,
  sumTo,
  cast,
  clone: (t) => clone(t, "contiguous_format"),
  permute,
  asStrided,
  asStridedBackward,
  hasNan: (g) => g.toArray().some(Number.isNaN),
  overwrite: (part, value) => {
    copy_(part, value ?? part.rt.full(part.shape, 0, part.dtype));
  },
};

/** A fresh engine: own random stream, modes and observer. */
export function createRuntime(options: Omit<RuntimeOptions, "math" | "interpreter"> = {}): Runtime {
  return new Runtime({ ...options, math, interpreter: (rt) => new TransformInterpreter(rt) });
}
