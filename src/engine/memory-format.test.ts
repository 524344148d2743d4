import { describe, expect, it } from "vitest";
import { float32 } from "./dtype.ts";
import { createRuntime } from "./engine.ts";
import { isChannelsLast, isInFormat } from "./memory-format.ts";
import { adaptiveAvgPool2d, avgPool2d } from "./ops/avg-pool.ts";
import { batchNorm } from "./ops/batch-norm.ts";
import { conv2d, convTranspose2d } from "./ops/conv-functions.ts";
import { clone, contiguous } from "./ops/copies.ts";
import { cat } from "./ops/joining.ts";
import { maxPool2d } from "./ops/max-pool.ts";
import { pad } from "./ops/padding.ts";
import { upsampleNearest2d } from "./ops/upsample.ts";
import type { Tensor } from "./tensor.ts";

const rt = createRuntime();
const values = (n: number): number[] => Array.from({ length: n }, (_, i) => (i * 7) % 11);
const x = rt.from(values(120), [2, 3, 4, 5], float32);
const last = contiguous(x, "channels_last");
const weight = rt.from(values(96), [8, 3, 2, 2], float32);

/** Strides that PyTorch 2.6.0 gives. */
describe("memory formats", () => {
  it("order a copy's dimensions in memory and keep its values", () => {
    expect(last.strides).toEqual([60, 1, 15, 3]);
    expect(last.toArray()).toEqual(x.toArray());
    expect(contiguous(last, "channels_last")).toBe(last);
    expect(clone(last).strides).toEqual([60, 1, 15, 3]);
    expect(clone(last, "contiguous_format").strides).toEqual([60, 20, 5, 1]);
    expect([isInFormat(last, "channels_last"), isInFormat(x, "channels_last")]).toEqual([true, false]);
  });

  it("are told by strides, but not where sizes of 1 leave them open", () => {
    const flat = rt.empty([2, 1, 3, 3], float32);
    expect([isChannelsLast(last), isChannelsLast(x), isChannelsLast(flat)]).toEqual([true, false, false]);
    expect(isInFormat(flat, "channels_last")).toBe(true);
  });

  it("are for tensors of four and five dimensions", () => {
    expect(() => contiguous(rt.empty([2, 3], float32), "channels_last")).toThrow(
      "required rank 4 tensor to use channels_last format",
    );
  });

  const followers: Readonly<Record<string, readonly [(t: Tensor) => Tensor, readonly number[]]>> = {
    conv2d: [(t) => conv2d(t, weight), [96, 1, 32, 8]],
    conv_transpose2d: [(t) => convTranspose2d(t, rt.from(values(24), [3, 2, 2, 2], float32)), [60, 1, 12, 2]],
    max_pool2d: [(t) => maxPool2d(t, 2), [12, 1, 6, 3]],
    avg_pool2d: [(t) => avgPool2d(t, 2), [12, 1, 6, 3]],
    adaptive_avg_pool2d: [(t) => adaptiveAvgPool2d(t, [2, 2]), [12, 1, 6, 3]],
    batch_norm: [(t) => batchNorm(t, null, null, null, null, true, 0.1, 1e-5), [60, 1, 15, 3]],
    upsample_nearest2d: [(t) => upsampleNearest2d(t, [8, 10], null), [240, 1, 30, 3]],
    "constant pad": [(t) => pad(t, [1, 1]), [84, 1, 21, 3]],
    cat: [(t) => cat([t, t], 1), [120, 1, 30, 6]],
  };
  for (const [name, [run, strides]] of Object.entries(followers))
    it(`${name} follows its input`, () => {
      expect(run(last).strides).toEqual(strides);
      expect(run(last).toArray()).toEqual(run(x).toArray());
      expect(run(x).contiguous).toBe(true);
    });
});
