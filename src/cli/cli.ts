/** The command line: `backstep run FILE`, without a window. Built to out/cli/cli.mjs; bin/backstep.mjs calls `main`. */
import { readFile } from "node:fs/promises";
import { helpText, parseArguments } from "./arguments.ts";
import { EXIT, runCommand, showCommand } from "./run-command.ts";
import { UsageError } from "./usage-error.ts";
import { nodeWorld, type World } from "./world.ts";

/** @returns exit code: 0, 1 (the program raised, or something could not be written), 2 (wrong command), 130 (Ctrl+C) */
export async function main(args: readonly string[], world: World = nodeWorld()): Promise<number> {
  try {
    const parsed = parseArguments(args);
    if (parsed.command === "help") {
      world.out(helpText());
      return EXIT.fine;
    }
    const version = await ownVersion();
    if (parsed.command === "version") {
      world.out(`backstep ${version}\n`);
      return EXIT.fine;
    }
    return await (parsed.command === "run" ? runCommand : showCommand)(parsed.request, version, world);
  } catch (error) {
    if (error instanceof UsageError) {
      world.err(`backstep: ${error.message}\n`);
      return EXIT.usage;
    }
    world.err(`backstep: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  }
}

/** Holds from src/cli and from the bundle in out/cli: both are two folders below the project. */
async function ownVersion(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
