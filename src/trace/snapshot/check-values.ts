import { numelOf, withoutRepeats } from "../statistics.ts";
import type { ValueStore } from "../value-store.ts";
import { expect } from "./check.ts";
import { LIMITS } from "./limits.ts";

const WHERE = "a value";

/** Every value lies inside the numbers it points at, and looking at all of them is bounded work. */
export function checkValues(store: ValueStore): void {
  const { columns, shapes, dtypes, arena } = store;
  const count = store.length;
  for (const column of Object.values(columns))
    expect(column.length === count, "values", "has columns of different length");
  let elements = 0;
  for (let id = 0; id < count; id++) {
    const shape = columns.shape.get(id);
    const strides = columns.strides.get(id);
    expect(
      shape >= 0 && shape < shapes.length && strides >= 0 && strides < shapes.length,
      WHERE,
      "has an unknown shape",
    );
    const type = columns.type.get(id);
    expect(type >= 0 && type >> 1 < dtypes.length, WHERE, "has an unknown dtype");
    expect(columns.seq.get(id) >= 0 && columns.storage.get(id) >= 0, WHERE, "was recorded at no event");
    const sizes = shapes.get(shape);
    expect(sizes.every((size) => size >= 0) && Number.isSafeInteger(numelOf(sizes)), WHERE, "has an impossible shape");
    const place = columns.buffer.get(id);
    expect(place >= -2 && place < store.buffers.length, WHERE, "lies nowhere");
    if (place === -2) continue;
    const start = columns.start.get(id);
    expect(Number.isSafeInteger(start) && start >= 0, WHERE, "starts nowhere");
    const slots = store.dtype(id).startsWith("complex") ? 2 : 1;
    if (place === -1) {
      const size = numelOf(sizes) * slots;
      expect(start + size <= arena.length, WHERE, "is cut off");
      elements += size;
    } else elements += checkView(store, id, slots);
    expect(elements <= LIMITS.elements, "values", "hold more numbers together than a snapshot may");
  }
}

/** A value that is a view of a buffer. Returns how many elements it has, those repeated by `expand` counted once. */
function checkView(store: ValueStore, id: number, slots: number): number {
  const numbers = store.strided(id);
  expect(numbers !== null, WHERE, "lies nowhere");
  const { shape, strides, data, offset } = numbers;
  expect(shape.length === strides.length, WHERE, "has another number of strides than dimensions");
  let low = offset;
  let high = offset;
  shape.forEach((size, d) => {
    if (strides[d] < 0) low += (size - 1) * strides[d];
    else high += (size - 1) * strides[d];
  });
  expect(low >= 0 && Number.isSafeInteger(high) && (high + 1) * slots <= data.length, WHERE, "is cut off");
  const elements = numelOf(withoutRepeats(numbers).part.shape);
  expect(elements <= LIMITS.overlap * data.length, WHERE, "overlaps itself too often");
  return elements;
}

/** Digests are of dropped values, one each. */
export function checkDigests(ids: Int32Array, buffers: Int32Array): Int32Array {
  const seen = new Uint8Array(buffers.length);
  for (const id of ids) {
    expect(
      id >= 0 && id < buffers.length && buffers[id] === -2 && seen[id] === 0,
      "digests",
      "are of no dropped value",
    );
    seen[id] = 1;
  }
  return ids;
}
