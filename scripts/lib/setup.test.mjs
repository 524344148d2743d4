import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isInstalled } from "./dependencies.mjs";
import { isNodeRecentEnough, requireNode } from "./node-version.mjs";
import { root } from "./paths.mjs";
import { explain } from "./say.mjs";
import { missingFrom } from "./system-libraries.mjs";

test.each([
  ["18.20.4", false],
  ["20.18.9", false],
  ["20.19.0", true],
  ["20.20.2", true],
  ["22.0.0", true],
])("Node %s is recent enough: %s", (version, enough) => {
  expect(isNodeRecentEnough(version)).toBe(enough);
});

test("an old Node is refused with one sentence that says what to do", () => {
  expect(() => requireNode("18.1.0")).toThrow(
    /^Backstep needs Node 20\.19\.0 or newer, and this is Node 18\.1\.0: install .*\.$/,
  );
});

describe("whether what is installed is what the lock file asks for", () => {
  const wanted = {
    packages: {
      "": { version: "0.1.0" },
      "node_modules/a": { version: "1.0.0" },
      "node_modules/only-elsewhere": { version: "1.0.0", optional: true },
    },
  };
  test.each([
    ["the same", { "node_modules/a": { version: "1.0.0" } }, true],
    ["one more", { "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "1.0.0" } }, true],
    ["another version", { "node_modules/a": { version: "1.0.1" } }, false],
    [
      "another version of an optional one",
      { "node_modules/a": { version: "1.0.0" }, "node_modules/only-elsewhere": { version: "2.0.0" } },
      false,
    ],
    ["one missing", {}, false],
  ])("%s", (_name, packages, expected) => {
    expect(isInstalled(wanted, { packages })).toBe(expected);
  });
});

test("libraries that the loader does not find, but for those beside the program", () => {
  const output = `
	linux-vdso.so.1 (0x00007ffc)
	libffmpeg.so => not found
	libnss3.so => not found
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
	libnss3.so => not found
`;
  expect(missingFrom(output, new Set(["libffmpeg.so"]))).toEqual(["libnss3.so"]);
});

test.each([
  ["npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write", /^The disk is full.*installing/],
  [
    "npm error code ECONNREFUSED\nnpm error FetchError: connect ECONNREFUSED 127.0.0.1:9",
    /^A download was refused.*installing/,
  ],
  ["npm error code EACCES\nnpm error permission denied", /^A file or folder may not be written.*installing/],
  [
    "npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install when in sync\nnpm error A complete log of this run",
    /^Failed while installing: `npm ci` can only install when in sync$/,
  ],
])("a failure is told in one sentence: %s", (output, sentence) => {
  const text = explain("installing", output);
  expect(text).toMatch(sentence);
  expect(text).not.toContain("\n");
});

const lockFiles = ["package-lock.json", "bench/package-lock.json"];
const readLock = (name) => JSON.parse(readFileSync(join(root, name), "utf8")).packages;

test.each(lockFiles)("%s has every platform's optional packages: npm 11 refuses a lock file without them", (name) => {
  const packages = readLock(name);
  const paths = Object.keys(packages);
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((wanted) => !paths.some((other) => other.endsWith(`node_modules/${wanted}`)))
      .map((wanted) => `${path} wants ${wanted}`),
  );
  expect(missing).toEqual([]);
});

test("every version of the app's own dependencies is pinned", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test.each(lockFiles)("%s has no package under a licence that would bind the app (GPL and the like)", (name) => {
  const told = Object.entries(readLock(name)).filter(([path]) => path !== "");
  expect(told.length).toBeGreaterThan(50);
  const binding = told.filter(
    ([, entry]) => /GPL|SSPL|BUSL|CC-BY-NC/.test(entry.license ?? "") && !/ OR /.test(entry.license),
  );
  expect(binding.map(([path, entry]) => `${path}: ${entry.license}`)).toEqual([]);
});
