import { backward } from "../src/engine/autograd/differentiate.ts";
import { float32, int64 } from "../src/engine/dtype.ts";
import { createRuntime } from "../src/engine/engine.ts";
import { run } from "../src/engine/nn/named-operators.ts";
import { add, sub, sub_ } from "../src/engine/ops/arithmetic.ts";
import { crossEntropy } from "../src/engine/ops/losses-classes.ts";
import { matmul, mm } from "../src/engine/ops/matmul.ts";
import { pow } from "../src/engine/ops/pow.ts";
import { sum } from "../src/engine/ops/sum.ts";
import { OPTIMIZERS } from "../src/engine/optim/kinds.ts";
import { Optimizer, type OptimizerKind } from "../src/engine/optim/optimizer.ts";
import type { Runtime } from "../src/engine/runtime.ts";
import type { Tensor } from "../src/engine/tensor.ts";
import { createRecorder, type Recorder, type RecorderOptions } from "../src/trace/recorder.ts";
import { type Engine, type Matrix, networkData, productSize, seedData, matrix as values } from "./workloads.ts";

function tensor(rt: Runtime, { rows, columns, data }: Matrix, grad = false): Tensor {
  const t = rt.from(data, rows === 1 ? [columns] : [rows, columns], float32);
  t.leafRequiresGrad = grad;
  return t;
}

const sgd = OPTIMIZERS.find(({ name }) => name === "SGD") as OptimizerKind;

/** Steps after which a recorder starts anew, as a run does: the trace of an endless loop would fill the memory. */
const stepsPerRecording = 200;

/** How runs are recorded: not at all, or by a recorder with these options. */
function recorded(rt: Runtime, options: RecorderOptions | null, step: () => void): () => void {
  if (options === null) return step;
  let left = 0;
  let recorder: Recorder | null = null;
  return () => {
    if (left-- === 0) {
      recorder?.finish();
      recorder = createRecorder(options);
      rt.observer = recorder;
      left = stepsPerRecording;
    }
    step();
  };
}

export function backstep(name: string, recording: RecorderOptions | null): Engine {
  return {
    name,
    seed() {
      const rt = createRuntime();
      const [x, d] = [tensor(rt, seedData.x), tensor(rt, seedData.d)];
      const [w, b] = [tensor(rt, seedData.w, true), tensor(rt, seedData.b, true)];
      const rate = seedData.rate;
      let last: Tensor = x;
      const step = recorded(rt, recording, () => {
        const loss = sum(pow(sub(d, add(matmul(x, w), b)), 2));
        backward([loss]);
        rt.withGrad(false, () => {
          for (const p of [w, b]) {
            sub_(p, p.grad as Tensor, rate);
            const before = p.grad;
            p.grad = null;
            rt.observer?.gradientCleared(p, before, null);
          }
        });
        last = loss;
      });
      return { step, loss: () => last.item() };
    },
    network(network) {
      const rt = createRuntime();
      const data = networkData(network);
      const x = tensor(rt, data.input);
      const target = network.loss === "mse" ? tensor(rt, data.target) : rt.from(data.labels, [network.batch], int64);
      if (network.loss === "mse" && target.shape.length === 1) throw new Error("one row");
      const weights = data.weights.map((w) => tensor(rt, w, true));
      const biases = data.weights.map((w) =>
        tensor(rt, { rows: 1, columns: w.columns, data: new Float32Array(w.columns) }, true),
      );
      const optimizer = new Optimizer(rt, sgd, [
        { tensors: weights.flatMap((w, i) => [w, biases[i] as Tensor]), options: { lr: network.learningRate } },
      ]);
      let last: Tensor = x;
      const step = recorded(rt, recording, () => {
        optimizer.zeroGrad();
        let h = x;
        weights.forEach((w, i) => {
          h = add(mm(h, w), biases[i] as Tensor);
          if (i + 1 < weights.length) h = run(rt, network.activation, h);
        });
        const loss =
          network.loss === "mse" ? run(rt, "mean", run(rt, "square", sub(h, target))) : crossEntropy(h, target);
        backward([loss]);
        optimizer.step();
        last = loss;
      });
      return { step, loss: () => last.item() };
    },
    product() {
      const rt = createRuntime();
      const a = tensor(rt, values(productSize, productSize, 21), true);
      const b = tensor(rt, values(productSize, productSize, 22), true);
      let last: Tensor = a;
      const step = recorded(rt, recording, () => {
        a.grad = null;
        b.grad = null;
        const out = sum(mm(a, b));
        backward([out]);
        last = out;
      });
      return { step, loss: () => last.item() };
    },
  };
}
