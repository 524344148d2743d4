import { luFactor } from "../kernels/linalg-lu.ts";
import { matrixOf, readBatch, tensorOf } from "../kernels/linalg-matrix.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { svdPrimitive } from "./linalg-svd.ts";
import { matmul } from "./matmul.ts";
import { squeeze, unsqueeze } from "./views.ts";

/** Sign of the determinant of an orthogonal matrix, per matrix: a constant. */
function orthogonalSign(q: Tensor): Tensor {
  return q.rt.quietly(() => {
    const batch = readBatch(q);
    const n = batch.rows;
    const out = new Float64Array(batch.count);
    for (let b = 0; b < batch.count; b++) {
      const m = matrixOf(batch, b);
      const { pivots } = luFactor(m, n, n, 1);
      let sign = 1;
      for (let i = 0; i < n; i++) sign *= (pivots[i] === i ? 1 : -1) * (m[i * n + i] < 0 ? -1 : 1);
      out[b] = sign;
    }
    return tensorOf(q, out, q.shape.slice(0, -2));
  });
}

/**
 * Gradient of a determinant where A may be singular: g times the transposed adjugate, which with A = U·diag(S)·Vᵀ is
 * det(U)·det(V)·U·diag(∏_{j≠i} Sⱼ)·Vᵀ.
 */
export function singularGradient(g: Tensor, a: Tensor): Tensor {
  const [u, s, vh] = svdPrimitive(a, true);
  const n = s.shape[s.ndim - 1];
  // Products of all but one: each factor times 1 where i = j instead of S.
  const others = productOfOthers(s, n);
  const scale = mul(g, mul(orthogonalSign(u), orthogonalSign(vh)));
  return matmul(mul(u, mul(unsqueeze(unsqueeze(scale, -1), -1), unsqueeze(others, -2))), vh);
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
