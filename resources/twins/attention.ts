import { manualSeed, nn, randn, tensor } from "backstep";

manualSeed(0);
const mha = new nn.MultiheadAttention(8, 2, { batchFirst: true });
const x = randn(2, 3, 8);
const [y, w] = mha(x, x, x);
console.log(y.sum(), w);
const mha2 = new nn.MultiheadAttention(4, 2, { kdim: 3, vdim: 5, addBiasKv: true, addZeroAttn: true });
const [y2, w2] = mha2(randn(2, 1, 4), randn(3, 1, 3), randn(3, 1, 5), { averageAttnWeights: false });
console.log(y2, w2);
y2.sum().backward();
console.log(mha2.biasK!.grad, mha2.qProjWeight!.grad!.norm());
const layer = new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16, dropout: 0, batchFirst: true });
const enc = new nn.TransformerEncoder(layer, 2);
const mask = nn.Transformer.generateSquareSubsequentMask(3);
console.log(enc(x, { mask }).sum(0));
console.log(
  enc(x, {
    srcKeyPaddingMask: tensor([
      [false, false, true],
      [false, false, false],
    ]),
  }).sum([0, 1]),
);
const t = new nn.Transformer(8, 2, 1, 1, { dimFeedforward: 16, dropout: 0.1 });
console.log(
  t(randn(4, 2, 8), randn(3, 2, 8), { tgtMask: mask })
    .mul(10)
    .round(),
);
const dec = new nn.TransformerDecoderLayer(8, 2, 16, 0, "gelu", { normFirst: true });
const out = dec(randn(3, 8), randn(4, 8));
out.pow(2).sum().backward();
console.log(out, dec.linear1.weight.grad!.norm());
