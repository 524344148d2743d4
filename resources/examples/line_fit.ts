// Gradient descent fits a line, y = w · x + b, in TypeScript.
import { linspace, manualSeed, noGrad, randn, zeros } from "backstep";

manualSeed(0);
const x = linspace(-1, 1, 12);
const y = x.mul(2).sub(0.5).add(randn(12).mul(0.1));

const w = zeros(1, { requiresGrad: true });
const b = zeros(1, { requiresGrad: true });

for (let step = 0; step < 25; step++) {
  const prediction = w.mul(x).add(b);
  const loss = prediction.sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => {
    w.sub_(w.grad!.mul(0.4));
    b.sub_(b.grad!.mul(0.4));
  });
  // Without this the next backward pass adds to these gradients.
  w.grad = null;
  b.grad = null;
  if (step % 5 === 0) console.log(`step ${step}: loss ${loss.item().toFixed(4)}`);
}

console.log(`w = ${w.item().toFixed(3)}, b = ${b.item().toFixed(3)}`);
