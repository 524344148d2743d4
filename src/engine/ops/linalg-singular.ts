import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { conj } from "./complex-parts.ts";
import { cast } from "./copies.ts";
import { svdPrimitive } from "./linalg-svd.ts";
import { matmul } from "./matmul.ts";
import { squeeze, unsqueeze } from "./views.ts";

/**
 * Gradient of a determinant where A may be singular: g times the adjoint of the adjugate, which with A = U·diag(S)·Vᴴ is
 * conj(det U · det Vᴴ)·U·diag(∏_{j≠i} Sⱼ)·Vᴴ. `det` is the determinant as an operator.
 */
export function singularGradient(g: Tensor, a: Tensor, det: (x: Tensor) => Tensor): Tensor {
  const [u, s, vh] = svdPrimitive(a, true);
  const n = s.shape[s.ndim - 1];
  const scale = mul(conj(mul(det(u), det(vh))), g);
  const others = mul(unsqueeze(scale, -1), cast(productOfOthers(s, n), a.dtype));
  return matmul(mul(u, unsqueeze(others, -2)), vh);
}

/** For every i the product of s[…, j] over j ≠ i, built from prefixes and suffixes (no division by zero). */
function productOfOthers(s: Tensor, n: number): Tensor {
  let out: Tensor | null = null;
  for (let j = 0; j < n; j++) {
    const mask = s.rt.full([n], 1, s.dtype);
    mask.data[j] = 0;
    const only = s.rt.full([n], 0, s.dtype);
    only.data[j] = 1;
    // s_j everywhere except at j, where the factor is 1.
    const factor = blend(pick(s, only), mask, only);
    out = out === null ? factor : mul(out, factor);
  }
  return out ?? s;
}
const pick = (s: Tensor, only: Tensor): Tensor => unsqueeze(squeeze(matmul(s, unsqueeze(only, -1)), -1), -1);
const blend = (x: Tensor, mask: Tensor, only: Tensor): Tensor => {
  const kept = mul(x, mask);
  return kept.rt.math.add(kept, only);
};
