import { describe, expect, it } from "vitest";
import { firstShown } from "./console-room.ts";

const text = (length: number) => ({ text: "x".repeat(length) });
const figure = (length: number) => ({ text: "x".repeat(length), mime: "image/svg+xml" as const });

describe("the part of the output that is shown", () => {
  it("is its end, and the last entry however long it is", () => {
    expect(firstShown([])).toBe(0);
    expect(firstShown([text(10), text(20)])).toBe(0);
    expect(firstShown([text(50_000), text(50_000), text(20_000)])).toBe(1);
    expect(firstShown([text(10), text(90_000)])).toBe(1);
  });

  it("keeps the words before a large figure", () => {
    expect(firstShown([text(10), figure(2_000_000), text(10), figure(500_000)])).toBe(0);
    expect(firstShown([text(10), ...Array.from({ length: 70 }, () => figure(10))])).toBe(11);
  });
});
