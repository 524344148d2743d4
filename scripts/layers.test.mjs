import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkLayers } from "./layers.mjs";
import { root } from "./lib/paths.mjs";

const fixtures = join(root, "scripts/fixtures/layers");

/** What each fixture must be told, and nothing else. */
const expected = {
  good: [],
  "forbidden-arrow": ["src/engine/tensor.ts:1: engine may not import trace (../trace/recorder.ts)"],
  "types-only": ["src/trace/recorder.ts:1: trace may import only types of engine (../engine/tensor.ts)"],
  "lazy-arrow": ["src/renderer/view.ts:1: renderer may not import engine (../engine/tensor.ts)"],
  "worker-arrow": ["src/renderer/view.ts:1: renderer may not import runner (../runner/worker.ts)"],
  "type-arrow": ["src/ipc/channels.ts:1: ipc may not import main (../main/window.ts)"],
  "node-in-engine": ["src/engine/kernel.ts:1: engine may not import this package (node:fs)"],
  "electron-in-renderer": ["src/renderer/view.ts:1: renderer may not import this package (electron)"],
  "no-room": ["src/helpers/util.ts: no room of the table; add a room only with its row"],
  "leaves-src": ["src/graph/scene.ts:1: leaves src (../../scripts/build.mjs)"],
  "file-cycle": ["import cycle: src/graph/a.ts ↔ src/graph/b.ts ↔ src/graph/c.ts"],
  "imports-test": ["src/graph/b.ts:1: imports a test (./a.test.ts)"],
  "no-extension": ["src/graph/b.ts:1: imports a file that is not there (write the extension) (./a)"],
  "test-reaches-up": ["src/engine/tensor.test.ts:1: a test of engine may not import runner (../runner/worker.ts)"],
};

test("every fixture has its expectation", () => {
  expect(readdirSync(fixtures).sort()).toEqual(Object.keys(expected).sort());
});

test.each(Object.entries(expected))("fixture %s", (name, problems) => {
  const result = checkLayers(join(fixtures, name));
  expect(result.files).toBeGreaterThan(0);
  expect(result.problems).toEqual(problems);
});
