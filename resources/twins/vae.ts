// A variational autoencoder: the reparameterisation trick, and the divergence from a standard normal.
import { distributions, manualSeed, nn, ones, optim, rand, zeros, type Tensor } from "backstep";
const { Normal, Independent, klDivergence } = distributions;
class VAE extends nn.Module {
  encoder = new nn.Sequential(new nn.Linear(12, 16), new nn.ReLU(), new nn.Linear(16, 4));
  decoder = new nn.Sequential(new nn.Linear(2, 16), new nn.ReLU(), new nn.Linear(16, 12));
  forward(x: Tensor): [Tensor, distributions.Independent] {
    const [mu, logVar] = this.encoder(x).chunk(2, -1);
    const q = new Independent(new Normal(mu, logVar.mul(0.5).exp()), 1);
    return [this.decoder(q.rsample()), q];
  }
}
manualSeed(0);
const model = new VAE();
const x = rand(32, 12).gt(0.5).float();
const prior = new Independent(new Normal(zeros(2), ones(2)), 1);
const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
for (let step = 0; step < 40; step++) {
  const [logits, q] = model(x);
  const reconstruction = nn.functional.binaryCrossEntropyWithLogits(logits, x, { reduction: "none" }).sum(-1);
  const kl = klDivergence(q, prior);
  const loss = reconstruction.add(kl).mean();
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  if (step % 10 === 9) console.log(step, loss.item().toFixed(3), kl.mean().item().toFixed(3));
}
console.log(model.decoder(zeros(1, 2)).sigmoid().detach());
