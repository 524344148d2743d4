import { expect, test } from "vitest";
import { schedule } from "./schedule.mjs";

/** Runs steps whose ends the test decides by their names, and notes who ran beside whom. */
async function trace(steps, lanes, failing = []) {
  const log = [];
  let running = [];
  const beside = {};
  const results = await schedule(steps, lanes, async (step) => {
    running.push(step.name);
    for (const name of running) beside[name] = Math.max(beside[name] ?? 0, running.length);
    log.push(step.name);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    running = running.filter((name) => name !== step.name);
    if (failing.includes(step.name)) throw new Error("it failed");
    return true;
  });
  return { log, beside, outcomes: Object.fromEntries(results.map((result) => [result.step.name, result.outcome])) };
}

test("at most as many steps as lanes run, and a step that wants to be alone is", async () => {
  const steps = [{ name: "a" }, { name: "b" }, { name: "c" }, { name: "d", alone: true }, { name: "e" }];
  const { log, beside } = await trace(steps, 2);
  expect(log.sort()).toEqual(["a", "b", "c", "d", "e"]);
  expect(Math.max(beside.a, beside.b, beside.c, beside.e)).toBe(2);
  expect(beside.d).toBe(1);
});

test("a step waits for those before it, and is skipped when one failed, as are those after it", async () => {
  const steps = [
    { name: "last", after: ["middle"] },
    { name: "middle", after: ["first"] },
    { name: "first" },
    { name: "free", after: ["not among them"] },
  ];
  expect((await trace(steps, 3)).log).toEqual(["first", "free", "middle", "last"]);
  const failed = await trace(steps, 3, ["first"]);
  expect(failed.outcomes).toEqual({ first: "failed", middle: "skipped", last: "skipped", free: "passed" });
  expect(failed.log).not.toContain("middle");
});

test("steps that wait for each other are told", async () => {
  const steps = [
    { name: "a", after: ["b"] },
    { name: "b", after: ["a"] },
  ];
  await expect(trace(steps, 2)).rejects.toThrow("wait for each other: a, b");
});
