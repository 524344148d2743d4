import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseNotebook } from "../../runner/notebook.ts";
import { createExamples } from "./examples.ts";
import { createFileTokens } from "./file-tokens.ts";
import { keptJson } from "./kept-json.ts";
import { openableKind } from "./openable.ts";
import { decodeText, readCapped } from "./read-file.ts";
import { createRecentFiles, recentSchema } from "./recent-files.ts";
import { writeAtomic } from "./write-atomic.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backstep-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "nothing",
    (error) => error.code,
  );

describe("writing", () => {
  test("a new file, and one over another whose mode stays", async () => {
    await writeAtomic(at("new.py"), "one");
    expect(await readFile(at("new.py"), "utf8")).toBe("one");
    await chmod(at("new.py"), 0o640);
    await writeAtomic(at("new.py"), new Uint8Array([116, 119, 111]));
    expect(await readFile(at("new.py"), "utf8")).toBe("two");
    expect((await stat(at("new.py"))).mode & 0o777).toBe(0o640);
  });

  test("a link stays a link to the file that is written", async () => {
    await writeFile(at("real.py"), "old");
    await symlink(at("real.py"), at("link.py"));
    await writeAtomic(at("link.py"), "new");
    expect(await readFile(at("real.py"), "utf8")).toBe("new");
  });

  test("what fails leaves the old file and nothing beside it, and says why", async () => {
    await mkdir(at("place/taken.py"), { recursive: true });
    await expect(writeAtomic(at("place/taken.py"), "x")).rejects.toThrow(
      /^taken\.py was not written: a folder has this name\.$/,
    );
    expect(await readdir(at("place"))).toEqual(["taken.py"]);
    await expect(writeAtomic(at("nowhere/a.py"), "x")).rejects.toThrow(/its folder is gone/);
    expect(await codeOf(writeAtomic(at("nowhere/a.py"), "x"))).toBe("not-written");
  });
});

describe("reading", () => {
  test("what is there, up to its limit", async () => {
    await writeFile(at("a.py"), "x = 1\n");
    expect(decodeText(await readCapped(at("a.py"), 6), "a.py")).toBe("x = 1\n");
    expect(await codeOf(readCapped(at("a.py"), 5))).toBe("too-big");
  });

  test("nothing else", async () => {
    expect(await codeOf(readCapped(at("missing.py"), 10))).toBe("not-found");
    await mkdir(at("folder.py"));
    expect(await codeOf(readCapped(at("folder.py"), 10_000_000))).toBe("bad-file");
    if (process.platform === "linux") expect(await codeOf(readCapped("/dev/zero", 10))).toBe("bad-file");
    expect(() => decodeText(new Uint8Array([0xff, 0xfe, 0]), "a.py")).toThrow("a.py is not text in UTF-8.");
  });

  test("a byte order mark is no part of the text", () => {
    expect(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 0x78]), "a.py")).toBe("x");
  });
});

test("tokens name files that were chosen, and no others", () => {
  const tokens = createFileTokens();
  const token = tokens.give("/a/b.py");
  expect(token).toMatch(/^file-[0-9a-f]{32}$/);
  expect(tokens.give("/a/b.py")).toBe(token);
  expect(tokens.path(token)).toBe("/a/b.py");
  expect(tokens.give("/a/c.py")).not.toBe(token);
  expect(() => tokens.path(`file-${"0".repeat(32)}`)).toThrow(/open it again/);
  expect(() => tokens.path("/a/b.py")).toThrow();
});

describe("small files of the app's own", () => {
  const problems: string[] = [];
  const kept = (name: string) => keptJson(at(name), v.array(v.number()), (problem) => problems.push(problem));

  test("come back, the last of many writes", async () => {
    const file = kept("numbers.json");
    expect(file.read()).toBeNull();
    const writes = [1, 2, 3, 4].map((n) => file.write([n]));
    await Promise.all(writes);
    expect(file.read()).toEqual([4]);
    await file.write(null);
    expect(file.read()).toBeNull();
  });

  test("are nothing when they are damaged, and failing to write them is only told", async () => {
    await writeFile(at("broken.json"), "[1, 2");
    expect(kept("broken.json").read()).toBeNull();
    await writeFile(at("broken.json"), '["one"]');
    expect(kept("broken.json").read()).toBeNull();
    await kept("nowhere/x.json").write([1]);
    expect(problems.join()).toMatch(/its folder is gone/);
  });
});

test("recent files: newest first, each once, ten of them, kept", async () => {
  const kept = keptJson(at("recent.json"), recentSchema, () => {});
  let changes = 0;
  const recent = createRecentFiles(kept, createFileTokens(), () => changes++);
  for (let i = 0; i < 12; i++) recent.add(`/f/${i}.py`);
  recent.add("/f/5.py");
  recent.add("/f/5.py");
  expect(recent.list().map(({ name }) => name)).toEqual([5, 11, 10, 9, 8, 7, 6, 4, 3, 2].map((n) => `${n}.py`));
  expect(changes).toBe(13);
  recent.remove("/f/11.py");
  expect(recent.list()).toHaveLength(9);
  await kept.write(kept.read());
});

describe("bundled examples", () => {
  const examples = createExamples(join(import.meta.dirname, "../../../resources/examples"));
  test("every entry has its file, and the other way round", async () => {
    const list = await examples.list();
    expect(list.length).toBeGreaterThanOrEqual(8);
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
    const paths = await Promise.all(list.map(({ id }) => examples.path(id)));
    const there = await readdir(join(import.meta.dirname, "../../../resources/examples"));
    expect(paths.map((path) => path.split(/[/\\]/).pop()).sort()).toEqual(
      there.filter((name) => name !== "examples.json").sort(),
    );
    for (const path of paths) {
      const text = decodeText(await readCapped(path, openableKind(path)?.most ?? 0), path);
      if (path.endsWith(".ipynb")) expect(parseNotebook(text).length).toBeGreaterThan(5);
    }
  });
  test("another id is refused", async () => {
    await expect(examples.path("../../package")).rejects.toThrow(/no example/);
  });
});
