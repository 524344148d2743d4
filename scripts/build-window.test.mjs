import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, mergeConfig } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import config from "../electron.vite.config.ts";
import { root } from "./lib/paths.mjs";

let out = "";
let files = [];
const read = (name) => readFile(join(out, name), "utf8");
const named = (pattern) => files.filter((name) => pattern.test(name));

/** The window's own configuration, on a page with one of everything. */
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "backstep-window-"));
  const page = join(root, "scripts/fixtures/window");
  const { build: options, ...rest } = config.renderer;
  const { rolldownOptions: _, ...kept } = options;
  await build(
    mergeConfig(
      { ...rest, build: kept },
      { configFile: false, base: "./", logLevel: "error", root: page, build: { outDir: out, emptyOutDir: true } },
    ),
  );
  files = await readdir(out, { recursive: true });
});

afterAll(() => rm(out, { recursive: true, force: true }));

test("the page loads its built script by a relative address, and styles of parts loaded later come as files", async () => {
  const html = await read("index.html");
  expect(html).toMatch(/src="\.\/assets\/index-[\w-]+\.js"/);
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  const styles = (await Promise.all(named(/\.css$/).map(read))).join("");
  for (const name of ["body", ".part", ".later"]) expect(styles).toContain(name);
});

test("workers are files of the page's origin, whole in themselves", async () => {
  const script = await read(named(/index-[\w-]+\.js$/)[0]);
  for (const name of ["helper", "layout.worker"]) {
    const file = named(new RegExp(`${name}-[\\w-]+\\.js$`))[0];
    expect(file).toBeDefined();
    expect(script).toContain(file.replace("assets/", ""));
    const worker = await read(file);
    expect(worker).toContain("from the shared file");
    expect(worker).not.toMatch(/\bimport\b/);
  }
});

test("raw text is taken in, addresses lead to files, and nothing asks for blob: or data:", async () => {
  const script = await read(named(/index-[\w-]+\.js$/)[0]);
  expect(script).toContain("a note");
  const icon = named(/icon-[\w-]+\.svg$/)[0];
  expect(icon).toBeDefined();
  expect(script).toContain(icon.replace("assets/", ""));
  expect(await read(icon)).toContain("<svg");
  for (const name of named(/\.js$/)) expect(await read(name)).not.toMatch(/["'`](blob|data):/);
});

test("KaTeX's fonts come once, in the format that every Electron reads", async () => {
  expect(named(/KaTeX_Main-Regular-[\w-]+\.woff2$/)).toHaveLength(1);
  expect(named(/KaTeX.*\.(woff|ttf)$/)).toEqual([]);
});
