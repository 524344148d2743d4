// An LSTM predicts the next value of a wave.
import { linspace, manualSeed, nn, optim, sin, stack, type Tensor } from "backstep";
class Forecast extends nn.Module {
  lstm = new nn.LSTM(1, 12, 2, { batchFirst: true });
  head = new nn.Linear(12, 1);
  forward(x: Tensor): Tensor {
    const [out, [h]] = this.lstm(x);
    return this.head(out.at(":", -1)).add(h[1].mean().mul(0));
  }
}
manualSeed(1);
const wave = sin(linspace(0, 12, 60));
const windows = stack(Array.from({ length: 50 }, (_, i) => wave.slice(i, i + 10)));
const x = windows.slice(0, 9, { dim: 1 }).unsqueeze(-1), y = windows.at(":", "9:");
const model = new Forecast();
const optimizer = new optim.AdamW(model.parameters(), { lr: 0.02 });
const schedule = new optim.lrScheduler.CosineAnnealingLR(optimizer, 30);
for (let epoch = 0; epoch < 30; epoch++) {
  const loss = nn.functional.mseLoss(model(x), y);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  schedule.step();
  if (epoch % 10 === 9) console.log(epoch, loss.item().toFixed(4), schedule.getLastLr()[0].toFixed(5));
}
console.log(Object.keys(model.stateDict()).length, model.lstm.weightHhL1.grad.norm());
