import { describe, expect, it } from "vitest";
import { complex64, float32 } from "../dtype.ts";
import { createRuntime } from "../engine.ts";
import { conj, resolveConj } from "./complex-parts.ts";
import { arange, onesLike } from "./creation.ts";
import { pixelShuffle } from "./pixel-shuffle.ts";

const rt = createRuntime();
const z = rt.from([1, 2, 3, -1], [2], complex64);

describe("complex numbers", () => {
  it("are conjugated by conj and left alone by resolve_conj", () => {
    expect(conj(z).toArray()).toEqual([1, -2, 3, 1]);
    expect(resolveConj(z)).toBe(z);
  });

  it("are made with an imaginary part of 0", () => {
    const make = onesLike.def.signatures?.[0] as { call: (...args: unknown[]) => typeof z };
    expect(make.call(z, null).toArray()).toEqual([1, 0, 1, 0]);
    expect(arange(rt, 0, 2, 1, complex64).toArray()).toEqual([0, 0, 1, 0]);
  });
});

it("a result that its kernel reshaped last is no view", () => {
  const x = rt.empty([1, 4, 2, 2], float32);
  x.leafRequiresGrad = true;
  expect(pixelShuffle(x, 2).view).toBe(null);
});
