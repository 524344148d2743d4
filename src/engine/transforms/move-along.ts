import type { Tensor } from "../tensor.ts";

/** A tensor in place of another one moves with it in the forward derivatives under way. */
export function moveAlong(from: Tensor, to: Tensor): void {
  for (const level of from.rt.transforms) {
    if (level.kind !== "jvp") continue;
    const tangent = level.tangents.get(from);
    if (tangent !== undefined) level.tangents.set(to, tangent);
  }
}
