import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stableOrder } from "./stable-order.ts";
import { identity, nthElement, partialSort, quickSelect, stdSort } from "./std-order.ts";

/** Few different values, so that ties are common. */
const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 90 });
const isPermutation = (v: Int32Array): boolean => [...v].sort((a, b) => a - b).every((x, i) => x === i);

describe("orders of element numbers", () => {
  it("stableOrder sorts, keeps equal elements in order and puts NaN last (first when descending)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN))),
        fc.boolean(),
        (x, down) => {
          const data = Float64Array.from(x);
          const order = [...stableOrder(data, x.length, down)];
          const rank = (i: number): number => (Number.isNaN(x[i]) ? Number.POSITIVE_INFINITY : x[i]);
          const expected = x
            .map((_, i) => i)
            .sort((a, b) => {
              const [p, q] = [rank(a), rank(b)];
              return p === q ? a - b : down ? (p > q ? -1 : 1) : p < q ? -1 : 1;
            });
          expect(order).toEqual(expected);
        },
      ),
    );
  });

  it("stdSort sorts", () => {
    fc.assert(
      fc.property(values, (x) => {
        const v = identity(x.length);
        stdSort(v, 0, x.length, (a, b) => x[a] < x[b]);
        expect(isPermutation(v)).toBe(true);
        expect([...v].map((i) => x[i])).toEqual([...x].sort((a, b) => a - b));
      }),
    );
  });

  it("nthElement, partialSort and quickSelect find the element of a rank", () => {
    fc.assert(
      fc.property(values, fc.nat(), (x, pick) => {
        const k = pick % x.length;
        const sorted = [...x].sort((a, b) => a - b);
        const less = (a: number, b: number): boolean => x[a] < x[b];
        const nth = identity(x.length);
        nthElement(nth, 0, k, x.length, less);
        expect(x[nth[k]]).toBe(sorted[k]);
        const part = identity(x.length);
        partialSort(part, 0, k + 1, x.length, less);
        expect([...part.subarray(0, k + 1)].map((i) => x[i])).toEqual(sorted.slice(0, k + 1));
        const quick = identity(x.length);
        quickSelect(quick, k, (a, b) => x[a] > x[b]);
        expect(x[quick[k]]).toBe(sorted[k]);
        expect(isPermutation(nth) && isPermutation(part) && isPermutation(quick)).toBe(true);
      }),
    );
  });
});
