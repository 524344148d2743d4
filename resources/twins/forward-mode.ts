// Derivatives in forward mode, and transforms in chunks.
import { allclose, arange, autograd, func, manualSeed, ones, rand, randn, stack, tensor, type Tensor, vmap, zeros } from "backstep";

manualSeed(0);
const x = tensor([0.5, -1, 2]);
const f = (x: Tensor) => stack([x.sin().sum(), x.prod()]);
console.log(func.jacfwd(f)(x));
console.log(allclose(func.jacfwd(f)(x), func.jacrev(f)(x)) ? "True" : "False");
console.log(func.jacrev(f, { chunkSize: 1 })(x));
const [a, b] = func.jacfwd((x: Tensor, y: Tensor) => x.mul(y.exp()), { argnums: [0, 1] })(x, tensor([1, 2, 3]));
console.log(a);
console.log(b);
const [j, aux] = func.jacfwd((x: Tensor) => [x.pow(2), x.sum()], { hasAux: true })(x);
console.log(j, aux);
console.log(func.hessian((x: Tensor) => x.pow(3).sum().add(x.prod()))(x));
const [y, t] = func.jvp((x: Tensor) => x.exp().mul(x), [x], [tensor([1, 0, 2])]);
console.log(y, t);
console.log(vmap(func.jacfwd((x: Tensor) => x.sin()))(randn(2, 3)).shape[0]);
console.log(vmap((x: Tensor) => x.sum(), { chunkSize: 2 })(randn(5, 3)));
console.log(vmap((x: Tensor) => x.add(rand(2)), { randomness: "same", chunkSize: 1 })(zeros(2, 2)));
console.log(vmap((x: Tensor) => [x.mul(2), x.sum()], { outDims: [1, 0], chunkSize: 2 })(arange(0, 6, { dtype: x.dtype }).view(3, 2))[0]);
try {
  vmap((x: Tensor) => x.sin(), { chunkSize: 0 })(x);
} catch (e) {
  console.log((e as Error).message);
}
const { dualLevel, makeDual, unpackDual } = autograd.forwardAD;
dualLevel(() => {
  const d = makeDual(x, tensor([1, 1, 0]));
  const { primal, tangent } = unpackDual(d.mul(d.sin()));
  console.log(primal, tangent);
  console.log(unpackDual(x.exp()).tangent === null ? "None" : "a tangent");
  try {
    makeDual(x, ones(2));
  } catch (e) {
    console.log((e as Error).message);
  }
});
try {
  makeDual(x, x);
} catch (e) {
  console.log((e as Error).message);
}
