import { check, sizes } from "../errors.ts";
import { roundedOnce } from "../kernels/half.ts";
import { inplace, op } from "../op.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { conj } from "./complex-parts.ts";
import { blend, conjugate, type Factor, times } from "./factors.ts";
import { bmm, mv, outer } from "./matmul.ts";
import { factorsBefore } from "./overloads.ts";
import { sum } from "./sum.ts";
import { expand, t, transpose, unsqueeze } from "./views.ts";

/** beta·self + alpha·(a product): matrix-vector, outer, batched, and summed over the batch. */
const FACTORS = "*, Scalar beta=1, Scalar alpha=1, Tensor out=None)";
const notes = { note: "self times beta, the product times alpha" };

export const addmv = op({
  name: "addmv",
  args: ["self", "mat", "vec", "beta", "alpha"],
  node: "AddmvBackward0",
  forward: (self: Tensor, mat: Tensor, vec: Tensor, beta: Factor = 1, alpha: Factor = 1): Tensor => {
    check(
      mat.ndim === 2 && vec.ndim === 1 && self.ndim <= 1,
      () => `vector + matrix @ vector expected, got ${self.ndim}, ${mat.ndim}, ${vec.ndim}`,
    );
    check(
      mat.shape[1] === vec.shape[0] && (self.numel === mat.shape[0] || self.numel === 1),
      () => `size mismatch, got input (${self.numel}), mat (${mat.shape.join("x")}), vec (${vec.shape[0]})`,
    );
    return roundedOnce([self, mat, vec], (c, a, x) => blend(c, mv(a, x), beta, alpha));
  },
  keep: ([, mat, vec, beta, alpha], _out, need) => ({
    mat: need("vec") ? mat : undefined,
    vec: need("mat") ? vec : undefined,
    beta: beta ?? 1,
    alpha: alpha ?? 1,
  }),
  vjp: {
    self: (g, { beta }): Tensor => times(g, conjugate(beta)),
    mat: (g, { vec, alpha }): Tensor => times(outer(g, conj(vec)), conjugate(alpha)),
    vec: (g, { mat, alpha }): Tensor => times(mv(conj(t(mat)), g), conjugate(alpha)),
  },
  formula: {
    out: "{self} + {mat}\\,{vec}",
    vjp: { self: "{g}", mat: "{g}\\,{vec}^{\\top}", vec: "{mat}^{\\top}{g}" },
    ...notes,
  },
  places: ["torch", "Tensor"],
  signatures: [`addmv(Tensor input, Tensor mat, Tensor vec, ${FACTORS}`, ...factorsBefore("addmv", "mat", "vec")],
});
export const addmv_ = inplace(addmv);

export const addr = op({
  name: "addr",
  args: ["self", "vec1", "vec2", "beta", "alpha"],
  node: "AddrBackward0",
  forward: (self: Tensor, vec1: Tensor, vec2: Tensor, beta: Factor = 1, alpha: Factor = 1): Tensor => {
    check(
      vec1.ndim === 1 && vec2.ndim === 1,
      () =>
        `addr: Expected 1-D argument ${vec1.ndim === 1 ? "vec2" : "vec1"}, but got ${vec1.ndim === 1 ? vec2.ndim : vec1.ndim}-D`,
    );
    return blend(self, outer(vec1, vec2), beta, alpha);
  },
  keep: ([, vec1, vec2, beta, alpha], _out, need) => ({
    vec1: need("vec2") ? vec1 : undefined,
    vec2: need("vec1") ? vec2 : undefined,
    beta: beta ?? 1,
    alpha: alpha ?? 1,
  }),
  vjp: {
    self: (g, { beta }): Tensor => times(g, conjugate(beta)),
    vec1: (g, { vec2, alpha }): Tensor => times(mv(g, conj(vec2)), conjugate(alpha)),
    vec2: (g, { vec1, alpha }): Tensor => times(mv(t(g), conj(vec1)), conjugate(alpha)),
  },
  formula: {
    out: "{self} + {vec1}\\,{vec2}^{\\top}",
    vjp: { self: "{g}", vec1: "{g}\\,{vec2}", vec2: "{g}^{\\top}{vec1}" },
    ...notes,
  },
  places: ["torch", "Tensor"],
  signatures: [`addr(Tensor input, Tensor vec1, Tensor vec2, ${FACTORS}`, ...factorsBefore("addr", "vec1", "vec2")],
});
export const addr_ = inplace(addr);

function checkBatches(a: Tensor, b: Tensor): void {
  wrapDim(2, b.ndim); // PyTorch reads this size before it counts dimensions
  check(a.ndim === 3, () => "batch1 must be a 3D tensor");
  check(b.ndim === 3, () => "batch2 must be a 3D tensor");
  check(
    a.shape[0] === b.shape[0] && a.shape[2] === b.shape[1],
    () =>
      `Expected size for first two dimensions of batch2 tensor to be: ${sizes([a.shape[0], a.shape[2]])} but got: ${sizes(b.shape.slice(0, 2))}.`,
  );
}
const bh = (x: Tensor): Tensor => conj(transpose(x, 1, 2));

export const baddbmm = op({
  name: "baddbmm",
  args: ["self", "batch1", "batch2", "beta", "alpha"],
  node: "BaddbmmBackward0",
  forward: (self: Tensor, batch1: Tensor, batch2: Tensor, beta: Factor = 1, alpha: Factor = 1): Tensor => {
    checkBatches(batch1, batch2);
    check(
      self.dtype === batch1.dtype,
      () =>
        `Input dtypes must be the same, got: input ${self.dtype.cppName}, batch1: ${batch1.dtype.cppName}, batch2: ${batch2.dtype.cppName}`,
    );
    return roundedOnce([self, batch1, batch2], (c, a, b) => blend(c, bmm(a, b), beta, alpha));
  },
  keep: ([, batch1, batch2, beta, alpha], _out, need) => ({
    batch1: need("batch2") ? batch1 : undefined,
    batch2: need("batch1") ? batch2 : undefined,
    beta: beta ?? 1,
    alpha: alpha ?? 1,
  }),
  vjp: {
    self: (g, { beta }): Tensor => times(g, conjugate(beta)),
    batch1: (g, { batch2, alpha }): Tensor => times(bmm(g, bh(batch2)), conjugate(alpha)),
    batch2: (g, { batch1, alpha }): Tensor => times(bmm(bh(batch1), g), conjugate(alpha)),
  },
  formula: {
    out: "{self} + {batch1}\\,{batch2}",
    vjp: { self: "{g}", batch1: "{g}\\,{batch2}^{\\top}", batch2: "{batch1}^{\\top}{g}" },
    ...notes,
  },
  places: ["torch", "Tensor"],
  signatures: [
    `baddbmm(Tensor input, Tensor batch1, Tensor batch2, ${FACTORS}`,
    ...factorsBefore("baddbmm", "batch1", "batch2"),
  ],
});
export const baddbmm_ = inplace(baddbmm);

export const addbmm = op({
  name: "addbmm",
  args: ["self", "batch1", "batch2", "beta", "alpha"],
  node: "AddbmmBackward0",
  forward: (self: Tensor, batch1: Tensor, batch2: Tensor, beta: Factor = 1, alpha: Factor = 1): Tensor => {
    wrapDim(2, batch2.ndim);
    check(batch1.ndim === 3, () => "batch1 must be a 3D tensor");
    check(batch2.ndim === 3, () => "batch2 must be a 3D tensor");
    const [[n, rows, inner], [m, inner2, columns]] = [batch1.shape, batch2.shape];
    check(n === m, () => `batch1 and batch2 must have same number of batches, got ${n} and ${m}`);
    check(inner === inner2, () => `Incompatible matrix sizes for bmm (${rows}x${inner} and ${inner2}x${columns})`);
    return blend(self, sum(bmm(batch1, batch2), [0], false, batch1.dtype), beta, alpha);
  },
  keep: ([, batch1, batch2, beta, alpha]) => ({ batch1, batch2, beta: beta ?? 1, alpha: alpha ?? 1 }),
  vjp: {
    self: (g, { beta }): Tensor => times(g, conjugate(beta)),
    batch1: (g, { batch2, alpha }): Tensor => times(bmm(repeated(g, batch2), bh(batch2)), conjugate(alpha)),
    batch2: (g, { batch1, alpha }): Tensor => times(bmm(bh(batch1), repeated(g, batch1)), conjugate(alpha)),
  },
  formula: {
    out: "{self} + \\textstyle\\sum_b {batch1}_b\\,{batch2}_b",
    vjp: { self: "{g}", batch1: "{g}\\,{batch2}_b^{\\top}", batch2: "{batch1}_b^{\\top}{g}" },
    ...notes,
  },
  places: ["torch", "Tensor"],
  signatures: [
    `addbmm(Tensor input, Tensor batch1, Tensor batch2, ${FACTORS}`,
    ...factorsBefore("addbmm", "batch1", "batch2"),
  ],
});
export const addbmm_ = inplace(addbmm);
/** The gradient of the sum, once for every member of the batch. */
const repeated = (g: Tensor, batch: Tensor): Tensor => expand(unsqueeze(g, 0), [batch.shape[0], ...g.shape]);
