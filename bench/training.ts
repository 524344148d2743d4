/** Training steps and the large product: Backstep, with and without recording, against tfjs-wasm and js-pytorch. */
import { jsPytorch } from "./js-pytorch.ts";
import { type Candidate, compare, formatMicroseconds, printTable } from "./measure.ts";
import { backstep } from "./ours.ts";
import { tfjsWasm } from "./tfjs.ts";
import { type Engine, networks, type Work } from "./workloads.ts";

const works: { name: string; make(engine: Engine): Work | null }[] = [
  { name: "seed step: (d - (x@w+b)).pow(2).sum(), 5→3", make: (engine) => engine.seed() },
  ...networks.map((network) => ({ name: network.name, make: (engine: Engine) => engine.network(network) })),
  { name: "matmul 512³ and both gradients", make: (engine) => engine.product() },
];

export async function trainingBenchmark(): Promise<void> {
  const engines = [backstep("Backstep", null), backstep("recorded", {}), await tfjsWasm(), jsPytorch()];
  const rows = [["training step", ...engines.map(({ name }) => name), "tfjs/ours", "jsp/ours", "recorded/ours"]];
  for (const { name, make } of works) {
    const candidates: Candidate[] = [];
    const losses: number[] = [];
    for (const engine of engines) {
      const work = make(engine);
      if (work === null) continue;
      work.step();
      losses.push(work.loss());
      candidates.push({ name: engine.name, step: work.step });
    }
    warnOfDifference(name, losses);
    const timings = new Map(compare(candidates).map(({ name: engine, us }) => [engine, us]));
    const ours = timings.get("Backstep") ?? Number.NaN;
    const ratio = (engine: string): string => `${((timings.get(engine) ?? Number.NaN) / ours).toFixed(1)} ×`;
    rows.push([
      name,
      ...engines.map(({ name: engine }) => formatMicroseconds(timings.get(engine) ?? Number.NaN)),
      ratio("tfjs-wasm"),
      ratio("js-pytorch"),
      ratio("recorded"),
    ]);
  }
  printTable(rows);
}

/** All engines start from the same numbers, so their first losses agree; js-pytorch, the last one, does not compute them all. */
function warnOfDifference(name: string, losses: readonly number[]): void {
  const [ours = 0, ...others] = losses;
  if (others.slice(0, 2).some((loss) => !(Math.abs(loss - ours) <= 2e-3 * Math.max(1, Math.abs(ours)))))
    console.log(`  (losses differ in ${name}: ${losses.join(", ")})`);
}
