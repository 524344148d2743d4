/**
 * Compares Backstep's answers with PyTorch's: `npm run oracle [-- options]`. The options are those of resources/oracle/conform.mjs
 * (--kinds, --filter, --sample, --fail, --json, --min …); `--data DIR` takes other cases than the project's own, and `--min ops=90`
 * may be given in percent. The cases run in the sandbox, like every program.
 */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildAll } from "./build.mjs";
import { oracleFolder, unpackedOracle } from "./lib/oracle-data.mjs";
import { callerFolder, root } from "./lib/paths.mjs";
import { isMain, Refusal, runScript } from "./lib/say.mjs";

/** Options that take a path, which is meant from the folder of whoever gave the command. */
const paths = new Set(["--json", "--data"]);

/** @param {string} text */
const fraction = (text) =>
  text
    .split(",")
    .map((pair) => {
      const [kind, least] = pair.split("=");
      return `${kind}=${Number(least) > 1 ? Number(least) / 100 : least}`;
    })
    .join(",");

/**
 * @param {string[]} given
 * @returns {Promise<number>} exit code
 */
export async function runOracle(given) {
  const passed = [];
  let data = "";
  for (let i = 0; i < given.length; i++) {
    if (paths.has(given[i]) && given[i + 1] !== undefined) {
      const path = resolve(callerFolder, given[++i]);
      if (given[i - 1] === "--data") data = path;
      else passed.push(given[i - 1], path);
    } else if (given[i] === "--min" && given[i + 1] !== undefined) passed.push("--min", fraction(given[++i]));
    else passed.push(given[i]);
  }
  if (data !== "" && !existsSync(data))
    throw new Refusal(`There is no folder ${data}: --data takes a folder with ops.json, …`);
  await buildAll({ onlyIfStale: true, parts: ["runner"] });
  const server = join(root, "scripts", "lib", "oracle-server.mjs");
  const command = [
    join(oracleFolder, "conform.mjs"),
    ...["--data", data === "" ? await unpackedOracle() : data],
    ...["--cmd", `"${process.execPath}" "${server}"`],
    ...passed,
  ];
  return new Promise((done) => {
    const child = spawn(process.execPath, command, { stdio: "inherit" });
    child.on("exit", (code) => done(code ?? 1));
  });
}

if (isMain(import.meta.url)) {
  await runScript(() => runOracle(process.argv.slice(2)));
}
