import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { outputOf } from "./program.fixture.ts";

const folder = join(import.meta.dirname, "../../../resources/twins");
const text = (name: string): string => readFileSync(join(folder, name), "utf8");
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".ts") ? [file.slice(0, -3)] : []));

describe("a TypeScript program prints what PyTorch 2.6.0 printed for its Python twin", () => {
  it.each(names)("%s", async (name) => {
    expect(await outputOf(text(`${name}.ts`))).toBe(text(`${name}.txt`));
  });
  it("every program has a twin and its output", () => {
    const files = new Set(readdirSync(folder));
    expect(names.filter((name) => !files.has(`${name}.py`) || !files.has(`${name}.txt`))).toEqual([]);
  });
});
