import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileOfSecondStart, fileOfWords, ownWords, refusedSwitch } from "./start-words.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backstep-words-"));
  await writeFile(join(folder, "a.py"), "");
  await writeFile(join(folder, "b.ipynb"), "");
  await writeFile(join(folder, "notes.txt"), "");
  await mkdir(join(folder, "folder.py"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the words after the app's folder are the person's, wherever Chromium's switches stand", () => {
  expect(ownWords(["electron", "/app", "a.py"], false)).toEqual(["a.py"]);
  expect(ownWords(["electron", "--no-sandbox", "--user-data-dir=/x", "/app", "a.py", "--x"], false)).toEqual([
    "a.py",
    "--x",
  ]);
  expect(ownWords(["electron", "--inspect=0"], false)).toEqual([]);
  expect(ownWords(["backstep", "a.py"], true)).toEqual(["a.py"]);
});

test.each([
  [["a.py"], "a.py"],
  [["--flag", "missing.py", "b.ipynb", "a.py"], "b.ipynb"],
  [["notes.txt"], null],
  [["folder.py"], null],
  [["a.py\0.txt"], null],
  [["-a.py"], null],
  [[], null],
])("%j opens %s", (words, name) => {
  expect(fileOfWords(words, folder)).toBe(name === null ? null : join(folder, name));
});

test("a second start's message is checked like one from a page", () => {
  const path = join(folder, "a.py");
  expect(fileOfSecondStart({ file: path })).toBe(path);
  for (const data of [
    null,
    undefined,
    path,
    [path],
    { file: null },
    { file: 1 },
    { file: [path] },
    { file: path, more: 1 },
    { file: join(folder, "notes.txt") },
    { file: join(folder, "missing.py") },
    { file: "x".repeat(5000) },
  ])
    expect(fileOfSecondStart(data)).toBeNull();
});

test.each([
  ["--inspect", true],
  ["--inspect-brk=9229", true],
  ["--remote-debugging-port=9222", true],
  ["--remote-debugging-pipe", true],
  ["--js-flags=--expose-gc", true],
  ["--disable-web-security", true],
  ["--user-data-dir=/x", false],
  ["a.py", false],
])("a packaged app started with %s is refused: %s", (word, isRefused) => {
  expect(refusedSwitch(["backstep", "a.py", word]) !== null).toBe(isRefused);
});
