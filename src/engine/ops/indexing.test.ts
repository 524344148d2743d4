import { describe, expect, it } from "vitest";
import { bool, float32, int64 } from "../dtype.ts";
import { createRuntime } from "../engine.ts";
import { ELLIPSIS, type IndexItem, SliceArg } from "../index-item.ts";
import type { Tensor } from "../tensor.ts";
import { clone } from "./copies.ts";
import { getitem, setitem } from "./indexing.ts";

const rt = createRuntime();
const x = rt.from(
  Array.from({ length: 24 }, (_, i) => i),
  [2, 3, 4],
  float32,
);
const index = (values: number[], shape = [values.length]): Tensor => rt.from(values, shape, int64);
const mask = (values: number[], shape = [values.length]): Tensor => rt.from(values, shape, bool);
const slice = (start: number | null, stop: number | null, step: number | null = null): SliceArg =>
  new SliceArg(start, stop, step);

/** Index, shape of the result, its first values. */
const CASES: readonly (readonly [string, readonly IndexItem[], readonly number[], readonly number[]])[] = [
  ["x[1]", [1], [3, 4], [12, 13]],
  ["x[-1, 2]", [-1, 2], [4], [20, 21]],
  ["x[..., 0]", [ELLIPSIS, 0], [2, 3], [0, 4, 8, 12]],
  ["x[:, 1:, ::2]", [slice(null, null), slice(1, null), slice(null, null, 2)], [2, 2, 2], [4, 6, 8, 10]],
  ["x[None]", [null], [1, 2, 3, 4], [0, 1]],
  ["x[5:]", [slice(5, null)], [0, 3, 4], []],
  ["x[True]", [true], [1, 2, 3, 4], [0, 1]],
  ["x[[1, 0]]", [[1, 0]], [2, 3, 4], [12, 13]],
  ["x[index]", [index([1, 1, 0])], [3, 3, 4], [12, 13]],
  ["x[:, index]", [slice(null, null), index([2, 0])], [2, 2, 4], [8, 9, 10, 11, 0]],
  ["x[index, index]", [index([0, 1]), index([2, 0])], [2, 4], [8, 9, 10, 11, 12]],
  ["x[index, :, index]: apart, so first", [index([0, 1]), slice(null, null), index([1, 3])], [2, 3], [1, 5, 9, 15]],
  ["x[:, index, index]", [slice(null, null), index([0, 1]), index([1, 3])], [2, 2], [1, 7, 13, 19]],
  ["x[column, row]", [index([0, 1], [2, 1]), index([0, 2])], [2, 2, 4], [0, 1, 2, 3, 8]],
  ["x[mask]", [mask([1, 0])], [1, 3, 4], [0, 1]],
  ["x[mask of two dimensions]", [mask([1, 0, 0, 0, 0, 1], [2, 3])], [2, 4], [0, 1, 2, 3, 20]],
  ["x[-index]", [index([-1])], [1, 3, 4], [12]],
  ["x[0-d index]", [index([1], [])], [3, 4], [12]],
];

const ERRORS: readonly (readonly [readonly IndexItem[], string])[] = [
  [[2], "index 2 is out of bounds for dimension 0 with size 2"],
  [[slice(null, null), 0, -5], "index -5 is out of bounds for dimension 2 with size 4"],
  [[0, 0, 0, 0], "too many indices for tensor of dimension 3"],
  [[index([0, 3])], "index 3 is out of bounds for dimension 0 with size 2"],
  [
    [mask([1, 0, 1])],
    "The shape of the mask [3] at index 0 does not match the shape of the indexed tensor [2, 3, 4] at index 0",
  ],
  [
    [index([0, 1]), index([0, 1, 2])],
    "shape mismatch: indexing tensors could not be broadcast together with shapes [2], [3]",
  ],
  [[slice(null, null, -1)], "step must be greater than zero"],
];

describe("x[…]", () => {
  it.each(CASES)("%s", (_name, items, shape, first) => {
    const y = getitem(x, items);
    expect(y.shape).toEqual(shape);
    expect(y.toArray().slice(0, first.length)).toEqual(first);
  });

  it.each(ERRORS)("error %#", (items, message) => {
    expect(() => getitem(x, items)).toThrow(message);
  });

  it("basic indices are views, tensors of indices copy", () => {
    expect(getitem(x, [1, slice(0, 2)]).storage).toBe(x.storage);
    expect(getitem(x, [index([0])]).storage).not.toBe(x.storage);
  });
});

describe("x[…] = value", () => {
  it.each(CASES.filter(([, , shape]) => shape.length > 0))("%s", (_name, items) => {
    const y = clone(x);
    setitem(y, items, -1);
    const changed = y.toArray().filter((v) => v === -1).length;
    expect(changed).toBe(new Set(getitem(x, items).toArray()).size);
    expect(
      getitem(y, items)
        .toArray()
        .every((v) => v === -1),
    ).toBe(true);
  });

  it("broadcasts values and drops their leading dimensions of size 1", () => {
    const y = clone(x);
    setitem(y, [0], rt.from([1, 2, 3, 4], [1, 1, 1, 4], float32));
    expect(y.toArray().slice(0, 12)).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
  });

  it("a view that is written changes its base", () => {
    const y = clone(x);
    setitem(getitem(y, [1]), [0, 0], 99);
    expect(y.toArray()[12]).toBe(99);
  });

  it("refuses what does not fit", () => {
    const y = clone(x);
    expect(() => setitem(y, [0, 0], rt.full([3], 1, float32))).toThrow(
      "The expanded size of the tensor (4) must match the existing size (3) at non-singleton dimension 0.  Target sizes: [4].  Tensor sizes: [3]",
    );
    expect(() => setitem(y, [index([0])], rt.full([1], 1, int64))).toThrow(
      "Index put requires the source and destination dtypes match, got Float for the destination and Long for the source.",
    );
  });
});
