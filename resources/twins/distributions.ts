// Samples, densities, moments and divergences of torch.distributions.
import { type Tensor, distributions, int64, manualSeed, ones, tensor, zeros } from "backstep";
const D = distributions;
manualSeed(0);
const show = (d: distributions.Distribution, x: Tensor) => console.log(d.sample([2]), d.logProb(x), d.mean, d.variance);
const a = tensor([0.5, 2]), b = tensor([1, 3]);
show(new D.Normal(0, 1), tensor(0.3));
show(new D.Normal(a, b), tensor([1, 2]));
show(new D.Laplace(a, b), tensor([1, 2]));
show(new D.Uniform(a, b.add(2)), tensor([1, 3]));
show(new D.Exponential(b), tensor([1, 2]));
show(new D.Gamma(a, b), tensor([1, 2]));
show(new D.Beta(a, b), tensor([0.2, 0.5]));
show(new D.Gumbel(a, b), tensor([1, 2]));
show(new D.LogNormal(a, b), tensor([1, 2]));
show(new D.HalfNormal(b), tensor([1, 2]));
show(new D.StudentT(tensor([3, 4])), tensor([1, 2]));
show(new D.Cauchy(a, b), tensor([1, 2]));
show(new D.Bernoulli(tensor([0.2, 0.7])), tensor([1, 0]));
show(new D.Bernoulli({ logits: tensor([0.2, 0.7]) }), tensor([1, 0]));
show(new D.Geometric(tensor([0.2, 0.7])), tensor([1, 0]));
show(new D.Binomial(5, tensor([0.2, 0.7])), tensor([1, 3]));
show(new D.Poisson(b), tensor([1, 3]));
show(new D.Categorical(tensor([[1, 2, 3], [3, 2, 1]])), tensor([0, 2], { dtype: int64 }));
show(new D.OneHotCategorical({ logits: tensor([0.1, 0.2, 0.3]) }), tensor([0, 1, 0]));
show(new D.Multinomial(4, tensor([0.2, 0.3, 0.5])), tensor([1, 1, 2]));
show(new D.Dirichlet(tensor([1, 2, 3])), tensor([0.2, 0.3, 0.5]));
show(new D.MultivariateNormal(zeros(2), tensor([[2, 0.5], [0.5, 1]])), tensor([1, -1]));
show(new D.Independent(new D.Normal(zeros(3), ones(3)), 1), tensor([1, 2, 3]));
console.log(String(new D.Normal(0, 1)), String(new D.Normal(a, b)), String(new D.Categorical({ logits: ones(3) })));
console.log(new D.Categorical({ logits: tensor([0.1, 0.2, 0.3]) }).entropy(), new D.Normal(a, b).cdf(b), new D.Normal(a, b).icdf(tensor([0.1, 0.9])));
const mu = tensor([0.5, 1], { requiresGrad: true }), sigma = tensor([1, 2], { requiresGrad: true });
const q = new D.Normal(mu, sigma);
const kl = D.klDivergence(q, new D.Normal(zeros(2), ones(2))).sum();
q.rsample().pow(2).sum().add(kl).backward();
console.log(kl, mu.grad, sigma.grad);
const alpha = tensor([1, 2, 3], { requiresGrad: true });
new D.Dirichlet(alpha).rsample().at(0).backward();
console.log(alpha.grad);
console.log(D.klDivergence(new D.Bernoulli(0.3), new D.Bernoulli(0.6)), D.klDivergence(new D.Categorical(a), new D.Categorical(b)), D.klDivergence(new D.Gamma(a, b), new D.Gamma(b, a)));
console.log(D.klDivergence(new D.MultivariateNormal(zeros(2), tensor([[2, 0.5], [0.5, 1]])), new D.MultivariateNormal(ones(2), tensor([[1, 0], [0, 1]]))));
for (const wrong of [() => new D.Normal(0, -1), () => new D.Bernoulli(0.5).logProb(tensor(0.5)), () => new D.Categorical({})])
  try {
    wrong();
  } catch (e) {
    console.log((e as Error).message);
  }
