/** `npm run bench [-- training operators trace layout]`: everything, or the parts named. */
import { layoutBenchmark } from "./layout.ts";
import { operatorBenchmark } from "./operators.ts";
import { traceBenchmark } from "./trace.ts";
import { trainingBenchmark } from "./training.ts";

const parts: Record<string, () => void | Promise<void>> = {
  training: trainingBenchmark,
  operators: operatorBenchmark,
  trace: traceBenchmark,
  layout: () => {
    layoutBenchmark();
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}: the parts are ${Object.keys(parts).join(", ")}.`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${process.arch}; engines take turns, so ratios of one run count.\n`);
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await run();
  console.log();
}
