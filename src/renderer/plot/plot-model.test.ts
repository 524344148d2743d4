import { expect, test } from "vitest";
import { iterationsOf, labelStep } from "../timeline/iterations.ts";
import {
  canBeLog,
  currentPoint,
  elementIndex,
  elementText,
  heightOf,
  nearestPoint,
  pointAt,
  scaleOf,
} from "./plot-model.ts";

const points = [4, 10, 20].map((seq, scene) => ({ seq, scene, value: 10 ** -scene }));

test("the point at, near and of a scene", () => {
  expect([3, 4, 9, 10, 99].map((seq) => pointAt(points, seq))).toEqual([-1, 0, 0, 1, 2]);
  expect([0, 6, 8, 15, 16].map((seq) => nearestPoint(points, seq))).toEqual([0, 0, 1, 1, 2]);
  expect(nearestPoint([], 3)).toBe(-1);
  // In the forward pass of an iteration its own loss is still to come.
  expect(currentPoint(points, 1, 8)).toBe(1);
  expect(currentPoint(points, 1, 15)).toBe(1);
  expect(currentPoint(points, null, 15)).toBe(1);
  expect(currentPoint(points, 7, 2)).toBe(-1);
});

test("scales are linear or logarithmic, and logarithmic only for positive numbers", () => {
  expect(scaleOf(points, true)).toEqual({ low: 0.01, high: 1, log: true });
  expect(heightOf(0.1, { low: 0.01, high: 1, log: true })).toBeCloseTo(0.5);
  expect(heightOf(0.505, { low: 0.01, high: 1, log: false })).toBeCloseTo(0.5);
  const signed = [...points, { seq: 30, scene: 3, value: -1 }];
  expect(canBeLog(signed)).toBe(false);
  expect(scaleOf(signed, true)?.log).toBe(false);
  expect(scaleOf([{ seq: 0, scene: 0, value: Number.NaN }], false)).toBeNull();
  expect(scaleOf([{ seq: 0, scene: 0, value: 3 }], false)).toEqual({ low: 2, high: 4, log: false });
});

test("elements by their indices", () => {
  expect(elementIndex("[1, 0]", [2, 3])).toBe(3);
  expect(elementIndex("5", [2, 3])).toBe(5);
  expect(elementIndex("6", [2, 3])).toBeNull();
  expect(elementIndex("1, 3", [2, 3])).toBeNull();
  expect(elementIndex("", [])).toBe(0);
  expect(elementText(3, [2, 3])).toBe("[1, 0]");
  expect(elementText(0, [])).toBe("[]");
});

test("iterations are the graphs that repeat most", () => {
  const scene = (id: number, structure: string, title: string, firstSeq: number) => ({
    id,
    structure,
    title,
    firstSeq,
    lastSeq: firstSeq + 4,
    nodeCount: 3,
  });
  const scenes = [scene(0, "a", "graph 1", 0), scene(1, "b", "iteration 1", 5), scene(2, "b", "iteration 2", 10)];
  const summary = { scenes } as never;
  expect(iterationsOf(summary).map(({ number, first, last }) => [number, first, last])).toEqual([
    [1, 5, 9],
    [2, 10, 14],
  ]);
  expect([100, 20, 5, 1].map((spacing) => labelStep(spacing, 44))).toEqual([1, 5, 10, 50]);
});
