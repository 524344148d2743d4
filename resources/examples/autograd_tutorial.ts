// The autograd tutorial in TypeScript: the differentiation engine, switching it off, accumulation, one step of gradient descent.
import { matmul, noGrad, ones, randn, tensor, type Tensor } from "backstep";

// The direct method to compute partial derivatives of loss = (d - y)² with y = b + w₀x₀ + w₁x₁.
function computeGrads(x: Tensor, d: Tensor, w: Tensor, b: Tensor): [Tensor, Tensor] {
  const y = matmul(x, w.detach()).add(b.detach());
  const error = d.sub(y).mul(-2);
  return [error.mul(x), error];
}

// Gradients by autograd and by hand.
let x = tensor([3, 5]); // input vector
let d = tensor(0.2); // desired value
let w = randn(2, { requiresGrad: true }); // weights
let b = randn(1, { requiresGrad: true }); // bias
let y = matmul(x, w).add(b); // output of the model for input x
let loss = d.sub(y).pow(2); // the ideal value is zero, the smaller the better
loss.backward();
console.log(`Gradients with autograd: ${w.grad},${b.grad}`);
const [Dw, Db] = computeGrads(x, d, w, b);
console.log(`Gradients with direct method: ${Dw},${Db}`);

// Three ways not to track gradients.
y = matmul(x, w).add(b);
console.log(`requiresGrad is ${y.requiresGrad}`);
y = noGrad(() => matmul(x, w).add(b));
console.log(`requiresGrad is ${y.requiresGrad}`);
y = matmul(x, w).add(b).detach();
console.log(`requiresGrad is ${y.requiresGrad}`);

// Every backward() adds to .grad of the leaves, until it is zeroed.
x = randn(5);
d = ones(3);
w = randn(5, 3, { requiresGrad: true });
b = randn(3, { requiresGrad: true });
y = matmul(x, w).add(b);
loss = d.sub(y).pow(2).sum();
loss.backward({ retainGraph: true });
console.log(`First call to loss.backward():\nweights and bias grads:\n ${w.grad} ${b.grad}`);
loss.backward({ retainGraph: true });
console.log(`Second call to loss.backward():\nweights and bias grads:\n ${w.grad} ${b.grad}`);
w.grad!.zero_();
b.grad!.zero_();
loss.backward();
console.log(`Third call to loss.backward() with zeroing gradients:\nweights and bias grads:\n ${w.grad} ${b.grad}`);

// A taste of gradient descent.
x = randn(5);
w = randn(5, 3, { requiresGrad: true });
b = randn(3, { requiresGrad: true });
y = matmul(x, w).add(b);
loss = d.sub(y).pow(2).sum();
console.log(`Loss before gradient descent: ${loss}`);
loss.backward();
noGrad(() => {
  w.sub_(w.grad!.mul(0.05));
  b.sub_(b.grad!.mul(0.05));
});
y = matmul(x, w).add(b);
loss = d.sub(y).pow(2).sum();
console.log(`Loss after gradient descent: ${loss}`);
