import { expect, test } from "vitest";
import { float32 } from "../../engine/dtype.ts";
import { createRuntime } from "../../engine/engine.ts";
import { add, mul, mul_ } from "../../engine/ops/arithmetic.ts";
import { createRecorder } from "../../trace/recorder.ts";
import { Watcher } from "./watcher.ts";

test("values of a full trace stay what they were although the program goes on to overwrite them", () => {
  const rt = createRuntime();
  const recorder = createRecorder();
  let told = 0;
  rt.observer = new Watcher(recorder, 64, { tick: () => {}, passed: () => {}, full: () => told++ });
  // More than 16 elements: such values are recorded by reference.
  const x = rt.full([32], 1, float32);
  const y = mul(x, 3);
  for (let i = 0; i < 200; i++) add(x, i);
  expect(told).toBe(1);
  mul_(y, 100);
  const event = recorder.trace.event(0);
  expect(event.kind === "fwd.op" && recorder.trace.values.element(event.values[0] ?? -1, 5)).toBe(3);
});
