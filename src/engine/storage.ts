import type { Data, DType } from "./dtype.ts";

/** Memory that tensors are views of. Freed by the garbage collector. */
export class Storage {
  readonly id: number;
  readonly dtype: DType;
  data: Data;
  /** The storages over the same memory, this one among them, where it is read as several kinds of numbers. */
  readings: Storage[] | null = null;
  /** On the "meta" device: how many elements there would be. Null for real memory. */
  readonly elements: number | null;
  constructor(id: number, dtype: DType, data: Data, elements: number | null = null) {
    this.id = id;
    this.dtype = dtype;
    this.data = data;
    this.elements = elements;
  }
  /** Stands for the place in memory: the same for all readings. */
  get address(): number {
    return (this.readings?.[0] ?? this).id * 4096;
  }
  /** Size as PyTorch counts it. */
  get bytes(): number {
    return (this.elements ?? this.data.length / this.dtype.slots) * this.dtype.itemsize;
  }
}

/** Counts in-place changes; shared by a tensor, its views and its detached aliases. */
export class VersionCounter {
  value = 0;
}
