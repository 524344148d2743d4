/** The numbers that every engine of the comparison starts from. */

/** A small linear congruential generator (Numerical Recipes), so that all engines get the same numbers. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

export interface Matrix {
  rows: number;
  columns: number;
  data: Float32Array;
}

export function matrix(rows: number, columns: number, seed: number, scale = 1): Matrix {
  const next = random(seed);
  return { rows, columns, data: Float32Array.from({ length: rows * columns }, () => next() * 2 * scale) };
}

/** A multi-layer network with the data of one batch; weights are `in × out`. */
export interface Network {
  name: string;
  activation: "tanh" | "relu";
  loss: "mse" | "crossEntropy";
  batch: number;
  sizes: readonly number[];
  learningRate: number;
}

export const networks: readonly Network[] = [
  {
    name: "MLP 2-16-16-1, batch 100, tanh",
    activation: "tanh",
    loss: "mse",
    batch: 100,
    sizes: [2, 16, 16, 1],
    learningRate: 0.01,
  },
  {
    name: "MLP 784-256-10, batch 64, relu",
    activation: "relu",
    loss: "crossEntropy",
    batch: 64,
    sizes: [784, 256, 10],
    learningRate: 0.01,
  },
];

export interface NetworkData {
  input: Matrix;
  target: Matrix;
  labels: Int32Array;
  weights: Matrix[];
}

export function networkData({ batch, sizes }: Network): NetworkData {
  const outputs = sizes.at(-1) as number;
  return {
    input: matrix(batch, sizes[0] as number, 1),
    target: matrix(batch, outputs, 2),
    labels: Int32Array.from({ length: batch }, (_, i) => i % outputs),
    weights: sizes
      .slice(1)
      .map((size, i) => matrix(sizes[i] as number, size, 3 + i, 1 / Math.sqrt(sizes[i] as number))),
  };
}

/** x (5) · w (5×3) + b, compared with d. */
export const seedData = {
  x: matrix(1, 5, 11),
  w: matrix(5, 3, 12),
  b: matrix(1, 3, 13),
  d: matrix(1, 3, 14),
  rate: 0.01,
};

export const productSize = 512;

/** What an engine brings: one step of each work, with the loss of that step for comparison; null where it lacks something. */
export interface Engine {
  name: string;
  seed(): Work | null;
  network(network: Network): Work | null;
  product(): Work | null;
}
export interface Work {
  step(): void;
  /** Loss of the last step, to see that all engines do the same. */
  loss(): number;
}
