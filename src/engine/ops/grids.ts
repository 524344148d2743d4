import { bool } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { op } from "../op.ts";
import { broadcastShapes, type Shape, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { stack } from "./joining.ts";
import { maskedSelect } from "./masking.ts";
import { flatten } from "./reshaping.ts";
import { expand, view } from "./views.ts";

type Tensors = readonly Tensor[];

/** All tensors expanded to their common shape. */
export const broadcastTensors = op({
  name: "broadcast_tensors",
  args: ["tensors"],
  forward: (tensors: Tensors): Tensor[] => {
    const shape = tensors.reduce<Shape>((s, t) => broadcastShapes(s, t.shape), []);
    return tensors.map((t) => (sameShape(t.shape, shape) ? t : expand(t, shape)));
  },
  places: ["_C"],
  signatures: ["broadcast_tensors(TensorList tensors)"],
});

/** Coordinates of a grid: one tensor per input, expanded along the other inputs' dimensions. */
export const meshgrid = op({
  name: "meshgrid",
  args: ["tensors", "indexing"],
  forward: (tensors: Tensors, indexing: string | null = null): Tensor[] => {
    check(tensors.length > 0, () => "meshgrid expects a non-empty TensorList");
    const first = tensors[0];
    for (const t of tensors) {
      check(t.dtype === first.dtype, () => "torch.meshgrid expects all tensors to have the same dtype");
      check(
        t.ndim <= 1,
        () => `torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${t.ndim}-dimensional tensor`,
      );
    }
    if (indexing === null)
      first.rt.warnOnce(
        "meshgrid",
        "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument. (Triggered internally at ../aten/src/ATen/native/TensorShape.cpp:3595.)",
      );
    else if (indexing !== "ij" && indexing !== "xy")
      throw runtimeError(`torch.meshgrid: indexing must be one of "xy" or "ij", but received: ${indexing}`);
    // "xy" lets the first input vary along the second dimension.
    const place = tensors.map((_, i) => (indexing === "xy" && tensors.length > 1 && i < 2 ? 1 - i : i));
    const shape = new Array<number>(tensors.length);
    for (const [i, t] of tensors.entries()) shape[place[i]] = t.numel;
    return tensors.map((t, i) =>
      expand(
        view(
          t,
          shape.map((_, d) => (d === place[i] ? t.numel : 1)),
        ),
        shape,
      ),
    );
  },
  places: ["_C"],
  signatures: ["meshgrid(TensorList tensors, *, str? indexing=None)"],
});

/** Every combination of one element of each input, as rows. */
export const cartesianProd = op({
  name: "cartesian_prod",
  args: ["tensors"],
  forward: (tensors: Tensors): Tensor => {
    for (const t of tensors) check(t.ndim === 1, () => `Expect a 1D vector, but got shape [${t.shape.join(", ")}]`);
    if (tensors.length === 1) return tensors[0];
    return stack(
      meshgrid(tensors, "ij").map((t) => flatten(t)),
      1,
    );
  },
  places: ["_C"],
  signatures: ["cartesian_prod(TensorList tensors)"],
});

/** Combinations of `r` elements of a vector, in order, as rows. */
export const combinations = op({
  name: "combinations",
  args: ["self", "r", "with_replacement"],
  forward: (self: Tensor, r: number = 2, withReplacement: boolean = false): Tensor => {
    check(self.ndim === 1, () => `Expect a 1D vector, but got shape [${self.shape.join(", ")}]`);
    check(r >= 0, () => `Expect a non-negative number, but got ${r}`);
    const { rt } = self;
    if (r === 0) return rt.empty([0], self.dtype);
    const mask = rt.quietly(() => combinationMask(self, r, withReplacement));
    const grids = meshgrid(new Array<Tensor>(r).fill(self), "ij");
    return stack(
      grids.map((t) => maskedSelect(t, mask)),
      1,
    );
  },
  places: ["torch"],
  signatures: ["combinations(Tensor input, int64_t r=2, bool with_replacement=False)"],
});

/** Which positions of the r-dimensional grid have ascending coordinates. */
function combinationMask(self: Tensor, r: number, withReplacement: boolean): Tensor {
  const n = self.numel;
  const mask = self.rt.empty(new Array<number>(r).fill(n), bool);
  const index = new Int32Array(r);
  for (let k = 0; k < mask.numel; k++) {
    let ascending = 1;
    for (let i = 1; i < r; i++) if (withReplacement ? index[i] < index[i - 1] : index[i] <= index[i - 1]) ascending = 0;
    mask.data[k] = ascending;
    for (let d = r - 1; d >= 0 && ++index[d] === n; d--) index[d] = 0;
  }
  return mask;
}
