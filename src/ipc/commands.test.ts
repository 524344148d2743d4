import { expect, test } from "vitest";
import { type CommandInfo, commands } from "./commands.ts";

const all: readonly CommandInfo[] = commands;

test("every command has its own id and title", () => {
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
});

test("no key has two meanings in one place", () => {
  for (const region of [null, "canvas"]) {
    const keys = all.filter((one) => one.region === region).flatMap((one) => one.keys);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  }
});

test("a key that acts everywhere is one that typing does not need", () => {
  for (const { keys, region } of all) {
    if (region === null) for (const key of keys) expect(key).toMatch(/^(Shift\+|Ctrl\+)?F\d+$|^Ctrl\+|^Alt\+/);
  }
});
