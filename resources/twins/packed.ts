// Sequences of different lengths: padded, packed, through recurrent layers, and back.
import { int64, manualSeed, nn, randn, tensor, type Tensor } from "backstep";

const { packPaddedSequence, packSequence, padPackedSequence, padSequence, unpackSequence, unpadSequence } = nn.utils.rnn;
manualSeed(0);
const seqs = [randn(3, 2), randn(5, 2), randn(2, 2)];
const padded = padSequence(seqs, { batchFirst: true });
const lengths = tensor([3, 5, 2], { dtype: int64 });
const whole = (values: number[]) => tensor(values, { dtype: int64 });
console.log(padSequence([whole([1, 2, 3]), whole([4])], { batchFirst: true, paddingValue: 9, paddingSide: "left" }));
const packed = packPaddedSequence(padded, lengths, { batchFirst: true, enforceSorted: false });
console.log(packed);
const lstm = new nn.LSTM(2, 3, { numLayers: 2, bidirectional: true, batchFirst: true });
const [out, [h, c]] = lstm(packed);
const [back, n] = padPackedSequence(out, { batchFirst: true });
console.log(back, n);
console.log(h[-1], c[0]);
back.pow(2).sum().backward();
console.log(lstm.weightHhL0.grad.norm(), lstm.biasIhL1Reverse.grad);
const gru = new nn.GRU(2, 3);
const [steps, last] = gru(packSequence([randn(4, 2), randn(2, 2)]), randn(1, 2, 3));
console.log(steps.data, steps.batchSizes);
console.log(last);
const shape = (t: Tensor) => `[${t.shape.join(", ")}]`;
console.log(`[${unpackSequence(steps).map(shape).join(", ")}]`);
console.log(unpadSequence(padded, lengths, { batchFirst: true })[2]);
console.log(padPackedSequence(steps, { totalLength: 5 })[0].shape[0]);
try {
  packPaddedSequence(padded, lengths, { batchFirst: true });
} catch (e) {
  console.log((e as Error).message);
}
try {
  padPackedSequence(steps, { totalLength: 2 });
} catch (e) {
  console.log((e as Error).message);
}
