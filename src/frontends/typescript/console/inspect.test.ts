import util from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createConsole } from "./console.ts";
import { formatMessage } from "./format-message.ts";
import { type InspectOptions, inspect } from "./inspect.ts";

const options: InspectOptions = {
  custom: (value) => (value instanceof Custom ? "custom(1,\n       2)" : null),
  stack: (error) => `${error.name}: ${error.message}`,
};
class Custom {
  [util.inspect.custom](): string {
    return "custom(1,\n       2)";
  }
}

const leaf = fc.oneof(
  fc.integer({ min: -1e6, max: 1e6 }),
  fc.double(),
  fc.string({ maxLength: 30 }),
  fc.constantFrom(null, undefined, true, -0, "it's", "a \"b\" 'c'", "a\nb\tc\u001b", "`${", 10n),
  fc.constantFrom(Symbol("s"), /re[/]g/gi, new Date(0), new Date(Number.NaN)),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    leaf,
    fc.array(tie("value"), { maxLength: 9 }),
    fc.array(fc.integer({ min: -999, max: 9999 }), { maxLength: 130 }),
    fc.array(fc.string({ maxLength: 12 }), { maxLength: 30 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom("a", "b", "two words", "k9", "_x"), fc.string({ maxLength: 6 })),
      tie("value"),
      {
        maxKeys: 6,
      },
    ),
    fc.array(tie("value"), { maxLength: 4 }).map((list) => new Set(list)),
    fc
      .array(fc.tuple(fc.oneof(fc.integer(), fc.string({ maxLength: 5 })), tie("value")), { maxLength: 4 })
      .map((list) => new Map(list)),
    tie("value").map((v) => new Custom() && [new Custom(), v]),
    fc.array(fc.double(), { maxLength: 12 }).map((list) => Float64Array.from(list)),
  ),
}));

describe("inspect writes as Node does", () => {
  it("random values", () => {
    fc.assert(
      fc.property(value, (v) => {
        expect(inspect(v, options)).toBe(util.inspect(v));
      }),
      { numRuns: 2000 },
    );
  });

  class Point {
    x = 1;
    y = [2];
    static z = 3;
  }
  class Point3 extends Point {
    get norm(): number {
      return 1;
    }
  }
  class Strange extends Array<number> {}
  const circular: Record<string, unknown> = { a: 1 };
  circular["self"] = { circular };
  // biome-ignore lint/suspicious/noSparseArray: holes are shown as such
  const holes = [1, , , 4];
  const keyed = Object.assign([1, 2], { extra: true });
  const symbolic = { [Symbol("k")]: 1, b: 2 };
  const accessors = {
    get a() {
      return 1;
    },
    set a(_x) {},
    set c(_x: number) {},
    get d() {
      throw new Error("not run");
    },
  };
  const cases: readonly unknown[] = [
    new Point(),
    new Point3(),
    [new Point(), { p: new Point() }],
    Point,
    Point3,
    class {},
    () => 1,
    function named() {},
    async () => {},
    function* g() {},
    Object.assign(() => 1, { a: 1 }),
    Object.create(null),
    Object.assign(Object.create(null) as object, { a: 1 }),
    circular,
    holes,
    keyed,
    symbolic,
    accessors,
    Strange.from([1, 2]),
    new Map([[{ a: 1 }, new Set([1])]]),
    new WeakMap(),
    new Number(3),
    new String("ab"),
    new Boolean(false),
    { a: { b: { c: { d: 1 } } } },
    [[[[1]]]],
    { a: [[[]]], b: [[{}]], c: { d: { e: {} } } },
    "x".repeat(200),
    ["x".repeat(200), `${"line one ".repeat(10)}\n${"line two ".repeat(10)}`],
    { long: "y".repeat(90), other: "z".repeat(90) },
    Array.from({ length: 200 }, (_, i) => i),
    Array.from({ length: 7 }, (_, i) => ({ i })),
    new Set(Array.from({ length: 20 }, (_, i) => i)),
    { "a-b": 1, "2x": 2, $c: 3 },
    new Float32Array([1.5, 2]),
    new Uint8Array(0),
    [undefined, null],
    [1.5, -0, Number.NaN, 10n],
    { f() {}, g: Math.sin },
  ];
  it.each(cases.map((c, i) => [i, c] as const))("case %i", (_i, c) => {
    expect(inspect(c, options)).toBe(util.inspect(c));
  });
});

describe("console", () => {
  const run = (body: (c: Console) => void): { out: string; err: string } => {
    const seen = { out: "", err: "" };
    body(
      createConsole((stream, text) => {
        seen[stream] += text;
      }, options) as unknown as Console,
    );
    return seen;
  };
  it.each([
    [["a", 1, "b"]],
    [["%s is %d years and %i, %f", "x", 42.5, 42.5, "1.5"]],
    [["%o %O %j %%", { a: 1 }, [1], { b: 2 }]],
    [["100%", 1]],
    [["%s", "a", "b", { c: 1 }]],
    [["%d", "abc"]],
    [["%s %s", "only one"]],
    [[{ a: "s" }, "s", ["s"]]],
    [[]],
    [["%c styled", "css"]],
  ])("formats %j", (values) => {
    const expected = util.format(...values).replace(/\[ 1, \[length\]: 1 \]/, "[ 1 ]");
    expect(formatMessage(values, options)).toBe(expected);
  });
  it("sends warnings and errors to the error stream, groups indent", () => {
    expect(
      run((c) => {
        c.log("one");
        c.group("g");
        c.log({ a: "x".repeat(70), b: "y".repeat(70) });
        c.warn("w");
        c.groupEnd();
        c.error("e");
        c.assert(true, "fine");
        c.assert(1 === (2 as number), "not %s", "equal");
        c.count();
        c.count();
      }),
    ).toEqual({
      out: `one\ng\n  {\n    a: '${"x".repeat(70)}',\n    b: '${"y".repeat(70)}'\n  }\ndefault: 1\ndefault: 2\n`,
      err: "  w\ne\nAssertion failed: not equal\n",
    });
  });
  it("draws tables", () => {
    const { out } = run((c) => c.table([{ a: 1, b: "x" }, { a: 2 }]));
    expect(out.split("\n").slice(1, 2)).toEqual(["│ (index) │ a │ b   │"]);
  });
});
