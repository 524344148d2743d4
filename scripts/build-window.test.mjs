import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildWindow } from "./build-window.mjs";
import { root } from "./lib/paths.mjs";

let out = "";
const read = (name) => readFile(join(out, name), "utf8");

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "backstep-window-"));
  await buildWindow(join(root, "scripts/fixtures/window"), out);
});

afterAll(() => rm(out, { recursive: true, force: true }));

test("the page loads its built script and every style sheet, those of parts loaded later too", async () => {
  const html = await read("index.html");
  expect(html).toContain('src="./main.js"');
  const sheets = [...html.matchAll(/<link rel="stylesheet" href="\.\/([^"]+)">/g)].map((match) => match[1]);
  const styles = (await Promise.all(sheets.map(read))).join("");
  for (const name of ["body", ".part", ".later"]) expect(styles).toContain(name);
});

test("workers are files beside the page, whole in themselves, named by relative addresses", async () => {
  expect((await readdir(join(out, "workers"))).filter((name) => name.endsWith(".js")).sort()).toEqual([
    "helper.js",
    "layout.worker.js",
  ]);
  const main = await read("main.js");
  for (const name of ["helper", "layout.worker"]) {
    expect(main).toMatch(new RegExp(`new URL\\("\\./workers/${name}\\.js",\\s*import\\.meta\\.url\\)`));
    const worker = await read(`workers/${name}.js`);
    expect(worker).toContain("from the shared file");
    expect(worker).not.toMatch(/\bimport\b/);
  }
});

test("raw text is taken in, addresses lead to files, and nothing asks for blob: or data:", async () => {
  const main = await read("main.js");
  expect(main).toContain("a note");
  const icon = /assets\/icon-\w+\.svg/.exec(main)?.[0];
  expect(icon).toBeDefined();
  expect(await read(icon)).toContain("<svg");
  const scripts = (await readdir(out)).filter((name) => name.endsWith(".js"));
  for (const script of scripts) expect(await read(script)).not.toMatch(/["'`](blob|data):/);
});
