import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { filesBeside } from "./program-files.ts";
import type { SourceKind } from "./protocol.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "backstep-beside-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string | Uint8Array = ""): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Paths of what a program with this text may read. */
async function found(text: string, kind: SourceKind = "python"): Promise<string[]> {
  const source = { name: "main.py", kind, cells: [{ index: 0, source: text }] };
  return (await filesBeside(join(folder, "main.py"), source)).map(({ path }) => path).sort();
}

test("modules that it imports, those that these import, and packages whole", async () => {
  put("model.py", "from layers.attention import Head\n");
  put("layers/__init__.py");
  put("layers/attention.py", "import config\n");
  put("config.py");
  put("remodel.py");
  expect(await found("import model\n")).toEqual(["config.py", "layers/__init__.py", "layers/attention.py", "model.py"]);
  expect(await found("import torch\n")).toEqual([]);
});

test("data by its name, by its name without ending, by a pattern, and folders that are named", async () => {
  for (const path of ["names.txt", "a.csv", "b.csv", "data/names/Czech.txt", "secret.key"]) put(path);
  expect(await found("open('names.txt')")).toEqual(["names.txt"]);
  expect(await found("stem = 'names'; open(stem + '.txt')")).toEqual(["names.txt"]);
  expect(await found("glob.glob('*.csv')")).toEqual(["a.csv", "b.csv"]);
  expect(await found("glob.glob('data/*/*')")).toEqual(["data/names/Czech.txt"]);
  expect(await found("open('names.txt')", "typescript")).toEqual([]);
});

test("nothing through a link, nothing hidden, nothing above the folder, nothing that is not there", async () => {
  put("real/inside.txt");
  symlinkSync("/etc/hosts", join(folder, "hosts.txt"));
  symlinkSync("/etc", join(folder, "etc"));
  put(".env/key.txt");
  put(".key");
  expect(await found("'hosts' 'etc' '.env' '.key' '../../etc/passwd' 'real' 'gone.txt'")).toEqual(["real/inside.txt"]);
  rmSync(folder, { recursive: true });
  expect(await found("open('names.txt')")).toEqual([]);
});

test("never more than the limits, modules before data", async () => {
  const block = new Uint8Array(12 * 2 ** 20);
  for (const name of ["a.bin", "b.bin", "c.bin"]) put(name, block);
  put("d.bin", new Uint8Array(17 * 2 ** 20));
  put("z.py");
  put("deep/1/2/3/kept.txt");
  put("deep/1/2/3/4/not.txt");
  expect(await found("a b c d z")).toEqual(["a.bin", "b.bin", "z.py"]);
  expect(await found("deep")).toEqual(["deep/1/2/3/kept.txt"]);
});
