// A recurrent network learns the next character of a text, and writes.
import { manualSeed, multinomial, nn, noGrad, optim, tensor, int64, type Tensor } from "backstep";
const text = "hello world, hello torch. ";
const vocabulary = [...new Set(text)].sort();
const encode = (s: string): Tensor => tensor([...s].map((c) => vocabulary.indexOf(c)), { dtype: int64 });

class CharRNN extends nn.Module {
  embed = new nn.Embedding(vocabulary.length, 8);
  rnn = new nn.RNN(8, 16, { batchFirst: true });
  head = new nn.Linear(16, vocabulary.length);
  forward(x: Tensor, h: Tensor | null = null): [Tensor, Tensor] {
    const [out, next] = this.rnn(this.embed(x), h);
    return [this.head(out), next];
  }
}
manualSeed(0);
const model = new CharRNN();
const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });
const data = encode(text);
const x = data.slice(0, -1).unsqueeze(0), y = data.slice(1).unsqueeze(0);
for (let epoch = 0; epoch < 31; epoch++) {
  const [logits] = model(x);
  const loss = nn.functional.crossEntropy(logits.view(-1, vocabulary.length), y.view(-1));
  optimizer.zeroGrad();
  loss.backward();
  nn.utils.clipGradNorm_(model.parameters(), 1);
  optimizer.step();
  if (epoch % 10 === 0) console.log(epoch, loss.item().toFixed(3));
}
noGrad(() => {
  let h: Tensor | null = null;
  let out = "h";
  for (let i = 0; i < 12; i++) {
    const [logits, next]: [Tensor, Tensor] = model(encode(out.at(-1) as string).unsqueeze(0), h);
    h = next;
    out += vocabulary[multinomial(logits[0][-1].softmax(-1), 1).item()];
  }
  console.log(JSON.stringify(out));
});
