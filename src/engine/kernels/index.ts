import { int64 } from "../dtype.ts";
import { check, indexError, sizes } from "../errors.ts";
import { broadcastShapes, broadcastStrides, numelOf, type Shape, sameShape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { denseArray } from "./dense.ts";
import { laidOut, memoryOrder } from "./layout.ts";

/** Advanced indexing worked out: for every position of the result, the offset into row-major `self`. */
export interface IndexPlan {
  /** Shape of the indexed result. */
  readonly shape: readonly number[];
  /** Row-major element number in `self` of the first element of each block of the result. */
  readonly positions: Float64Array;
  /** Elements per block, neighbours in `self` as in the result. */
  readonly block: number;
  /** Order of the result's dimensions in memory; null for row-major. */
  readonly order: readonly number[] | null;
}

/** Boolean masks become one index tensor per dimension; dimensions without an index are null. */
export function expandMasks(self: Tensor, indices: readonly (Tensor | null)[]): (Tensor | null)[] {
  const out: (Tensor | null)[] = [];
  for (const index of indices) {
    if (index === null || (index.dtype.name !== "bool" && index.dtype.name !== "uint8")) {
      out.push(index);
      continue;
    }
    for (let j = 0; j < index.ndim; j++)
      if (index.shape[j] !== self.shape[out.length + j])
        throw indexError(
          `The shape of the mask ${sizes(index.shape)} at index ${j} does not match the shape of the indexed tensor ${sizes(self.shape)} at index ${out.length + j}`,
        );
    out.push(...nonzeroColumns(index));
  }
  return out;
}

/** One int64 tensor per dimension with the coordinates of the non-zero elements (torch.nonzero(as_tuple=True)). */
export function nonzeroColumns(mask: Tensor): Tensor[] {
  const data = denseArray(mask);
  const slots = mask.dtype.slots;
  const hits: number[] = [];
  for (let i = 0; i < mask.numel; i++)
    if (data[i * slots] !== 0 || (slots === 2 && data[2 * i + 1] !== 0)) hits.push(i);
  if (mask.ndim === 0) return [mask.rt.from(new Float64Array(hits.length), [hits.length], int64)];
  let below = mask.numel;
  return mask.shape.map((size) => {
    below = size === 0 ? 0 : below / size;
    const step = below;
    return mask.rt.from(
      hits.map((h) => Math.floor(h / step) % size),
      [hits.length],
      int64,
    );
  });
}

/** Where each element of `self[indices]` comes from. `indices` has no masks; null keeps a dimension whole. */
export function planIndex(self: Tensor, indices: readonly (Tensor | null)[]): IndexPlan {
  if (indices.length > self.ndim)
    throw indexError(`too many indices for tensor of dimension ${self.ndim} (got ${indices.length})`);
  const given = indices
    .map((t, dim) => ({ t, dim }))
    .filter((x): x is { t: Tensor; dim: number } => x.t instanceof Tensor);
  let common: Shape = [];
  try {
    for (const { t } of given) common = broadcastShapes(common, t.shape);
  } catch {
    throw indexError(
      `shape mismatch: indexing tensors could not be broadcast together with shapes ${given.map(({ t }) => sizes(t.shape)).join(", ")}`,
    );
  }
  const adjacent = given.every((x, i) => i === 0 || x.dim === given[i - 1].dim + 1);
  const first = adjacent && given.length > 0 ? given[0].dim : 0;
  const rest = self.shape.map((_, d) => d).filter((d) => !given.some((x) => x.dim === d));
  const before = rest.filter((d) => d < first);
  const after = rest.filter((d) => d >= first);
  const shape = [...before.map((d) => self.shape[d]), ...common, ...after.map((d) => self.shape[d])];
  const strides = contiguous(self.shape);
  // Offsets contributed by the index tensors, one per position of their common shape.
  const count = numelOf(common);
  const offsets = new Float64Array(count);
  for (const [number, { t, dim }] of given.entries()) {
    const size = self.shape[dim];
    const values = sameShape(t.shape, common) ? denseArray(t) : denseArray(expandTo(t, common));
    for (let i = 0; i < count; i++) {
      const v = values[i];
      if (v < -size || v >= size)
        // PyTorch counts the dimensions that are indexed by tensors only.
        throw indexError(`index ${v} is out of bounds for dimension ${number} with size ${size}`);
      offsets[i] += (v < 0 ? v + size : v) * strides[dim];
    }
  }
  const outer = offsetsOf(before, self.shape, strides);
  // Whole dimensions behind the last indexed one lie in one piece.
  const last = given.length > 0 ? given[given.length - 1].dim : -1;
  const tail = after.filter((d) => d > last);
  const block = numelOf(tail.map((d) => self.shape[d]));
  const inner =
    block === 0
      ? new Float64Array(0)
      : offsetsOf(
          after.filter((d) => d < last),
          self.shape,
          strides,
        );
  const positions = new Float64Array(outer.length * count * inner.length);
  let k = 0;
  for (const a of outer) for (let i = 0; i < count; i++) for (const b of inner) positions[k++] = a + offsets[i] + b;
  return {
    shape,
    positions,
    block,
    order: resultOrder(
      self,
      given.map(({ t }) => t),
      common,
      before,
      after,
      shape,
    ),
  };
}

/** PyTorch walks the indexed tensor, whose indexed dimensions tell nothing, and then the index tensors. */
function resultOrder(
  self: Tensor,
  given: readonly Tensor[],
  common: Shape,
  before: readonly number[],
  after: readonly number[],
  shape: Shape,
): readonly number[] | null {
  if (self.contiguous && given.every((t) => t.contiguous)) return null;
  const around = (dims: readonly number[], strideOf: (d: number) => number): number[] => dims.map(strideOf);
  const own = (d: number): number => self.strides[d];
  const none = (): number => 0;
  return memoryOrder(shape, [
    [...around(before, own), ...common.map(none), ...around(after, own)],
    ...given.map((t) => [
      ...around(before, none),
      ...broadcastStrides(t.shape, t.strides, common),
      ...around(after, none),
    ]),
  ]);
}

function contiguous(shape: Shape): number[] {
  const out = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    out[i] = step;
    step *= shape[i];
  }
  return out;
}

function offsetsOf(dims: readonly number[], shape: Shape, strides: Shape): Float64Array {
  let out = new Float64Array(1);
  for (const d of dims) {
    const next = new Float64Array(out.length * shape[d]);
    let k = 0;
    for (const a of out) for (let i = 0; i < shape[d]; i++) next[k++] = a + i * strides[d];
    out = next;
  }
  return out;
}

function expandTo(t: Tensor, shape: Shape): Tensor {
  const lead = shape.length - t.ndim;
  return t.alias(
    shape,
    shape.map((_, i) => (i < lead || t.shape[i - lead] === 1 ? 0 : t.strides[i - lead])),
  );
}

/** Elements of row-major `self` at the planned positions. */
export function takePlan(self: Tensor, plan: IndexPlan): Tensor {
  const data = denseArray(self);
  const out = self.rt.empty(plan.shape, self.dtype);
  const { positions } = plan;
  const { slots } = self.dtype;
  const size = plan.block * slots;
  const target = out.data;
  if (size === 1) for (let i = 0; i < positions.length; i++) target[i] = data[positions[i]];
  else if (size < 32)
    for (let i = 0, k = 0; i < positions.length; i++)
      for (let j = 0, at = positions[i] * slots; j < size; j++) target[k++] = data[at++];
  else
    for (let i = 0; i < positions.length; i++) {
      const at = positions[i] * slots;
      target.set(data.subarray(at, at + size), i * size);
    }
  return laidOut(out, plan.order);
}

/** Writes (or adds) `values`, broadcast to the plan's shape, at the planned positions of the row-major tensor `target`. */
export function putPlan(target: Tensor, plan: IndexPlan, values: Tensor, accumulate: boolean): void {
  check(
    canExpand(values.shape, plan.shape),
    () =>
      `shape mismatch: value tensor of shape ${sizes(values.shape)} cannot be broadcast to indexing result of shape ${sizes(plan.shape)}`,
  );
  const source = sameShape(values.shape, plan.shape) ? denseArray(values) : denseArray(expandTo(values, plan.shape));
  const { positions } = plan;
  const { round, slots } = target.dtype;
  const { data } = target;
  const size = plan.block * slots;
  for (let i = 0, k = 0; i < positions.length; i++) {
    let at = positions[i] * slots;
    if (accumulate) for (let j = 0; j < size; j++, at++) data[at] = round(data[at] + source[k++]);
    else for (let j = 0; j < size; j++) data[at++] = source[k++];
  }
}

function canExpand(from: Shape, to: Shape): boolean {
  return from.length <= to.length && from.every((s, i) => s === 1 || s === to[to.length - from.length + i]);
}
