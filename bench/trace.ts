/** What a trace costs: recording and memory per event, and moving over it as a person does. */
import { backward } from "../src/engine/autograd/differentiate.ts";
import { float32 } from "../src/engine/dtype.ts";
import { createRuntime } from "../src/engine/engine.ts";
import { add, add_, mul, sub } from "../src/engine/ops/arithmetic.ts";
import { mm } from "../src/engine/ops/matmul.ts";
import { pow } from "../src/engine/ops/pow.ts";
import { sum } from "../src/engine/ops/sum.ts";
import { tanh } from "../src/engine/ops/unary-core.ts";
import type { Runtime } from "../src/engine/runtime.ts";
import type { Tensor } from "../src/engine/tensor.ts";
import { createPicturer } from "../src/graph/picture-at.ts";
import { answer } from "../src/trace/queries.ts";
import { createRecorder } from "../src/trace/recorder.ts";
import { readSnapshot, writeSnapshot } from "../src/trace/snapshot.ts";
import type { Trace } from "../src/trace/trace.ts";
import { TraceReader } from "../src/trace/trace-reader.ts";
import { median, printTable } from "./measure.ts";

interface Run {
  name: string;
  body(rt: Runtime): void;
  /** Pictures of large graphs take a layout each; only their states are measured. */
  pictures: boolean;
}

/** micrograd's network 2-16-16-1 on scalars: every weight is a tensor of its own. */
function scalarNetwork(rt: Runtime, samples: number): void {
  let seed = 1;
  const next = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  const scalar = (grad: boolean): Tensor => {
    const s = rt.scalar(next(), float32);
    s.leafRequiresGrad = grad;
    return s;
  };
  const sizes = [2, 16, 16, 1];
  const layers = sizes.slice(1).map((size, i) =>
    Array.from({ length: size }, () => ({
      weights: Array.from({ length: sizes[i] as number }, () => scalar(true)),
      bias: scalar(true),
    })),
  );
  let loss: Tensor | null = null;
  for (let sample = 0; sample < samples; sample++) {
    let x = [scalar(false), scalar(false)];
    for (const layer of layers)
      x = layer.map(({ weights, bias }) => {
        let total = bias;
        weights.forEach((w, i) => {
          total = add(total, mul(w, x[i] as Tensor));
        });
        return tanh(total);
      });
    const square = pow(sub(x[0] as Tensor, 1), 2);
    loss = loss === null ? square : add(loss, square);
  }
  backward([loss as Tensor]);
}

/** A network of three layers, trained with updates by hand. */
function trainingLoop(rt: Runtime, iterations: number): void {
  const make = (shape: number[], seed: number, grad: boolean): Tensor => {
    const n = shape.reduce((a, b) => a * b, 1);
    const values = rt.from(
      Float32Array.from({ length: n }, (_, i) => Math.sin(seed + i)),
      shape,
      float32,
    );
    values.leafRequiresGrad = grad;
    return values;
  };
  const x = make([32, 8], 1, false);
  const y = make([32, 1], 2, false);
  const weights = [make([8, 16], 3, true), make([16, 16], 4, true), make([16, 1], 5, true)];
  for (let i = 0; i < iterations; i++) {
    let h = x;
    weights.forEach((w, k) => {
      h = mm(h, w);
      if (k < 2) h = tanh(h);
    });
    backward([sum(pow(sub(h, y), 2))]);
    rt.withGrad(false, () => {
      for (const w of weights) {
        add_(w, w.grad as Tensor, -0.001);
        const before = w.grad;
        w.grad = null;
        rt.observer?.gradientCleared(w, before, null);
      }
    });
  }
}

const runs: Run[] = [
  { name: "scalar network 2-16-16-1, 5 samples", body: (rt) => scalarNetwork(rt, 5), pictures: true },
  { name: "scalar network 2-16-16-1, 100 samples", body: (rt) => scalarNetwork(rt, 100), pictures: false },
  { name: "3 layers, 50 iterations", body: (rt) => trainingLoop(rt, 50), pictures: true },
  { name: "3 layers, 1,000 iterations", body: (rt) => trainingLoop(rt, 1000), pictures: true },
  { name: "3 layers, 16,000 iterations", body: (rt) => trainingLoop(rt, 16_000), pictures: false },
];

/** Milliseconds of a step and of a scrub that still feel instant; bench/stepping.mjs measures the window's share. */
const goals = { step: 8, scrub: 16 } as const;

function withRatio(milliseconds: number, goal: number): string {
  return `${milliseconds.toFixed(2)} ms (${(milliseconds / goal).toFixed(2)})`;
}

const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});

async function memory(): Promise<number> {
  // What arrays leave behind goes with a later collection than they do.
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

function time(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** Milliseconds of the best run of each, taking turns: short ones several times, long ones are warm from the start. */
function bestOf(runs: readonly (() => void)[]): number[] {
  const least = runs.map(() => Number.POSITIVE_INFINITY);
  const start = performance.now();
  for (let round = 0; round < 8 && (round === 0 || performance.now() - start < 3000); round++)
    runs.forEach((run, i) => {
      least[i] = Math.min(least[i] as number, time(run));
    });
  return least;
}

export async function traceBenchmark(): Promise<void> {
  const rows = [
    [
      "trace",
      "events",
      "µs/event",
      "bytes/event",
      "summary",
      "step",
      "back",
      "scrub",
      "picture step",
      "picture scrub",
      "save",
      "open",
      "file",
    ],
  ];
  for (const run of runs) rows.push(await measure(run));
  printTable(rows);
  console.log(`In brackets: the share of the goal, ${goals.step} ms for a step and ${goals.scrub} ms for a scrub.`);
}

async function measure({ name, body, pictures }: Run): Promise<string[]> {
  const [plain, recordedTime] = bestOf([
    () => body(createRuntime()),
    () => {
      const rt = createRuntime();
      const recorder = createRecorder();
      rt.observer = recorder;
      body(rt);
      recorder.finish();
    },
  ]);
  const before = await memory();
  const rt = createRuntime();
  let trace: Trace | null = null;
  const recorder = createRecorder();
  rt.observer = recorder;
  body(rt);
  recorder.finish();
  trace = recorder.trace;
  rt.observer = null;
  const used = (await memory()) - before;
  const recorded = trace as unknown as Trace;
  const events = recorded.eventCount;
  const reader = new TraceReader(recorded);
  const summary = time(() => answer(reader, "summary", {}));
  let last = -1;
  // As the window asks: a change of what it shows, else the whole view.
  const states = walks(events, (cursor) => {
    const change = answer(reader, "change", { from: last, to: cursor });
    last = cursor;
    return change ?? answer(reader, "view", { cursor });
  });
  let shown = ["–", "–"];
  if (pictures) {
    const picturer = await createPicturer({ ask: async (question, request) => answer(reader, question, request) });
    shown = await pictureTimes(events, (cursor) => picturer.at(cursor));
  }
  let file = new Uint8Array();
  const versions = { app: "bench", engine: "bench" };
  const source = { name: "bench.py", kind: "python", cells: [] } as const;
  const save = time(() => {
    file = writeSnapshot({ source, trace: recorded, cursor: 0, view: {}, versions }) as Uint8Array<ArrayBuffer>;
  });
  const open = time(() => readSnapshot(file));
  return [
    name,
    events.toLocaleString("en"),
    ((((recordedTime as number) - (plain as number)) / events) * 1000).toFixed(2),
    // Of a short run the rest of the memory moves more than the trace takes.
    events < 100_000 ? "–" : (used / events).toFixed(0),
    `${summary.toFixed(0)} ms`,
    ...states,
    ...shown,
    `${save.toFixed(0)} ms`,
    `${open.toFixed(0)} ms`,
    `${(file.length / 2 ** 20).toFixed(1)} MB`,
  ];
}

/** Cursors of a walk: single steps forwards and backwards from places all over the run, and jumps. */
function cursorsOf(events: number): { step: number[]; back: number[]; scrub: number[] } {
  const step: number[] = [];
  const back: number[] = [];
  const scrub: number[] = [];
  for (let i = 0; i < 12; i++) {
    const at = Math.floor(((events - 30) * (i + 0.5)) / 12);
    for (let k = 0; k < 20; k++) step.push(Math.max(0, at + k));
    for (let k = 20; k > 0; k--) back.push(Math.max(0, at + k));
  }
  for (let i = 0; i < 60; i++) scrub.push(Math.floor((events * ((i * 0.618034) % 1)) % events));
  return { step, back, scrub };
}

function walks(events: number, go: (cursor: number) => unknown): string[] {
  const { step, back, scrub } = cursorsOf(events);
  const each = (cursors: readonly number[], goal: number): string =>
    withRatio(median(cursors.map((cursor) => time(() => go(cursor)))), goal);
  return [each(step, goals.step), each(back, goals.step), each(scrub, goals.scrub)];
}

async function pictureTimes(events: number, go: (cursor: number) => Promise<unknown>): Promise<string[]> {
  const { step, scrub } = cursorsOf(events);
  const out: string[] = [];
  for (const [cursors, goal] of [
    [step, goals.step],
    [scrub, goals.scrub],
  ] as const) {
    const times: number[] = [];
    for (const cursor of cursors) {
      const start = performance.now();
      await go(cursor);
      times.push(performance.now() - start);
    }
    out.push(withRatio(median(times), goal));
  }
  return out;
}
