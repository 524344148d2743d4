/**
 * Sessions: what PyTorch 2.6.0, NumPy 2 and Python print for small programs, written down in Python's doctest format, a file of `sessions/`
 * per subject. With a real PyTorch, `python -m doctest -o ELLIPSIS FILE` finds the same.
 */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { createNodeRunner } from "./node-runner.ts";
import { drive } from "./runner.fixture.ts";

const program = drive(createNodeRunner());
afterAll(() => program.runner.close());

const folder = new URL("./sessions/", import.meta.url);

/** A program that runs a session and prints each example that went otherwise, then how many there were. */
const doctest = (name: string, text: string): string => `
import doctest
session = doctest.DocTestParser().get_doctest(${JSON.stringify(text)}, {}, ${JSON.stringify(name)}, ${JSON.stringify(name)}, 0)
runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
runner.run(session)
print(f"{runner.failures} failed, some ran: {runner.tries > 0}")
`;

it.each(readdirSync(folder))("%s", async (file) => {
  const end = await program.run("python", doctest(file, readFileSync(new URL(file, folder), "utf8")));
  expect(end.failure).toBeNull();
  expect(program.printed("out")).toBe("0 failed, some ran: True\n");
});
