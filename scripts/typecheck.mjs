/** Type-checks every project: each room with the libraries it may know, then everything with its tests. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";
import { runScript, say } from "./lib/say.mjs";

/** The projects, and what each proves. */
const projects = [
  { config: "tsconfig.pure.json", proves: "engine, trace, graph and verify need neither the DOM nor Node" },
  { config: "tsconfig.node.json", proves: "what runs in Node does not need the DOM; scripts" },
  { config: "tsconfig.web.json", proves: "the window does not need Node" },
  { config: "tsconfig.json", proves: "everything, tests included" },
];

await runScript(async () => {
  const todo = [...projects];
  // The benchmarks' peers are installed by the first `npm run bench`.
  if (existsSync(join(root, "bench/node_modules"))) todo.push({ config: "bench/tsconfig.json", proves: "benchmarks" });
  let failed = 0;
  const worker = async () => {
    for (let project = todo.shift(); project; project = todo.shift()) {
      const { code, output } = await run("node_modules/.bin/tsc", ["-p", project.config, "--pretty", "false"]);
      if (code !== 0) failed++;
      process.stdout.write(output);
      say(`${code === 0 ? "ok" : "FAILED"}: ${project.config} (${project.proves})`);
    }
  };
  await Promise.all([worker(), worker()]);
  return failed > 0 ? 1 : 0;
});
