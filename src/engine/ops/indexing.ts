import { bool, int64 } from "../dtype.ts";
import { check, indexError, runtimeError, typeError, valueError } from "../errors.ts";
import { ELLIPSIS, type IndexItem, SliceArg } from "../index-item.ts";
import { castTensor, copyTensor } from "../kernels/copy.ts";
import { expandMasks, planIndex, putPlan, takePlan } from "../kernels/index.ts";
import { laidOutLike } from "../kernels/layout.ts";
import { inplace, op } from "../op.ts";
import { ComplexScalar, FloatScalar, isScalar, type Scalar, scalarValue } from "../scalar.ts";
import { type Shape, sameShape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { copy_ } from "./copies.ts";
import { fill_ } from "./fill.ts";
import { storable } from "./masking.ts";
import { select, slice } from "./slicing.ts";
import { expand, unsqueeze, view } from "./views.ts";

export type Indices = readonly (Tensor | null)[];

/** `self[indices]` with index tensors (null keeps a dimension whole): a copy. */
export const index = op({
  name: "index",
  args: ["self", "indices"],
  node: "IndexBackward0",
  forward: (self: Tensor, indices: Indices): Tensor => takePlan(self, planIndex(self, expandMasks(self, indices))),
  keep: ([self, indices]) => ({ self_sizes: self.shape, indices }),
  vjp: { self: (g, { self_sizes, indices }): Tensor => indexBackward(g, self_sizes, indices) },
  formula: {
    out: "{self}_{i}",
    vjp: { self: "\\mathrm{scatter\\text{-}add}_{i}({g})" },
    note: "an element picked several times gets the sum",
  },
});

/** Zeros of shape `size` with `grad` added at the indices: the derivative of index. */
export const indexBackward = op({
  name: "_index_put_impl",
  args: ["grad", "size", "indices"],
  node: "IndexPutBackward0",
  forward: (grad: Tensor, size: Shape, indices: Indices): Tensor => {
    const out = grad.rt.empty(size, grad.dtype);
    putPlan(out, planIndex(out, expandMasks(out, indices)), grad, true);
    return out;
  },
  keep: ([, , indices]) => ({ indices }),
  vjp: { grad: (g, { indices }): Tensor => index(g, indices) },
  formula: { out: "\\mathrm{scatter\\text{-}add}_{i}({grad})", vjp: { grad: "{g}_{i}" } },
});

/** One value under one mask is converted; everything else must have the right dtype already. */
const isOneMask = (indices: Indices): boolean => {
  const given = indices.filter((t): t is Tensor => t !== null);
  return given.length === 1 && isMask(given[0]);
};

export const indexPut = op({
  name: "index_put",
  args: ["self", "indices", "values", "accumulate"],
  node: "IndexPutBackward0",
  forward: (self: Tensor, indices: Indices, values: Tensor, accumulate: boolean = false): Tensor => {
    const fill = !accumulate && values.numel === 1 && isOneMask(indices);
    check(
      fill || self.dtype === values.dtype,
      () =>
        `Index put requires the source and destination dtypes match, got ${self.dtype.scalarName} for the destination and ${values.dtype.scalarName} for the source.`,
    );
    const out = copyTensor(self);
    const source = values.dtype === self.dtype ? values : castTensor(values, self.dtype);
    putPlan(out, planIndex(self, expandMasks(self, indices)), source, accumulate);
    return laidOutLike(out, self);
  },
  keep: ([, indices, values, accumulate]) => ({ indices, values_sizes: values.shape, accumulate: accumulate ?? false }),
  vjp: {
    self: (g, { indices, accumulate }): Tensor => (accumulate ? g : indexPut(g, indices, g.rt.full([], 0, g.dtype))),
    values: (g, { indices, values_sizes }): Tensor => g.rt.math.sumTo(index(g, indices), values_sizes),
  },
  formula: {
    out: "{self}_{i} \\leftarrow {values}",
    vjp: { self: "{g}\\ \\text{with}\\ {g}_{i} = 0", values: "{g}_{i}" },
  },
  places: ["torch", "Tensor"],
  signatures: ["index_put(Tensor input, TensorList indices, Tensor values, bool accumulate=False)"],
});
export const indexPut_ = inplace(indexPut);

/** The same tensor as a new view: what `x[...]` and `x[:]` give. */
export const alias = op({
  name: "alias",
  args: ["self"],
  node: "AliasBackward0",
  view: "single",
  forward: (self: Tensor): Tensor => self.alias(),
  vjp: { self: (g): Tensor => g },
  formula: { out: "{self}", vjp: { self: "{g}" } },
});

const INVALID = "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices";

/** Lists of numbers are index tensors; lists of bools masks. */
function listToTensor(self: Tensor, items: readonly IndexItem[]): Tensor {
  const shape: number[] = [];
  const flat: number[] = [];
  let mask = true;
  const visit = (x: IndexItem, depth: number): void => {
    if (Array.isArray(x)) {
      if (shape.length === depth) shape.push(x.length);
      else if (shape[depth] !== x.length)
        throw valueError(`expected sequence of length ${shape[depth]} at dim ${depth} (got ${x.length})`);
      for (const e of x) visit(e, depth + 1);
    } else if (typeof x === "boolean") flat.push(x ? 1 : 0);
    else if (typeof x === "number" || (x instanceof Tensor && x.numel === 1)) {
      mask = false;
      flat.push(typeof x === "number" ? x : x.item());
    } else throw indexError(`${INVALID} (got ${x === null ? "NoneType" : "object"})`);
  };
  visit(items as IndexItem[], 0);
  return self.rt.from(flat, shape, mask && flat.length > 0 ? bool : int64);
}

/** A bound of a slice. Error: not a whole number. */
function whole(x: number | Tensor | null): number | null {
  const n = x instanceof Tensor ? x.item() : x;
  if (n !== null && !Number.isInteger(n))
    throw typeError("slice indices must be integers or None or have an __index__ method");
  return n;
}

const isMask = (t: Tensor): boolean => t.dtype === bool || t.dtype.name === "uint8";

/** Dimensions that the items of an index consume. */
function consumed(items: readonly IndexItem[]): number {
  let n = 0;
  for (const item of items) {
    if (item === null || item === ELLIPSIS || typeof item === "boolean") continue;
    n += item instanceof Tensor && isMask(item) ? item.ndim : 1;
  }
  return n;
}

/** Applies the basic items as views; index tensors are left for `index`. */
function applyItems(self: Tensor, given: readonly IndexItem[]): { view: Tensor; indices: (Tensor | null)[] } {
  const items = given.map((x) => (Array.isArray(x) ? listToTensor(self, x) : x));
  const needed = consumed(items);
  if (self.ndim === 0 && items.length === 1 && typeof items[0] === "number") throw indexError(ZERO_DIM);
  if (needed > self.ndim) throw indexError(`too many indices for tensor of dimension ${self.ndim}`);
  let current = self;
  let dim = 0;
  const indices: (Tensor | null)[] = [];
  const put = (at: number, t: Tensor): void => {
    while (indices.length <= at) indices.push(null);
    indices[at] = t;
  };
  for (const [number, item] of items.entries()) {
    if (item === ELLIPSIS) dim += self.ndim - needed;
    else if (item === null) current = unsqueeze(current, dim++);
    else if (typeof item === "boolean") {
      current = unsqueeze(current, dim);
      put(dim++, self.rt.from([item ? 1 : 0], [1], bool));
    } else if (typeof item === "number") current = pick(current, dim, item, number);
    else if (item instanceof SliceArg) current = sliced(current, dim++, item, items.length === 1);
    else if (item instanceof Tensor) {
      if (item.ndim === 0 && item.dtype !== bool && item.dtype.kind === "int")
        current = pick(current, dim, item.item(), number);
      else if (item.ndim === 0 && item.dtype === bool) {
        current = unsqueeze(current, dim);
        put(dim++, item.alias([1], [1]));
      } else {
        if (!INDEX_TYPES.has(item.dtype.name))
          throw indexError("tensors used as indices must be long, int, byte or bool tensors");
        if (item.dtype.name === "uint8") self.rt.warn("UserWarning", BYTE_MASK);
        put(dim, item);
        // A mask stands for as many dimensions as it has; `index` expands it.
        dim += isMask(item) ? item.ndim : 1;
      }
    } else throw indexError(`${INVALID} (got ${kindName(item)})`);
  }
  return { view: current, indices };
}

/** dtypes that index: numbers and masks. */
const INDEX_TYPES: ReadonlySet<string> = new Set(["int64", "int32", "uint8", "bool"]);
const ZERO_DIM =
  "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number";
const BYTE_MASK =
  "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead. (Triggered internally at ../aten/src/ATen/native/IndexingUtils.h:28.)";

/** A slice with the exact bounds 0 and size is left out, unless it is the only item; `:` and what is clipped are recorded. */
function sliced(self: Tensor, dim: number, item: SliceArg, always: boolean): Tensor {
  const step = whole(item.step) ?? 1;
  if (step <= 0) throw valueError("step must be greater than zero");
  const size = self.shape[dim];
  const [start, stop] = [whole(item.start), whole(item.stop)];
  if (!always && step === 1 && (start ?? 0) === 0 && stop === size) return self;
  return slice(self, dim, start, stop, step);
}

function kindName(x: unknown): string {
  if (x instanceof FloatScalar || typeof x === "number") return "float";
  if (x instanceof ComplexScalar) return "complex";
  if (Array.isArray(x)) return (x as { pyType?: string }).pyType ?? "tuple";
  if (typeof x === "object" && x !== null && "typeName" in x) return String((x as { typeName: unknown }).typeName);
  return typeof x === "string" ? "str" : x === null ? "NoneType" : "object";
}

/** `number` is the place of the item in the index: errors name it as the dimension. */
function pick(self: Tensor, dim: number, i: number, number: number): Tensor {
  if (!Number.isInteger(i)) throw indexError(`${INVALID} (got float)`);
  const size = self.shape[dim];
  if (i < -size || i >= size) throw indexError(`index ${i} is out of bounds for dimension ${number} with size ${size}`);
  return select(self, dim, i);
}

/** Masks of several dimensions take one place in the list that `index` gets; drop the fillers that follow them. */
function compact(indices: readonly (Tensor | null)[]): (Tensor | null)[] {
  const out: (Tensor | null)[] = [];
  for (let i = 0; i < indices.length; i++) {
    const t = indices[i];
    out.push(t);
    const wide = t === null ? 1 : t.dtype === bool || t.dtype.name === "uint8" ? Math.max(t.ndim, 1) : 1;
    i += wide - 1;
  }
  return out;
}

/** Python's `x[items]`. */
export const getitem = op({
  name: "getitem",
  args: ["self", "items"],
  forward: (self: Tensor, items: readonly IndexItem[]): Tensor => {
    const { view: current, indices } = applyItems(self, items);
    if (indices.length === 0) return current === self ? alias(self) : current;
    return index(current, compact(indices));
  },
  places: ["_C"],
  signatures: ["getitem(Tensor input, object items)"],
});

/** Python's `x[items] = value`. */
export const setitem = op({
  name: "setitem",
  args: ["self", "items", "value"],
  forward: (self: Tensor, items: readonly IndexItem[], value: Tensor | Scalar | ComplexScalar): Tensor => {
    if (!(value instanceof Tensor) && !isScalar(value) && !(value instanceof ComplexScalar))
      throw typeError(`can't assign a ${kindName(value)} to a ${self.dtype.tensorType}`);
    // Here a slice that is the only item is left out like others.
    const whole = items.length === 1 && items[0] instanceof SliceArg ? [items[0], ELLIPSIS] : items;
    const { view: current, indices } = applyItems(self, whole);
    const source = value instanceof Tensor ? value : numberTensor(self, value);
    if (indices.length === 1 && indices[0]?.dtype.name === "uint8" && source.ndim === 0)
      throw runtimeError("masked_fill_ only supports boolean masks, but got mask with dtype unsigned char");
    if (indices.length === 0) copyTo(current, source);
    else {
      const shape = withoutLeadingOnes(source.shape);
      indexPut_(current, compact(indices), shape.length === source.ndim ? source : view(source, shape));
    }
    return self;
  },
  places: ["_C"],
  signatures: ["setitem(Tensor input, object items, object value)"],
});

/** A Python number as a 0-d tensor of the target's dtype. Error: it cannot be stored in it. */
function numberTensor(self: Tensor, value: Scalar | ComplexScalar): Tensor {
  if (!(value instanceof ComplexScalar)) return self.rt.scalar(storable(scalarValue(value), self.dtype), self.dtype);
  if (self.dtype.slots === 1)
    throw runtimeError(
      `value cannot be converted to type ${self.dtype === int64 ? "int64_t" : self.dtype.cppName} without overflow`,
    );
  return self.rt.from([value.re, value.im], [], self.dtype);
}

/** Writes a value into a view: a single number fills it, others are broadcast (leading dimensions of size 1 do not count). */
function copyTo(target: Tensor, source: Tensor): void {
  if (sameShape(source.shape, target.shape)) copy_(target, source);
  else if (source.ndim === 0) fill_(target, source);
  else {
    const trimmed = view(source, withoutLeadingOnes(source.shape));
    copy_(target, sameShape(trimmed.shape, target.shape) ? trimmed : expand(trimmed, target.shape));
  }
}

function withoutLeadingOnes(shape: Shape): Shape {
  let drop = 0;
  while (drop < shape.length && shape[drop] === 1) drop++;
  return shape.slice(drop);
}
