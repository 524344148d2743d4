import { torch } from "js-pytorch";
import { type Engine, type Matrix, matrix, networkData, productSize, seedData } from "./workloads.ts";

type Tensor = InstanceType<typeof torch.Tensor>;

const nested = ({ rows, columns, data }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
const tensor = (m: Matrix, grad = false): Tensor => torch.tensor(nested(m), grad);

function lossOf(t: Tensor): number {
  let x: unknown = t.tolist();
  while (Array.isArray(x)) x = x[0];
  return Number(x);
}

/** js-pytorch. It has no tanh and no plain gradient descent: its networks use ReLU, its steps Adam, which is its only optimiser. */
export function jsPytorch(): Engine {
  const work = (body: () => Tensor) => {
    let last: Tensor | null = null;
    return {
      step: () => {
        last = body();
      },
      loss: () => (last === null ? Number.NaN : lossOf(last)),
    };
  };
  return {
    name: "js-pytorch",
    seed() {
      const [x, d, w, b] = [tensor(seedData.x), tensor(seedData.d), tensor(seedData.w, true), tensor(seedData.b, true)];
      const optimizer = new torch.optim.Adam([w, b], seedData.rate);
      return work(() => {
        const error = torch.add(d, torch.neg(torch.add(torch.matmul(x, w), b)));
        const loss = torch.pow(error, 2).sum();
        loss.backward();
        optimizer.step();
        optimizer.zero_grad();
        return loss;
      });
    },
    network(network) {
      const data = networkData(network);
      const x = tensor(data.input);
      const weights = data.weights.map((w) => tensor(w, true));
      const biases = data.weights.map((w) => torch.tensor(new Array<number>(w.columns).fill(0), true));
      const optimizer = new torch.optim.Adam([...weights, ...biases], network.learningRate);
      const relu = new torch.nn.ReLU();
      const criterion = network.loss === "mse" ? new torch.nn.MSELoss() : new torch.nn.CrossEntropyLoss();
      const target = network.loss === "mse" ? tensor(data.target) : torch.tensor(Array.from(data.labels));
      return work(() => {
        let h = x;
        weights.forEach((w, i) => {
          h = torch.add(torch.matmul(h, w), biases[i] as Tensor);
          if (i + 1 < weights.length) h = relu.forward(h);
        });
        const loss = criterion.forward(h, target);
        loss.backward();
        optimizer.step();
        optimizer.zero_grad();
        return loss;
      });
    },
    product() {
      const a = tensor(matrix(productSize, productSize, 21), true);
      const b = tensor(matrix(productSize, productSize, 22), true);
      return work(() => {
        const out = torch.matmul(a, b).sum();
        out.backward();
        a.zero_grad();
        b.zero_grad();
        return out;
      });
    },
  };
}
