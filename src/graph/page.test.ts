import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { windowOf } from "./page.ts";

describe("steps around a cursor", () => {
  it("are in the range, at most so many, and with the cursor when it is in the range", () => {
    const step = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        step,
        fc.integer({ min: 1, max: 30 }),
        step,
        step,
        (events, at, most, a, b) => {
          const cursor = Math.min(at, events - 1);
          const range = { first: Math.min(a, b), last: Math.max(a, b) };
          const { first, count } = windowOf(events, cursor, most, range);
          const length = Math.max(0, Math.min(events - 1, range.last) - range.first + 1);
          expect(count).toBe(Math.min(most, length));
          if (count === 0) return;
          expect(first).toBeGreaterThanOrEqual(range.first);
          expect(first + count - 1).toBeLessThanOrEqual(Math.min(events - 1, range.last));
          const inside = cursor >= range.first && cursor <= range.last;
          if (inside) expect(cursor >= first && cursor < first + count).toBe(true);
        },
      ),
    );
  });

  it("are all of a run that is short enough", () => {
    expect(windowOf(10, 3, 1500)).toEqual({ first: 0, count: 10 });
  });
});
