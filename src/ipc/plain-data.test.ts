import fc from "fast-check";
import { expect, test } from "vitest";
import { plainDataProblem } from "./plain-data.ts";

const limits = { bytes: 10_000, depth: 4 };

test.each([
  ["null", null],
  ["text", "text"],
  ["a number", -0.5],
  ["a list of objects", [{ a: 1, b: [true, null] }]],
  ["bytes", { bytes: new Uint8Array(100) }],
  ["an object without prototype", Object.assign(Object.create(null), { a: 1 })],
])("%s may come", (_name, value) => {
  expect(plainDataProblem(value, limits)).toBeNull();
});

class Own {
  a = 1;
}
const withAccessor = {
  get a() {
    throw new Error("it must not be read");
  },
};
const cycle: Record<string, unknown> = {};
cycle["self"] = cycle;

test.each([
  ["undefined", undefined, /type undefined/],
  ["a function", () => 1, /type function/],
  ["a symbol", Symbol("s"), /type symbol/],
  ["a bigint", 1n, /type bigint/],
  ["NaN", { a: Number.NaN }, /not finite/],
  ["infinity", [Number.POSITIVE_INFINITY], /not finite/],
  ["a date", new Date(0), /not plain/],
  ["a map", new Map(), /not plain/],
  ["a class's object", new Own(), /not plain/],
  ["a buffer", new ArrayBuffer(8), /not plain/],
  ["other typed arrays", new Float64Array(1), /not plain/],
  ["an accessor", withAccessor, /accessor/],
  ["a key __proto__", JSON.parse('{"a": {"__proto__": {"polluted": 1}}}'), /__proto__/],
  ["a key constructor", { constructor: 1 }, /constructor/],
  ["a key prototype", { prototype: 1 }, /prototype/],
  ["a symbol as key", { [Symbol("s")]: 1 }, /symbol/],
  ["a list with holes", Object.assign([1], { 2: 2 }), /holes/],
  ["a list with a name", Object.assign([1], { name: 2 }), /named members/],
  ["a huge hole", Object.assign([], { length: 2 ** 32 - 1 }), /holes/],
  ["too deep", [[[[[1]]]]], /deeper/],
  ["a cycle", cycle, /deeper/],
  ["long text", "x".repeat(6000), /more than/],
  ["many bytes", new Uint8Array(20_000), /more than/],
  ["many members", Array.from({ length: 2000 }, () => 0), /more than/],
])("%s may not", (_name, value, problem) => {
  expect(plainDataProblem(value, limits)).toMatch(problem);
});

test("it never throws, whatever comes", () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  fc.assert(
    fc.property(anything, (value) => {
      const problem = plainDataProblem(value, limits);
      expect(problem === null || typeof problem === "string").toBe(true);
    }),
    { numRuns: 500 },
  );
});
