import { select } from "../ops/slicing.ts";
import type { Tensor } from "../tensor.ts";
import { BatchedTensor } from "../transforms/batched-tensor.ts";
import type { TransformLevel } from "../transforms/levels.ts";

/**
 * str(tensor) inside function transforms: what each transform that the tensor takes part in has wrapped, the innermost transform
 * outside. `plain` prints what is left; `history` says whether with its history, `tangent` what moves with it.
 */
export function transformedText(t: Tensor, plain: Plain): string {
  return wrapped(t, [...t.rt.transforms].reverse(), false, plain);
}

type Plain = (t: Tensor, history: boolean, tangent: Tensor | null) => string;

function wrapped(t: Tensor, levels: readonly TransformLevel[], tracked: boolean, plain: Plain): string {
  const [level, ...further] = levels;
  if (level === undefined) return plain(t, !tracked, null);
  if (level.kind === "jvp") {
    const tangent = level.tangents.get(t);
    if (tangent === undefined) return wrapped(t, further, tracked, plain);
    return level.dual
      ? wrapped(t, further, tracked, (own, history) => plain(own, history, tangent))
      : block(`GradTrackingTensor(lvl=${level.number}`, wrapped(t, further, true, plain));
  }
  if (level.kind === "grad")
    return t.requiresGrad
      ? block(`GradTrackingTensor(lvl=${level.number}`, wrapped(t, further, true, plain))
      : wrapped(t, further, tracked, plain);
  if (!(t instanceof BatchedTensor) || t.level !== level) return wrapped(t, further, tracked, plain);
  const { value, dim } = t;
  // An input of a derivative that is the same for all samples was repeated for it.
  if (value.strides[dim] === 0 && level.size > 1) return wrapped(one(value, dim), further, tracked, plain);
  return block(`BatchedTensor(lvl=${level.number}, bdim=${dim}`, wrapped(value, further, tracked, plain));
}

const one = (t: Tensor, dim: number): Tensor => t.rt.quietly(() => select(t, dim, 0));

const block = (head: string, inside: string): string => `${head}, value=\n${inside.replace(/^(?=.)/gm, "    ")}\n)`;
