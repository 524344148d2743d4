import { expect, it } from "vitest";
import { float32, float64 } from "../dtype.ts";
import { createRuntime } from "../engine.ts";
import { adamUpdate } from "./adam.ts";
import { sgdUpdate } from "./sgd.ts";

const rt = createRuntime();

it("SGD keeps a momentum buffer and skips parameters without gradient", () => {
  const a = rt.from([1], [1], float64);
  const b = rt.from([1], [1], float64);
  const options = { lr: 0.1, momentum: 0.9, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };
  let buffers: ReturnType<typeof sgdUpdate> = [null, null];
  for (let step = 0; step < 3; step++) {
    a.grad = rt.from([2], [1], float64);
    const made = sgdUpdate([a, b], buffers, options);
    buffers = buffers.map((old, i) => old ?? made[i]);
  }
  // v: 2, 3.8, 5.42; a = 1 − 0.1 · (2 + 3.8 + 5.42)
  expect(a.item()).toBeCloseTo(-0.122, 12);
  expect(b.item()).toBe(1);
  expect(buffers[1]).toBeNull();
  expect(a.version).toBe(3);
});

it("Adam's first step has the length of the learning rate", () => {
  const p = rt.from([3, -2], [2], float32);
  p.grad = rt.from([10, -0.001], [2], float32);
  const zeros = () => rt.full([2], 0, float32);
  const state = { step: rt.scalar(0, float32), mean: zeros(), square: zeros(), largest: null };
  adamUpdate([p], [state], {
    lr: 0.1,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
    decoupled: false,
    maximize: false,
  });
  expect(p.toArray()[0]).toBeCloseTo(2.9, 6);
  expect(p.toArray()[1]).toBeCloseTo(-1.9, 5);
  expect(state.step.item()).toBe(1);
  expect(state.mean.toArray()[0]).toBeCloseTo(1, 6);
});

it("writes into the memory that views share", () => {
  const base = rt.from([1, 2, 3, 4], [2, 2], float64);
  const column = base.alias([2], [2], 1);
  column.grad = rt.from([1, 1], [2], float64);
  sgdUpdate([column], [], { lr: 1, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false });
  expect(base.toArray()).toEqual([1, 1, 3, 3]);
});
