import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type InputOf, type RequestName, requestNames } from "../../ipc/requests.ts";
import { CodedError } from "../../ipc/result.ts";
import { RunnerError } from "../../runner/protocol.ts";
import { answerRequest, type Handlers } from "./answer.ts";

const token = `file-${"0a".repeat(16)}`;

/** One message of each request that may come. */
const samples: { [K in RequestName]: InputOf<K> } = {
  start: null,
  run: {
    name: "a.py",
    kind: "python",
    token,
    cells: [{ index: 0, source: "import torch" }],
    continues: false,
    breakpoints: [{ by: "nan" }],
  },
  stop: null,
  pause: null,
  resume: { until: { by: "kind", kinds: ["bwd.enter"] } },
  breakpoints: [{ by: "op", op: "mul" }],
  ask: { name: "find", request: { from: -1, dir: 1, match: { by: "line", file: "a.py", cell: null, line: 3 } } },
  examples: null,
  recent: null,
  openExample: "line-fit",
  openDialog: null,
  openToken: token,
  dropped: { path: "/home/someone/a.py" },
  save: { token, name: "a.py", kind: "python", text: "x = 1", ask: false },
  saveExport: { name: "graph.svg", bytes: new Uint8Array([1, 2, 3]) },
  snapshot: { cursor: -1, view: { grain: "node", collapsed: { scene: ["a"] } } },
  declarations: null,
  noteDocument: {
    name: "a.py",
    kind: "python",
    token: null,
    dirty: true,
    unsaved: [{ kind: "code", source: "x" }],
  },
  noteCommands: { enabled: ["file.open"] },
  scaleInterface: { factor: 1.1 },
  askUnsaved: { name: "a.py" },
  close: null,
};

/** Handlers that count instead of doing anything. */
function counting(): { handlers: Handlers; calls: () => number } {
  let calls = 0;
  const count = () => {
    calls += 1;
    return null;
  };
  return { handlers: Object.fromEntries(requestNames.map((name) => [name, count])) as never, calls: () => calls };
}

type Path = (string | number)[];

/** Paths of all values in a message, the message itself first; not into `view`, where anything plain may stand. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || path.at(-1) === "view")
    return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsIn(member, [...path, key]))];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((at, key) => (at as Record<string, unknown>)[key], value);
}

function replaced(value: unknown, path: Path, next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, next);
  return copy;
}

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** What no channel takes at any place. */
const poison = fc.oneof(
  fc.constantFrom<() => unknown>(
    () => Number.NaN,
    () => Number.NEGATIVE_INFINITY,
    () => undefined,
    () => 10n,
    () => () => "called",
    () => Symbol("s"),
    () => new Date(0),
    () => new Map([[1, 2]]),
    () => new Set([1]),
    () => /x/,
    () => new Error("e"),
    () => new Float32Array(2),
    () => new ArrayBuffer(2),
    () => nested(40),
    () => JSON.parse('{"__proto__": {"isAdmin": true}}'),
    () => ({ constructor: { prototype: {} } }),
    () => ({ an: { unexpected: ["object"] } }),
    () => -(2 ** 60),
    () => ({ toString: "x" }),
    () => ({
      get name() {
        throw new Error("it must not be read");
      },
    }),
  ),
  fc.integer({ min: 1, max: 40 }).map((depth) => () => ({ unexpected: nested(depth) })),
  fc.double({ noInteger: true }).map((x) => () => ({ x })),
);

const addedKey = fc.constantFrom("__proto__", "constructor", "prototype", "extra", "kind2", "0", "then", "toJSON");

/** A message made wrong at one place: another value, a member too many, a member too few, or the wrong number of arguments. */
function mutated(sample: unknown): fc.Arbitrary<unknown[]> {
  const paths = pathsIn(sample);
  const objects = paths.filter((path) => {
    const value = valueAt(sample, path);
    return typeof value === "object" && value !== null && !(value instanceof Uint8Array) && path.at(-1) !== "view";
  });
  const kinds: fc.Arbitrary<unknown[]>[] = [
    fc
      .tuple(fc.constantFrom(...paths.filter((path) => path.at(-1) !== "view")), poison)
      .map(([path, make]) => [replaced(sample, path, make())]),
    fc.constantFrom<unknown[]>([], [sample, sample], [sample, null], [[sample]], [undefined]),
  ];
  if (objects.length > 0) {
    kinds.push(
      fc.tuple(fc.constantFrom(...objects), addedKey).map(([path, key]) => {
        const copy = structuredClone(valueAt(sample, path)) as object;
        const name = Array.isArray(copy) ? "extra" : key;
        Object.defineProperty(copy, name, { value: 1, enumerable: true, configurable: true, writable: true });
        return [replaced(sample, path, copy)];
      }),
    );
  }
  const members = objects.filter((path) => !Array.isArray(valueAt(sample, path)) && !path.includes("view"));
  if (members.length > 0) {
    kinds.push(
      fc.tuple(fc.constantFrom(...members), fc.nat()).map(([path, at]) => {
        const entries = Object.entries(valueAt(sample, path) as object);
        entries.splice(at % entries.length, 1);
        return [replaced(sample, path, Object.fromEntries(entries))];
      }),
    );
  }
  return fc.oneof(...kinds);
}

describe.each(requestNames)("%s", (name) => {
  test("takes what it should", async () => {
    const { handlers, calls } = counting();
    expect(await answerRequest(name, [samples[name]], handlers)).toEqual({ ok: true, value: null });
    expect(calls()).toBe(1);
  });

  test("1,000 mutations are refused without reaching the handler", async () => {
    const { handlers, calls } = counting();
    await fc.assert(
      fc.asyncProperty(mutated(samples[name]), async (args) => {
        const result = await answerRequest(name, args, handlers);
        expect(result).toMatchObject({ ok: false, code: "bad-message" });
      }),
      { numRuns: 1000 },
    );
    expect(calls()).toBe(0);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });
});

describe("what a handler throws becomes a coded answer", () => {
  const answerOf = (error: unknown) =>
    answerRequest("stop", [null], {
      ...counting().handlers,
      stop: () => {
        throw error;
      },
    });
  test.each([
    [new CodedError("not-found", "It is gone."), { ok: false, code: "not-found", message: "It is gone." }],
    [new RunnerError("busy", "One runs."), { ok: false, code: "busy", message: "One runs." }],
    [Object.assign(new Error("odd"), { code: "toString" }), { ok: false, code: "internal", message: "odd" }],
    [new TypeError("a fault"), { ok: false, code: "internal", message: "a fault" }],
    ["text", { ok: false, code: "internal", message: "text" }],
  ])("%s", async (error, answer) => {
    expect(await answerOf(error)).toEqual(answer);
  });
});
