/** What one small operator costs: forward alone, recorded for differentiation, with its backward, and with the trace's recorder. */
import { backward } from "../src/engine/autograd/differentiate.ts";
import { float32 } from "../src/engine/dtype.ts";
import { createRuntime } from "../src/engine/engine.ts";
import { add, mul, sub } from "../src/engine/ops/arithmetic.ts";
import { matmul } from "../src/engine/ops/matmul.ts";
import { sum } from "../src/engine/ops/sum.ts";
import { tanh } from "../src/engine/ops/unary-core.ts";
import { reshape, t } from "../src/engine/ops/views.ts";
import type { Tensor } from "../src/engine/tensor.ts";
import { createRecorder } from "../src/trace/recorder.ts";
import { type Candidate, compare, printTable } from "./measure.ts";

/** Operators applied one after the other in one step. */
const chain = 100;

const operators: { name: string; shape: number[]; apply(x: Tensor, y: Tensor): Tensor }[] = [
  { name: "add, scalar", shape: [], apply: (x, y) => add(x, y) },
  { name: "mul, scalar", shape: [], apply: (x, y) => mul(x, y) },
  { name: "sub, [10]", shape: [10], apply: (x, y) => sub(x, y) },
  { name: "tanh, [10]", shape: [10], apply: (x) => tanh(x) },
  { name: "add number, [10]", shape: [10], apply: (x) => add(x, 1) },
  { name: "matmul, [4×4]", shape: [4, 4], apply: (x, y) => matmul(x, y) },
  { name: "transpose, [4×4]", shape: [4, 4], apply: (x) => t(x) },
  { name: "reshape, [4×4]", shape: [4, 4], apply: (x) => reshape(x, [4, 4]) },
];

export function operatorBenchmark(): void {
  const rows = [
    ["µs per operator", "forward", "with graph", "with backward", "recorded forward", "recorded, with backward"],
  ];
  for (const { name, shape, apply } of operators) {
    const n = shape.reduce((a, b) => a * b, 1);
    const make = (grad: boolean, back: boolean, record: boolean): Candidate => {
      const rt = createRuntime();
      const x = rt.from(
        Float32Array.from({ length: n }, (_, i) => 0.01 * i),
        shape,
        float32,
      );
      const y = rt.from(
        Float32Array.from({ length: n }, (_, i) => 0.99 + 0.001 * i),
        shape,
        float32,
      );
      x.leafRequiresGrad = grad;
      y.leafRequiresGrad = grad;
      let steps = 0;
      return {
        name: `${grad} ${back} ${record}`,
        step() {
          // A new recorder now and then, as each run has its own.
          if (record && steps++ % 100 === 0) rt.observer = createRecorder();
          let z = x;
          for (let i = 0; i < chain; i++) z = apply(z, y);
          if (back) {
            x.grad = null;
            y.grad = null;
            backward([n === 1 ? z : sum(z)]);
          }
        },
      };
    };
    const timings = compare(
      [
        make(false, false, false),
        make(true, false, false),
        make(true, true, false),
        make(true, false, true),
        make(true, true, true),
      ],
      5,
    );
    rows.push([name, ...timings.map(({ us }) => (us / chain).toFixed(2))]);
  }
  printTable(rows);
}
