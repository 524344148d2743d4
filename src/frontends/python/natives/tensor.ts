import { type DType, isDifferentiable } from "../../../engine/dtype.ts";
import { notImplemented, runtimeError, TorchError } from "../../../engine/errors.ts";
import { formatTensor } from "../../../engine/format/tensor-text.ts";
import { dense } from "../../../engine/kernels/dense.ts";
import { isInFormat, type MemoryFormat, suggestedFormat } from "../../../engine/memory-format.ts";
import { isMeta } from "../../../engine/meta.ts";
import type { DTypeArg } from "../../../engine/schema/arguments.ts";
import { contiguousStrides, numelOf } from "../../../engine/shape.ts";
import { VersionCounter } from "../../../engine/storage.ts";
import type { Tensor } from "../../../engine/tensor.ts";
import { BatchedTensor, NoValues } from "../../../engine/transforms/batched-tensor.ts";
import { elementForPython } from "../codec.ts";
import type { Native } from "./table.ts";

/** Facts about tensors, conversion from and to Python values, and printing. */
export const TENSOR_NATIVES: Readonly<Record<string, Native>> = {
  shape: (_c, t: Tensor) => t.shape.join(","),
  stride: (_c, t: Tensor) => t.strides.join(","),
  storage_offset: (_c, t: Tensor) => t.offset,
  dtype: (_c, t: Tensor) => t.dtype.name,
  ndim: (_c, t: Tensor) => t.ndim,
  numel: (_c, t: Tensor) => t.numel,
  is_meta: (_c, t: Tensor) => isMeta(t),
  suggested_format: (_c, t: Tensor) => suggestedFormat(t),
  is_contiguous: (_c, t: Tensor, format: MemoryFormat | null) => isInFormat(t, format ?? "contiguous_format"),
  version: (_c, t: Tensor) => t.version,
  data_ptr: (_c, t: Tensor) => {
    if (t instanceof BatchedTensor) throw new NoValues();
    return t.storage.address + t.offset * t.dtype.itemsize;
  },
  storage_address: (_c, t: Tensor) => {
    if (t instanceof BatchedTensor) throw notImplemented("Cannot access storage of BatchedTensorImpl");
    return t.storage.address;
  },
  is_inference: (_c, t: Tensor) => t.isInference,
  set_parameter: (_c, t: Tensor, flag: boolean) => {
    t.isParameter = flag;
    return null;
  },
  is_parameter: (_c, t: Tensor) => t.isParameter,
  is_view: (_c, t: Tensor) => t.view !== null,
  base: (_c, t: Tensor) => t.view?.base ?? null,

  /** The number of a one-element tensor. */
  item: (_c, t: Tensor) => elementForPython(t.item(), t.dtype),
  truth: (_c, t: Tensor) => t.truth(),
  /** Imaginary part of a one-element complex tensor. */
  item_imag: (_c, t: Tensor) => t.data[2 * t.offset + 1],

  /** Writes the values row-major as doubles at an address of the interpreter's memory. */
  to_heap: (c, t: Tensor, address: number) => {
    const { data, start } = dense(t);
    const n = t.numel * t.dtype.slots;
    new Float64Array(c.heap(), address, n).set(n === data.length ? data : data.subarray(start, start + n));
    return null;
  },
  /** A tensor from doubles at an address. */
  from_heap: (c, address: number, shape: number[], dtype: DTypeArg) => {
    const n = numelOf(shape) * dtype.dtype.slots;
    return fromDoubles(c.rt, new Float64Array(c.heap(), address, n), shape, dtype.dtype);
  },
  /** A tensor from a few values given one by one. */
  from_values: (c, values: unknown[], shape: number[], dtype: DTypeArg) =>
    fromDoubles(c.rt, values.map(numberOf), shape, dtype.dtype),
  /** Overwrites the values from doubles at an address, without counting a change (shared memory with numpy). */
  write_heap: (c, t: Tensor, address: number) => {
    const source = new Float64Array(c.heap(), address, t.numel * t.dtype.slots);
    t.willChange("write");
    const { round } = t.dtype;
    for (let i = 0; i < source.length; i++) t.data[t.offset * t.dtype.slots + i] = round(source[i]);
    return null;
  },

  /** str(tensor). `prefix` is "tensor(" or what replaces it; `indent` spaces before continued lines. */
  format: (c, t: Tensor, contents: string | null, kind: string) =>
    formatTensor(t, c.rt.printOptions, c.rt.defaultDtype, contents, kind),

  /** x.data = y: the tensor takes the other's memory; version and history stay its own. */
  set_data: (_c, t: Tensor, other: Tensor) => {
    if (t.dtype !== other.dtype && t.requiresGrad && !isDifferentiable(other.dtype))
      throw runtimeError("data set to a tensor that requires gradients must be floating point or complex dtype");
    t.announceChange("data");
    t.storage = other.storage;
    t.offset = other.offset;
    t.shape = other.shape;
    t.strides = other.strides;
    t.dtype = other.dtype;
    t.accumulator = null;
    return null;
  },
  /** x.data: same memory, own version counter, no history. */
  get_data: (_c, t: Tensor) => {
    if (t instanceof BatchedTensor) throw runtimeError("accessing `data` under vmap transform is not allowed");
    const out = t.alias();
    out.versions = new VersionCounter();
    return out;
  },
  resize: (c, t: Tensor, shape: number[]) => {
    const n = numelOf(shape);
    if (isMeta(t)) t.storage = c.rt.metaStorage(t.dtype, n);
    else if (n > t.data.length / t.dtype.slots) {
      const data = t.dtype.alloc(n);
      data.set(t.data);
      t.storage = c.rt.storage(t.dtype, data);
    }
    t.shape = shape;
    t.strides = contiguousStrides(shape);
    return t;
  },
  name: (c, t: Tensor, name: string) => {
    c.nameTensor(t, name);
    return null;
  },
  memory_format_check: (_c, t: Tensor) => t.contiguous,
};

const numberOf = (x: unknown): number =>
  typeof x === "number" ? x : typeof x === "boolean" ? (x ? 1 : 0) : (x as { value: number }).value;

function fromDoubles(rt: Tensor["rt"], values: ArrayLike<number>, shape: number[], dtype: DType): Tensor {
  if (dtype.kind === "int" && dtype.name === "uint8")
    for (let i = 0; i < values.length; i++)
      if (values[i] < -255 || values[i] > 255)
        throw new TorchError("RuntimeError", "value cannot be converted to type uint8_t without overflow");
  return rt.from(values, shape, dtype);
}
