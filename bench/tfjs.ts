import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";
// By path, so that it is bundled: Node takes the package's main file, which leaves the gradients out.
import "./node_modules/@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { type Engine, type Matrix, matrix, networkData, productSize, seedData } from "./workloads.ts";

const tensor = ({ rows, columns, data }: Matrix): tf.Tensor2D => tf.tensor2d(data, [rows, columns]);
const variable = (m: Matrix): tf.Variable => tf.variable(tensor(m));

/** TensorFlow.js on its WebAssembly backend. Rejects when the backend does not start. */
export async function tfjsWasm(): Promise<Engine> {
  if (!(await tf.setBackend("wasm"))) throw new Error("the WebAssembly backend of tfjs did not start");
  await tf.ready();
  /** One step that gives the loss and changes the variables; everything else it made is freed. */
  const work = (body: () => tf.Scalar) => {
    let last: tf.Scalar | null = null;
    return {
      step: () => {
        last?.dispose();
        last = tf.tidy(body);
      },
      loss: () => last?.dataSync()[0] ?? Number.NaN,
    };
  };
  return {
    name: "tfjs-wasm",
    seed() {
      const [x, d, w, b] = [tensor(seedData.x), tensor(seedData.d), variable(seedData.w), variable(seedData.b)];
      return work(() => {
        const { value, grads } = tf.variableGrads(
          () => tf.sum(tf.pow(tf.sub(d, tf.add(tf.matMul(x, w as unknown as tf.Tensor2D), b)), 2)) as tf.Scalar,
          [w, b],
        );
        for (const v of [w, b]) v.assign(tf.sub(v, tf.mul(seedData.rate, grads[v.name] as tf.Tensor)));
        return value;
      });
    },
    network(network) {
      const data = networkData(network);
      const x = tensor(data.input);
      const target =
        network.loss === "mse"
          ? tensor(data.target)
          : tf.oneHot(tf.tensor1d(data.labels, "int32"), network.sizes.at(-1) as number);
      const weights = data.weights.map(variable);
      const biases = data.weights.map((w) => tf.variable(tf.zeros([w.columns])));
      const activation = network.activation === "tanh" ? tf.tanh : tf.relu;
      const optimizer = tf.train.sgd(network.learningRate);
      return work(
        () =>
          optimizer.minimize(
            () => {
              let h: tf.Tensor = x;
              weights.forEach((w, i) => {
                h = tf.add(tf.matMul(h as tf.Tensor2D, w as unknown as tf.Tensor2D), biases[i] as tf.Tensor);
                if (i + 1 < weights.length) h = activation(h);
              });
              return network.loss === "mse"
                ? (tf.losses.meanSquaredError(target, h) as tf.Scalar)
                : (tf.losses.softmaxCrossEntropy(target, h) as tf.Scalar);
            },
            true,
            [...weights, ...biases],
          ) as tf.Scalar,
      );
    },
    product() {
      const a = tensor(matrix(productSize, productSize, 21));
      const b = tensor(matrix(productSize, productSize, 22));
      const both = tf.valueAndGrads((p, q) => tf.sum(tf.matMul(p as tf.Tensor2D, q as tf.Tensor2D)) as tf.Scalar);
      return work(() => both([a, b]).value as tf.Scalar);
    },
  };
}
