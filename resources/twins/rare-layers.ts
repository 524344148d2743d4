import { float64, int64, manualSeed, nn, ones, randn, tensor } from "backstep";

manualSeed(0);
const cell = new nn.LSTMCell(3, 4);
const [h, c] = cell(randn(2, 3));
console.log(h, c);
const bag = new nn.EmbeddingBag(5, 3, { mode: "max", dtype: float64 });
console.log(
  bag,
  bag(
    tensor(
      [
        [0, 1],
        [2, 3],
      ],
      { dtype: int64 },
    ),
  ),
);
const e = nn.Embedding.fromPretrained(randn(3, 2), { paddingIdx: 1 });
console.log(e, e(tensor([0, 1], { dtype: int64 })));
const pool = new nn.MaxPool1d(2, { returnIndices: true });
const [y, i] = pool(randn(1, 1, 6));
console.log(new nn.MaxUnpool1d(2)(y, i, [7]));
console.log(
  new nn.LPPool2d(2, 2)(randn(1, 1, 4, 4)),
  new nn.FractionalMaxPool2d(2, { outputRatio: 0.5 })(randn(1, 1, 6, 6)),
);
console.log(new nn.LocalResponseNorm(2)(randn(1, 3, 2, 2)));
console.log(
  nn.functional.gumbelSoftmax(randn(2, 3), { hard: true }),
  nn.functional.gaussianNllLoss(randn(3), randn(3), 1),
  new nn.MultiLabelSoftMarginLoss()(randn(2, 3), ones(2, 3)),
);
console.log(new nn.GRUCell(2, 2, { bias: false }), new nn.RNNCell(2, 3, { nonlinearity: "relu" })(randn(2)));
