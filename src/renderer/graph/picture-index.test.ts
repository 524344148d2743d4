import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Layout } from "../../graph/picture.ts";
import { PictureIndex } from "./picture-index.ts";

const layoutOf = (path: number[]): Layout => ({
  direction: "down",
  detail: "full",
  nodes: [],
  edges: [{ key: "e0", path, labelAt: { x: 0, y: 0, roomy: false } }],
  groups: [],
  bounds: { x: 0, y: 0, width: 1000, height: 1000 },
  work: 0,
});

/** A point of the path's Béziers, `t` from 0 to 1 along all of them. */
function pointOn(path: readonly number[], t: number): { x: number; y: number } {
  const count = (path.length - 2) / 6;
  const piece = Math.min(count - 1, Math.floor(t * count));
  const s = t * count - piece;
  const u = 1 - s;
  const [a, b, c, d] = [u * u * u, 3 * u * u * s, 3 * u * s * s, s * s * s];
  const at = (k: number): number => {
    const [p0, p1, p2, p3] = [0, 2, 4, 6].map((i) => path[6 * piece + i + k] as number);
    return a * (p0 as number) + b * (p1 as number) + c * (p2 as number) + d * (p3 as number);
  };
  return { x: at(0), y: at(1) };
}

describe("what is in sight", () => {
  it("has every edge with a point in the box", () => {
    const coordinate = fc.integer({ min: 0, max: 1000 });
    const paths = fc
      .integer({ min: 1, max: 4 })
      .chain((pieces) => fc.array(coordinate, { minLength: 6 * pieces + 2, maxLength: 6 * pieces + 2 }));
    fc.assert(
      fc.property(
        paths,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 30 }),
        (path, t, size) => {
          const { x, y } = pointOn(path, t);
          const box = { x: x - size / 2, y: y - size / 2, width: size, height: size };
          expect(new PictureIndex(layoutOf(path)).within(box).edges).toEqual([0]);
        },
      ),
    );
  });

  it("lacks an edge that goes around it", () => {
    const around = [0, 0, 300, 0, 700, 0, 1000, 0, 1000, 300, 1000, 700, 1000, 1000];
    const index = new PictureIndex(layoutOf(around));
    expect(index.within({ x: 200, y: 600, width: 200, height: 200 }).edges).toEqual([]);
    expect(index.within({ x: 900, y: 600, width: 200, height: 200 }).edges).toEqual([0]);
  });
});
