// A network with one hidden layer learns XOR, which no single layer can: a model class, a loss, an optimizer.
import { manualSeed, nn, optim, tensor, type Tensor } from "backstep";

manualSeed(1);
const inputs = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const targets = tensor([[0], [1], [1], [0]]);

class Network extends nn.Module {
  hidden = new nn.Linear(2, 4);
  output = new nn.Linear(4, 1);

  forward(x: Tensor): Tensor {
    return this.output(this.hidden(x).tanh()).sigmoid();
  }
}

const model = new Network();
const optimizer = new optim.SGD(model.parameters(), { lr: 2 });
const measure = new nn.MSELoss();

for (let epoch = 0; epoch < 200; epoch++) {
  optimizer.zeroGrad();
  const loss = measure(model(inputs), targets);
  loss.backward();
  optimizer.step();
  if (epoch % 40 === 0) console.log(`epoch ${epoch}: loss ${loss.item().toFixed(4)}`);
}

console.log(model(inputs).detach().round());
