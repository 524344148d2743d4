import type { DType } from "../dtype.ts";
import { broadcastStrides, contiguousStrides, isContiguous, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { copyTensor } from "./copy.ts";

/**
 * The order of dimensions, outermost first, in which PyTorch's element-wise kernels walk their operands and lay out their result: by
 * falling strides of the first operand that tells two dimensions apart (a stride of 0 repeats and tells nothing), among equal
 * strides the longer one outside. Null when it is row-major.
 *
 * @param shape the result's
 * @param operands strides of the operands, broadcast to `shape`
 */
export function memoryOrder(shape: Shape, operands: readonly Shape[]): number[] | null {
  const n = shape.length;
  // TensorIterator::reorder_dimensions: an insertion sort from the innermost dimension outwards.
  const inner: number[] = [];
  for (let d = n - 1; d >= 0; d--) inner.push(d);
  for (let i = 1; i < n; i++)
    for (let at = i, j = i - 1; j >= 0; j--) {
      const order = compare(shape, operands, inner[j], inner[at]);
      if (order < 0) break;
      if (order > 0) {
        [inner[j], inner[at]] = [inner[at], inner[j]];
        at = j;
      }
    }
  return inner.every((d, i) => d === n - 1 - i) ? null : inner.reverse();
}

/** > 0 when dimension `a`, which stands inside of `b`, belongs outside of it; 0 when nothing tells. */
function compare(shape: Shape, operands: readonly Shape[], a: number, b: number): number {
  for (const strides of operands) {
    if (strides[a] === 0 || strides[b] === 0) continue;
    if (strides[a] !== strides[b]) return strides[a] - strides[b];
    if (shape[a] > shape[b]) return 1;
  }
  return 0;
}

/** Sizes (or strides) of dimensions that were put in another order. */
export const permuted = <T>(values: readonly T[], order: readonly number[]): T[] => order.map((d) => values[d]);

/** The order that undoes an order. */
export function inverseOrder(order: readonly number[]): number[] {
  const inverse = new Array<number>(order.length);
  for (const [place, d] of order.entries()) inverse[d] = place;
  return inverse;
}

/** The order of a tensor's own dimensions in memory; null when it is row-major. */
export const orderOf = (t: Tensor): number[] | null => (t.contiguous ? null : memoryOrder(t.shape, [t.strides]));

/** The tensor with its dimensions in another order; same memory. */
export function inOrder(t: Tensor, order: readonly number[] | null): Tensor {
  return order === null ? t : t.alias(permuted(t.shape, order), permuted(t.strides, order));
}

/** Undoes `inOrder`. */
export const outOfOrder = (t: Tensor, order: readonly number[]): Tensor => inOrder(t, inverseOrder(order));

/** Applies a kernel that goes through one operand in row-major order, in the operand's order in memory instead. */
export function inMemoryOrder(x: Tensor, kernel: (x: Tensor) => Tensor): Tensor {
  const order = orderOf(x);
  return order === null ? kernel(x) : outOfOrder(kernel(inOrder(x, order)), order);
}

/** A kernel's row-major result in another order of dimensions in memory. */
export const laidOut = (result: Tensor, order: readonly number[] | null): Tensor =>
  order === null ? result : outOfOrder(copyTensor(inOrder(result, order)), order);

/** A kernel's row-major result with another tensor's order of dimensions in memory. */
export const laidOutLike = (result: Tensor, like: Tensor): Tensor => laidOut(result, orderOf(like));

/** Do the elements take up their memory one next to the other, in whatever order of dimensions? */
export function isDense(t: Tensor): boolean {
  if (t.contiguous) return true;
  const order = orderOf(t);
  return order !== null && isContiguous(permuted(t.shape, order), permuted(t.strides, order));
}

/** The tensor itself when it is row-major, else a copy: for kernels whose result is always that. */
export const rowMajor = (t: Tensor): Tensor => (t.contiguous ? t : copyTensor(t));

/** The order in memory of operands broadcast to `shape`; null when it is row-major. */
export function jointOrder(operands: readonly Tensor[], shape: Shape): number[] | null {
  if (operands.every((t) => t.contiguous)) return null;
  return memoryOrder(
    shape,
    operands.map((t) => broadcastStrides(t.shape, t.strides, shape)),
  );
}

/** As `inOrder`, of a tensor broadcast to `shape`. */
export const broadcastInOrder = (t: Tensor, shape: Shape, order: readonly number[]): Tensor =>
  inOrder(t.alias(shape, broadcastStrides(t.shape, t.strides, shape)), order);

/** As `inMemoryOrder`, of a kernel that goes through several operands broadcast to `shape`. */
export function inJointOrder(
  operands: readonly Tensor[],
  shape: Shape,
  kernel: (operands: readonly Tensor[], shape: Shape) => Tensor,
): Tensor {
  const order = jointOrder(operands, shape);
  if (order === null) return kernel(operands, shape);
  const turned = operands.map((t) => broadcastInOrder(t, shape, order));
  return outOfOrder(kernel(turned, permuted(shape, order)), order);
}

/**
 * A new tensor with the other's shape and order of dimensions in memory, without gaps (PyTorch's preserve_format). Element k of its
 * data is the k-th that PyTorch's kernels visit.
 */
export function emptyLike(like: Tensor, dtype: DType = like.dtype): Tensor {
  const order = orderOf(like);
  if (order === null) return like.rt.empty(like.shape, dtype);
  const shape = permuted(like.shape, order);
  const made = like.rt.empty(shape, dtype);
  return outOfOrder(made.alias(shape, contiguousStrides(shape)), order);
}
