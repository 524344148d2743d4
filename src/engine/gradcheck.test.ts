import { describe, expect, it } from "vitest";
import { createRuntime } from "./engine.ts";
import { checkGradients, inEveryLayout, LAYOUTS, makeLeaf, numbers } from "./gradcheck.fixture.ts";
import { op } from "./op.ts";
import { mul } from "./ops/arithmetic.ts";
import { exp } from "./ops/unary-core.ts";
import { transpose } from "./ops/views.ts";
import type { Tensor } from "./tensor.ts";

/** exp with a derivative that can be spoilt, to see that the check notices. */
const spoilt = (factor: number, second: number) => {
  const f = op({
    name: "spoilt",
    args: ["self"],
    node: "SpoiltBackward0",
    forward: (self: Tensor): Tensor => exp(self),
    keep: ([self]) => ({ self }),
    vjp: { self: (g, { self }): Tensor => mul(gradient(self), mul(g, factor)) },
    formula: { out: "e^{{self}}", vjp: { self: "{g}" } },
  });
  const gradient = op({
    name: "spoilt_backward",
    args: ["self"],
    node: "SpoiltBackwardBackward0",
    forward: (self: Tensor): Tensor => exp(self),
    keep: ([self]) => ({ self }),
    vjp: { self: (g, { self }): Tensor => mul(mul(g, exp(self)), second) },
    formula: { out: "e^{{self}}", vjp: { self: "{g}" } },
  });
  return f;
};

describe("the gradient check", () => {
  const rt = createRuntime();
  const inputs = () => LAYOUTS.map((layout, i) => makeLeaf(rt, [2, 3], layout, numbers(i + 1)));

  it("accepts right derivatives in every layout", () => {
    for (const x of inputs()) {
      checkGradients(rt, spoilt(1, 1), [x]);
      checkGradients(rt, (a) => mul(transpose(a, 0, 1), transpose(a, 0, 1)), [x]);
    }
  });

  it("notices a wrong derivative", () => {
    for (const x of inputs()) expect(() => checkGradients(rt, spoilt(1.01, 1), [x])).toThrow(/^gradient of input 0/);
  });

  it("notices a wrong second derivative", () => {
    for (const x of inputs()) {
      expect(() => checkGradients(rt, spoilt(1, 1.01), [x])).toThrow(/^second gradient of input 0/);
      checkGradients(rt, spoilt(1, 1.01), [x], { order: 1 });
    }
  });

  it("draws sizes that are equal where those given are, and leaves ones", () => {
    const layouts: string[] = [];
    inEveryLayout(
      [
        [2, 1, 3],
        [3, 2],
      ],
      false,
      ([[a, one, b], [c, d]], layout) => {
        expect([one, c, d]).toEqual([1, b, a]);
        layouts.push(layout);
      },
    );
    inEveryLayout([[2, 3]], true, (shapes) => expect(shapes).toEqual([[2, 3]]));
    expect(layouts).toEqual(LAYOUTS);
  });
});
