/**
 * Runs Python programs in real PyTorch and in Backstep, and shows where they differ:
 *
 *   npm run peer -- [--peer COMMAND] [--seed N] [--seconds S] [--tolerance T] [--all] FILE.py …
 *
 * `--peer` (or BACKSTEP_PEER) is a command that runs a Python file with PyTorch 2.6. Each program runs in a folder of its own beside
 * it, so that what it writes is gone afterwards. `--seed` puts a line before both copies that seeds torch, numpy and random, for
 * programs that do not. Words must be equal to the letter, numbers to their last digits; addresses, times and progress bars do not
 * count. `--all` shows every difference instead of the first few.
 */
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { differences, tellingErrors, tellingLines } from "./lib/compare-output.mjs";
import { callerFolder, root } from "./lib/paths.mjs";
import { runApart } from "./lib/run.mjs";
import { Refusal, runScript } from "./lib/say.mjs";

/** Stretches of differing lines shown of a program, and lines of each. */
const shown = { stretches: 4, lines: 8 };

await runScript(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peer: { type: "string", default: process.env.BACKSTEP_PEER ?? "" },
      seed: { type: "string" },
      seconds: { type: "string", default: "120" },
      tolerance: { type: "string", default: "1e-4" },
      all: { type: "boolean", default: false },
    },
  });
  if (values.peer === "") throw new Refusal("Say which Python has PyTorch: --peer COMMAND, or BACKSTEP_PEER.");
  if (positionals.length === 0) throw new Refusal("Name the programs to run: npm run peer -- FILE.py …");
  let same = 0;
  for (const file of positionals) {
    const report = await compare(resolve(callerFolder, file), values.peer, {
      seed: values.seed,
      timeout: Number(values.seconds) * 1000,
      tolerance: Number(values.tolerance),
      all: values.all,
    });
    if (report.length === 0) same++;
    process.stdout.write(`${report.length === 0 ? "same     " : "DIFFERENT"} ${file}\n${report.join("")}`);
  }
  process.stdout.write(`${same} of ${positionals.length} programs say the same\n`);
  return same === positionals.length ? 0 : 1;
});

/**
 * @param {string} file
 * @param {string} peer
 * @param {{ seed: string | undefined, timeout: number, tolerance: number, all: boolean }} options
 * @returns {Promise<string[]>} the differences as text; none when both say the same
 */
async function compare(file, peer, options) {
  const folder = await mkdtemp(join(dirname(file), ".peer-"));
  try {
    const copy = join(folder, basename(file));
    if (options.seed === undefined) await copyFile(file, copy);
    else await writeFile(copy, seeded(await readFile(file, "utf8"), options.seed));
    const [theirs, ours] = await Promise.all([
      runApart(peer, [copy], { cwd: folder, timeout: options.timeout }),
      runApart(process.execPath, [join(root, "bin/backstep.mjs"), "run", copy], {
        cwd: folder,
        timeout: options.timeout,
      }),
    ]);
    const name = basename(file);
    return [
      ...section(
        "output",
        differences(tellingLines(theirs.out), tellingLines(ours.out), options.tolerance),
        options.all,
      ),
      ...section(
        "errors",
        differences(tellingErrors(theirs.err, name), tellingErrors(ours.err, name), options.tolerance),
        options.all,
      ),
      ...(theirs.code === ours.code ? [] : [`  exit code: PyTorch ${theirs.code}, Backstep ${ours.code}\n`]),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} program
 * @param {string} seed
 * @returns {string} the program with one line more: after the last `from __future__`, where there is one, else before all
 */
function seeded(program, seed) {
  const line = `import torch, numpy, random; torch.manual_seed(${seed}); numpy.random.seed(${seed}); random.seed(${seed}); del torch, numpy, random\n`;
  const [future = ""] = /^(?:.*\n)*from __future__ .*\n/.exec(program) ?? [];
  return future + line + program.slice(future.length);
}

/**
 * @param {string} title
 * @param {ReturnType<typeof differences>} found
 * @param {boolean} all
 */
function section(title, found, all) {
  const { stretches, lines } = all ? { stretches: Infinity, lines: Infinity } : shown;
  const told = found.slice(0, stretches).map(({ line, peer, ours }) => {
    const marked = [
      ...peer.slice(0, lines).map((text) => `    PyTorch  ${text}`),
      ...ours.slice(0, lines).map((text) => `    Backstep ${text}`),
    ];
    return `  ${title}, line ${line}:\n${marked.join("\n")}\n`;
  });
  if (found.length > stretches) told.push(`  ${title}: ${found.length - stretches} more\n`);
  return told;
}
