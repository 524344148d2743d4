import { describe, expect, it } from "vitest";
import { complex64, float32, float64, int32, int64 } from "../dtype.ts";
import { createRuntime } from "../engine.ts";
import { mul_ } from "../ops/arithmetic.ts";
import { SILENT } from "../ops/gradcheck.fixture.ts";
import { transpose } from "../ops/views.ts";
import { reinterpret } from "./bytes.ts";

/** Numbers and errors are PyTorch 2.6.0's. */
describe("the bytes of a tensor read as another dtype", () => {
  it("share their memory and count changes together", () => {
    const rt = createRuntime();
    const x = rt.from([1, 2, -3], [3], float32);
    const bits = reinterpret(x, int32);
    expect(bits.toArray()).toEqual([1065353216, 1073741824, -1069547520]);
    mul_(bits, 0);
    expect(x.toArray()).toEqual([0, 0, 0]);
    expect(x.version).toBe(1);
    expect(bits.storage.address).toBe(x.storage.address);
    expect(reinterpret(bits, float32).storage).toBe(x.storage);
  });

  it("announce a change for every reading", () => {
    const rt = createRuntime();
    const x = rt.from([1, 2], [2], float32);
    const pair = reinterpret(x, complex64);
    const changed: number[] = [];
    rt.observer = { ...SILENT, storageWillChange: (id) => changed.push(id) };
    mul_(pair, 2);
    expect(changed).toEqual([x.storage.id, pair.storage.id]);
    expect(x.toArray()).toEqual([2, 4]);
  });

  it("have elements of another size along the last dimension", () => {
    const rt = createRuntime();
    const wide = reinterpret(rt.empty([2, 4], float32), float64);
    expect([wide.shape, wide.strides]).toEqual([
      [2, 2],
      [2, 1],
    ]);
    const narrow = reinterpret(rt.empty([2, 4], int64), int32);
    expect([narrow.shape, narrow.strides]).toEqual([
      [2, 8],
      [8, 1],
    ]);
    expect(() => reinterpret(transpose(rt.empty([2, 4], float32), 0, 1), float64)).toThrow(
      "self.stride(-1) must be 1 to view Float as Double (different element sizes), but got 4",
    );
  });
});
