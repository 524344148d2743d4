import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { everyAnswer } from "./every-question.fixture.ts";
import { programs, training } from "./programs.fixture.ts";
import { record } from "./run.fixture.ts";
import { type ColumnArray, type ColumnType, packColumn, unpackColumn } from "./snapshot/column.ts";
import { migrate } from "./snapshot/migrations.ts";
import { COLUMN_NAMES, COLUMNS, type ColumnName } from "./snapshot/schema.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import type { Snapshot } from "./snapshot-format.ts";
import type { Trace } from "./trace.ts";
import { TraceError } from "./trace-error.ts";

function snapshotOf(trace: Trace, more: Partial<Snapshot> = {}): Snapshot {
  return {
    source: { name: "net.py", kind: "python", cells: [{ index: 0, source: "print('Grüße, мир, 🎉')\n" }] },
    trace,
    cursor: trace.eventCount - 1,
    view: { collapsed: ["m:0"], zoom: 1.5 },
    versions: { app: "1.2.3", engine: "4.5.6" },
    ...more,
  };
}
const bytesOf = (trace: Trace): Uint8Array => writeSnapshot(snapshotOf(trace));
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const fileOf = (trace: Trace) => JSON.parse(textOf(bytesOf(trace)));
const encode = (file: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(file));

/** Reads bytes and, if they are taken, asks everything. Only a `TraceError` may come of it. */
function tryAll(bytes: Uint8Array): "refused" | "taken" {
  let snapshot: Snapshot;
  try {
    snapshot = readSnapshot(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(TraceError);
    expect((error as TraceError).code).toBe("bad-snapshot");
    return "refused";
  }
  everyAnswer(snapshot.trace, 12);
  return "taken";
}

/** A file with other numbers in one column, with a right checksum. */
function withColumn(
  file: ReturnType<typeof fileOf>,
  name: ColumnName,
  change: (a: ColumnArray<ColumnType>) => ArrayLike<number>,
) {
  const old = unpackColumn(name, file.columns[name]);
  const values = (old.constructor as unknown as { from(x: ArrayLike<number>): typeof old }).from(change(old));
  const packed = packColumn(COLUMNS[name], values as never);
  const data = new TextDecoder().decode(packed.data);
  return { ...file, columns: { ...file.columns, [name]: { ...packed, data } } };
}

describe.each(Object.entries(programs))("a snapshot of %s", (_name, program) => {
  const { trace } = record(program);

  test("answers every question as the run did", () => {
    const back = readSnapshot(bytesOf(trace));
    expect(back.source).toEqual(snapshotOf(trace).source);
    expect(back.view).toEqual({ collapsed: ["m:0"], zoom: 1.5 });
    expect(back.versions).toEqual({ app: "1.2.3", engine: "4.5.6" });
    expect(back.cursor).toBe(trace.eventCount - 1);
    const [summary, ...rest] = everyAnswer(trace);
    const [summaryBack, ...restBack] = everyAnswer(back.trace);
    expect(summaryBack).toEqual({ ...(summary as object), valueBytes: expect.any(Number) });
    expect(restBack).toEqual(rest);
  });

  test("written again is the same file", () => {
    const bytes = bytesOf(trace);
    const again = writeSnapshot(readSnapshot(bytes));
    expect(textOf(again)).toBe(textOf(bytes));
  });
});

test("an empty run can be kept", () => {
  const { trace } = record(() => {});
  expect(readSnapshot(bytesOf(trace)).trace.eventCount).toBe(0);
});

test("values past the budget stay statistics, also through the file", () => {
  const { trace } = record(
    (p) => {
      let x = p.tensor(
        "x",
        Array.from({ length: 256 }, (_, i) => i / 256),
        [256],
        true,
      );
      for (let i = 0; i < 20; i++) x = x.rt.math.add(x, x);
      expect(x.numel).toBe(256);
    },
    { valueBudget: 4096 },
  );
  expect(trace.values.digests.size).toBeGreaterThan(0);
  const back = readSnapshot(bytesOf(trace)).trace;
  expect(everyAnswer(back)).toEqual(
    everyAnswer(trace).map((a, i) => (i === 0 ? { ...(a as object), valueBytes: back.valueBytes } : a)),
  );
});

test("the file is one readable ASCII text with the columns last", () => {
  const bytes = bytesOf(record(programs.fanOut).trace);
  expect(bytes.every((b) => b < 127)).toBe(true);
  const lines = textOf(bytes).split("\n");
  expect(lines[1]).toBe('  "format": "backstep-snapshot",');
  expect(lines[2]).toBe('  "version": 3,');
  expect(Object.keys(JSON.parse(lines.join("\n"))).at(-1)).toBe("columns");
});

describe("refuses with one sentence", () => {
  const good = fileOf(record(programs.fanOut).trace);
  test.each([
    ["nothing", new Uint8Array(0), /not a Backstep snapshot/],
    ["another file", new TextEncoder().encode("%PDF-1.7"), /not a Backstep snapshot/],
    ["other JSON", encode({ hello: "world" }), /not a Backstep snapshot/],
    ["an array", encode([1, 2]), /not a Backstep snapshot/],
    ["a newer format", encode({ ...good, version: 99 }), /newer Backstep \(format 99; this one reads up to 3\)/],
    ["a missing field", encode({ ...good, texts: undefined }), /texts/],
    ["a cursor behind the end", encode({ ...good, cursor: 10_000 }), /cursor is behind the last event/],
    ["an unknown kind", encode({ ...good, source: { ...good.source, kind: "ruby" } }), /source\.kind/],
    ["a summary of another run", encode({ ...good, summary: { ...good.summary, events: 3 } }), /summary does not fit/],
  ])("%s", (_what, bytes, message) => {
    expect(() => readSnapshot(bytes)).toThrow(message);
    expect(tryAll(bytes)).toBe("refused");
  });

  test("a column that says to be huge, before it is inflated", () => {
    const column = { ...good.columns["values.arena"], length: 2 ** 40 };
    expect(() => readSnapshot(encode({ ...good, columns: { ...good.columns, "values.arena": column } }))).toThrow(
      /would take \d+ MB/,
    );
  });

  test("a column that inflates to more than it says", () => {
    const bomb = packColumn("float64", new Float64Array(4_000_000));
    const column = { ...bomb, length: 2, data: textOf(bomb.data) };
    expect(() => readSnapshot(encode({ ...good, columns: { ...good.columns, "values.arena": column } }))).toThrow(
      /longer than it says/,
    );
  });

  test("a view without end", () => {
    const deep = `${'{"in":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    const text = JSON.stringify({ ...good, view: { deep: "HERE" } }).replace('"HERE"', deep);
    expect(() => readSnapshot(new TextEncoder().encode(text))).toThrow(/view is too large/);
  });
});

test("a file saved by an editor with byte order mark and other letters is read", () => {
  const file = { ...fileOf(record(programs.fanOut).trace), app: "приложение" };
  const bytes = new Uint8Array([0xef, 0xbb, 0xbf, ...encode(file)]);
  expect(readSnapshot(bytes).versions.app).toBe("приложение");
});

test("older files are brought up to date step by step", () => {
  const steps = { 1: (f: object) => ({ ...f, b: 1 }), 2: (f: object) => ({ ...f, c: 2 }) };
  expect(migrate({ a: 0 }, 1, steps, 3)).toEqual({ a: 0, b: 1, c: 2 });
  expect(() => migrate({}, 1, { 2: steps[2] }, 3)).toThrow(/no longer read/);
});

test("a file of version 2, which told names of modules, tells calls of them", () => {
  const { trace } = record((p) => {
    let x = p.tensor("x", [1, 2], [2], true);
    for (let i = 0; i < 4; i++) x = x.rt.math.add(x, x);
  });
  const file = fileOf(trace);
  const { "nodes.call": call, "calls.within": _w, "calls.kind": _k, "calls.name": _n, ...columns } = file.columns;
  const [net, linear] = ['["Net"]', '["Net","0: Linear"]'];
  const texts = [...file.texts, net, linear];
  const path = [null, linear, linear, net, linear].map((text) => (text === null ? -1 : texts.indexOf(text)));
  const packed = packColumn("int32", Int32Array.from(path));
  const modules = { ...packed, data: textOf(packed.data) };
  const old = { ...file, version: 2, texts, columns: { ...columns, "nodes.modules": modules } };
  const back = readSnapshot(encode(old)).trace;
  const calls = path.map((_, node) => back.nodes.call.get(node));
  expect(calls.map((at) => back.modulePath(at))).toEqual([
    [],
    ["Net", "0: Linear"],
    ["Net", "0: Linear"],
    ["Net"],
    ["Net", "0: Linear"],
  ]);
  expect(new Set(calls).size, "the module was called twice").toBe(4);
  expect(call.length).toBe(path.length);
  for (const broken of [{ ...modules, length: 2 ** 30 }, { ...modules, data: "!" }, undefined])
    expect(tryAll(encode({ ...old, columns: { ...columns, "nodes.modules": broken } }))).toBe("refused");
});

describe("whatever the bytes are", () => {
  const small = bytesOf(record((p) => training(p, 2)).trace);

  test("cut off anywhere", () => {
    for (let length = 0; length < small.length - 3; length += 1 + Math.floor(small.length / 400))
      expect(tryAll(small.subarray(0, length))).toBe("refused");
  });

  test("changed at random", () => {
    const change = fc.tuple(fc.nat(small.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = small.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        tryAll(bytes);
      }),
      { numRuns: 400 },
    );
  });

  test("numbers of one column changed, checksums right", () => {
    const files = [programs.training, programs.doubleBackward, programs.inplaceOnView].map((p) =>
      fileOf(record(p).trace),
    );
    const odd = fc.oneof(
      fc.integer({ min: -3, max: 40 }),
      fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 2 ** 20, 255, 1e9, 0.5, Number.NaN, Infinity),
    );
    let taken = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.constantFrom(...COLUMN_NAMES),
        fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: -1, max: 1 }),
        (file, name, changes, longer) => {
          const changed = withColumn(file, name, (a) => {
            const numbers = [...a];
            if (longer === 1) numbers.push(0);
            if (longer === -1) numbers.pop();
            for (const [at, x] of changes) if (numbers.length > 0) numbers[at % numbers.length] = x;
            return numbers;
          });
          if (tryAll(encode(changed)) === "taken") taken++;
        },
      ),
      { numRuns: 1500 },
    );
    expect(taken, "some changes are harmless").toBeGreaterThan(20);
  });

  test("fields replaced at random", () => {
    const file = fileOf(record(programs.training).trace);
    const keys = Object.keys(file).filter((key) => key !== "columns");
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
        tryAll(encode({ ...file, [key]: value }));
      }),
      { numRuns: 300 },
    );
  });
});
