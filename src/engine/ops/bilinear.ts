import { check } from "../errors.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { bmm, mm } from "./matmul.ts";
import { permute, reshape, unsqueeze } from "./views.ts";

/** out[b, o] = Σ_ij x[b, i] w[o, i, j] y[b, j], as matrix products. */
function product(x: Tensor, w: Tensor, y: Tensor): Tensor {
  const [out, rows, columns] = w.shape;
  const folded = reshape(permute(w, [2, 0, 1]), [columns, out * rows]);
  const partial = reshape(mm(y, folded), [y.shape[0], out, rows]);
  return reshape(bmm(partial, unsqueeze(x, 2)), [x.shape[0], out]);
}

/** The bilinear form of two batches of vectors with one matrix per output. */
export const trilinear = op({
  name: "_trilinear",
  args: ["i1", "i2", "i3"],
  node: "TrilinearBackward0",
  forward: (x: Tensor, w: Tensor, y: Tensor): Tensor => product(x, w, y),
  keep: ([i1, i2, i3]) => ({ i1, i2, i3 }),
  vjp: {
    i1: (g, { i2, i3 }): Tensor => product(g, permute(i2, [1, 0, 2]), i3),
    i2: (g, { i1, i3 }): Tensor => {
      // w gets Σ_b g[b, o] x[b, i] y[b, j].
      const [batch, out] = g.shape;
      const left = reshape(bmm(unsqueeze(g, 2), unsqueeze(i1, 1)), [batch, out * i1.shape[1]]);
      return reshape(mm(permute(left, [1, 0]), i3), [out, i1.shape[1], i3.shape[1]]);
    },
    i3: (g, { i1, i2 }): Tensor => product(g, permute(i2, [2, 0, 1]), i1),
  },
  formula: {
    out: "\\textstyle\\sum_{ij} {i1}_i {i2}_{oij} {i3}_j",
    vjp: {
      i1: "\\textstyle\\sum_{oj} {g}_o {i2}_{oij} {i3}_j",
      i2: "{g} \\otimes {i1} \\otimes {i3}",
      i3: "\\textstyle\\sum_{oi} {g}_o {i1}_i {i2}_{oij}",
    },
  },
});

/** x₁ᵀ W_o x₂ + b_o for every output o, over the last dimensions. */
export const bilinear = op({
  name: "bilinear",
  args: ["input1", "input2", "weight", "bias"],
  forward: (input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor => {
    check(
      input1.ndim === input2.ndim,
      () => `bilinear(): input dimensions do not match: got ${input1.ndim} and ${input2.ndim}`,
    );
    for (let d = 0; d < input1.ndim - 1; d++)
      check(
        input1.shape[d] === input2.shape[d],
        () =>
          `bilinear(): input batch dimensions do not match at dim ${d}: got ${input1.shape[d]} and ${input2.shape[d]}`,
      );
    const sizes = [input1, input2].map((t) => t.shape[t.ndim - 1]);
    for (const i of [0, 1])
      check(
        sizes[i] === weight.shape[i + 1],
        () =>
          `bilinear(): input${i + 1} size does not match weight size: got ${sizes[i]} but expected ${weight.shape[i + 1]}`,
      );
    check(
      bias === null || bias.shape[0] === weight.shape[0],
      () => `bilinear(): bias size does not match weight size: got ${bias?.shape[0]} but expected ${weight.shape[0]}`,
    );
    const flat = trilinear(reshape(input1, [-1, sizes[0]]), weight, reshape(input2, [-1, sizes[1]]));
    const out = reshape(flat, [...input1.shape.slice(0, -1), weight.shape[0]]);
    return bias === null ? out : add(out, bias);
  },
  places: ["torch", "F"],
  signatures: ["bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None)"],
});
