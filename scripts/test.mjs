/**
 * `npm test`: sets everything up and runs every check, two at a time; `npm test -- --only unit,e2e` runs some.
 * Before the dependencies are installed nothing but Node itself may be imported here.
 */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requireNode } from "./lib/node-version.mjs";
import { artifactsFolder, root } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";
import { elapsed, Refusal, runScript, say } from "./lib/say.mjs";
import { schedule } from "./lib/schedule.mjs";
import { setUpElectron, setUpPackages } from "./lib/setup.mjs";
import { steps } from "./test-steps.mjs";

/** A step that hangs is ended, in milliseconds. */
const stepLimit = 30 * 60_000;
/** Lines of its output that are shown of a step that passed, and of one that failed; all of it is in artifacts/. */
const shown = { passed: 4, failed: 200 };

await runScript(async () => {
  requireNode();
  const chosen = choose(process.argv.slice(2));
  await setUpPackages();
  if (chosen.some((step) => step.electron)) await setUpElectron({ virtualDisplay: true });
  await mkdir(artifactsFolder, { recursive: true });
  const results = await schedule(chosen, 2, runStep);
  process.stdout.write("\n");
  for (const { step, outcome, seconds } of results) {
    process.stdout.write(`${outcome.padEnd(8)} ${step.name.padEnd(8)} ${seconds.toFixed(1).padStart(7)} s\n`);
  }
  const count = (/** @type {string} */ outcome) => results.filter((result) => result.outcome === outcome).length;
  const skipped = count("skipped") > 0 ? `, ${count("skipped")} skipped` : "";
  process.stdout.write(
    `\nchecks done in ${elapsed()}\n${count("passed")} passed, ${count("failed")} failed${skipped}\n`,
  );
  return count("failed") > 0 || count("skipped") > 0 ? 1 : 0;
});

/**
 * @param {string[]} args
 * @returns {import("./test-steps.mjs").Step[]}
 */
function choose(args) {
  const there = steps.filter((step) => {
    const isThere = !step.when || existsSync(join(root, step.when));
    if (!isThere) say(`${step.name}: ${step.when} is not written yet: left out`);
    return isThere;
  });
  const flag = args.find((word) => word.startsWith("--only"));
  if (!flag) {
    if (args.length > 0)
      throw new Refusal(`Unknown: ${args.join(" ")}. Steps are chosen by --only ${steps[0]?.name},…`);
    return there;
  }
  const list = flag.includes("=") ? flag.slice(flag.indexOf("=") + 1) : (args[args.indexOf(flag) + 1] ?? "");
  const names = list.split(",").filter(Boolean);
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (names.length === 0 || unknown.length > 0) {
    throw new Refusal(`No such step: ${unknown.join(", ")}. There are: ${steps.map((step) => step.name).join(", ")}.`);
  }
  return there.filter((step) => names.includes(step.name));
}

/**
 * @param {import("./test-steps.mjs").Step} step
 * @returns {Promise<boolean>}
 */
async function runStep(step) {
  say(`${step.name} …`);
  const begun = Date.now();
  const [command = "", ...args] = step.command;
  const env = { NO_COLOR: "1", FORCE_COLOR: undefined };
  const { code, output } = await run(command, args, { env, show: step.alone ?? false, timeout: stepLimit });
  await writeFile(join(artifactsFolder, `${step.name}.log`), output);
  const passed = code === 0;
  const lines = output
    .trimEnd()
    .split("\n")
    .slice(-(passed ? shown.passed : shown.failed));
  if (!step.alone) process.stdout.write(lines.map((line) => `  ${step.name} | ${line}\n`).join(""));
  say(
    `${step.name} ${passed ? "passed" : `FAILED (code ${code}; all of its output: artifacts/${step.name}.log)`} in ${((Date.now() - begun) / 1000).toFixed(1)} s`,
  );
  return passed;
}
