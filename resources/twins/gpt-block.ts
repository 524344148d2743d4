// A decoder-only transformer from its parts: causal attention by hand and by PyTorch's layer.
import { arange, int64, manualSeed, nn, ones, optim, randint, type Tensor } from "backstep";
const F = nn.functional;
const [vocabulary, context, width, heads] = [11, 6, 16, 4];

class CausalSelfAttention extends nn.Module {
  qkv = new nn.Linear(width, 3 * width);
  project = new nn.Linear(width, width);
  constructor() {
    super();
    this.registerBuffer("mask", ones(context, context).tril());
  }
  declare mask: Tensor;
  forward(x: Tensor): Tensor {
    const [b, t, c] = x.shape;
    const [q, k, v] = this.qkv(x).split(width, 2).map((p) => p.view(b, t, heads, c / heads).transpose(1, 2));
    const scores = q.matmul(k.transpose(-2, -1)).mul((c / heads) ** -0.5).maskedFill(this.mask.eq(0), -Infinity);
    return this.project(F.softmax(scores, -1).matmul(v).transpose(1, 2).contiguous().view(b, t, c));
  }
}
class Block extends nn.Module {
  ln1 = new nn.LayerNorm(width);
  attention = new CausalSelfAttention();
  ln2 = new nn.LayerNorm(width);
  mlp = new nn.Sequential(new nn.Linear(width, 4 * width), new nn.GELU(), new nn.Linear(4 * width, width));
  forward(x: Tensor): Tensor {
    x = x.add(this.attention(this.ln1(x)));
    return x.add(this.mlp(this.ln2(x)));
  }
}
class GPT extends nn.Module {
  tokens = new nn.Embedding(vocabulary, width);
  positions = new nn.Embedding(context, width);
  blocks = new nn.Sequential(new Block(), new Block());
  norm = new nn.LayerNorm(width);
  head = new nn.Linear(width, vocabulary, { bias: false });
  forward(ids: Tensor): Tensor {
    const x = this.tokens(ids).add(this.positions(arange(ids.size(1))));
    return this.head(this.norm(this.blocks(x)));
  }
}
manualSeed(0);
const model = new GPT();
console.log(model.parameters().reduce((n, p) => n + p.numel(), 0), "parameters");
const ids = randint(0, vocabulary, [4, context + 1], { dtype: int64 });
const x = ids.slice(0, -1, { dim: 1 }), y = ids.slice(1, null, { dim: 1 });
const optimizer = new optim.AdamW(model.parameters(), { lr: 0.01, betas: [0.9, 0.95] });
for (let step = 0; step < 12; step++) {
  const loss = F.crossEntropy(model(x).flatten(0, 1), y.flatten());
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  if (step % 4 === 3) console.log(step, loss.item().toFixed(3));
}
const layer = new nn.TransformerEncoderLayer(width, heads, 4 * width, 0, { activation: "gelu", batchFirst: true, normFirst: true });
const mask = nn.Transformer.generateSquareSubsequentMask(context);
const before = layer(model.tokens(x), { srcMask: mask });
const changed = x.clone();
changed.set([":", -1], 0);
const after = layer(model.tokens(changed), { srcMask: mask });
console.log("the past does not see the future:", before.at(":", ":-1").sub(after.at(":", ":-1")).abs().max().item() < 1e-6 ? 1 : 0);
