import type { Data, DType } from "../dtype.ts";
import { boxMuller } from "./box-muller.ts";
import type { Generator } from "./generator.ts";

/** Distributions over arrays, drawing from a generator in PyTorch's order (facts: shared design, torch-facts.md). */

/** One uniform in [0, 1) with as many bits as the dtype's significand: 24, 53, 11 or 8. */
function uniformOf(g: Generator, dtype: DType): () => number {
  switch (dtype.name) {
    case "float64":
      return () => g.double();
    case "float16":
      return () => (g.u32() & 0x7ff) / 2048;
    case "bfloat16":
      return () => (g.u32() & 0xff) / 256;
    default:
      return () => g.float();
  }
}

/** n uniforms in [from, to). Narrow dtypes compute in float32. */
export function fillUniform(g: Generator, out: Data, n: number, from: number, to: number, dtype: DType): void {
  const uniform = uniformOf(g, dtype);
  const f = dtype.name === "float64" ? (x: number) => x : Math.fround;
  const [a, range] = [f(from), f(f(to) - f(from))];
  // One rounding: PyTorch's kernel multiplies and adds in one instruction.
  for (let i = 0; i < n; i++) out[i] = dtype.round(f(uniform() * range + a));
}

/** n normals. From 16 elements on a contiguous array, Box-Muller works on blocks of 16 uniforms. */
export function fillNormal(
  g: Generator,
  out: Data,
  n: number,
  mean: number,
  std: number,
  dtype: DType,
  blocks: boolean,
): void {
  if (n < 16 || !blocks) {
    for (let i = 0; i < n; i++) out[i] = dtype.round(g.normal() * std + mean);
    return;
  }
  const f = dtype.round;
  const wide = dtype.name === "float64" ? (x: number) => x : Math.fround;
  const uniform = uniformOf(g, dtype);
  for (let i = 0; i < n; i++) out[i] = uniform();
  const [mu, sigma] = [f(mean), f(std)];
  const block = (at: number): void => {
    for (let j = 0; j < 8; j++) {
      if (dtype.name === "float32") {
        boxMuller(out, at + j, mu, sigma);
        continue;
      }
      const u1 = f(1 - out[at + j]);
      const u2 = out[at + j + 8];
      const radius = f(wide(Math.sqrt(wide(-2 * wide(Math.log(u1))))));
      const theta = f(wide(2 * Math.PI) * u2);
      out[at + j] = f(wide(wide(radius * wide(Math.cos(theta))) * sigma + mu));
      out[at + j + 8] = f(wide(wide(radius * wide(Math.sin(theta))) * sigma + mu));
    }
  };
  for (let i = 0; i < n - 15; i += 16) block(i);
  if (n % 16 !== 0) {
    for (let i = n - 16; i < n; i++) out[i] = uniform();
    block(n - 16);
  }
}

/** n integers in [low, high). */
export function fillIntegers(g: Generator, out: Data, n: number, low: number, high: number): void {
  const range = high - low;
  if (range >= 2 ** 32) {
    for (let i = 0; i < n; i++) {
      const value = (BigInt(g.u32()) << 32n) | BigInt(g.u32());
      out[i] = Number((value % BigInt(range)) + BigInt(low));
    }
    return;
  }
  for (let i = 0; i < n; i++) out[i] = (g.u32() % range) + low;
}

/** A random permutation of 0 … n-1. */
export function fillPermutation(g: Generator, out: Data, n: number): void {
  for (let i = 0; i < n; i++) out[i] = i;
  for (let i = 0; i < n - 1; i++) {
    const j = i + (g.u32() % (n - i));
    const t = out[i];
    out[i] = out[j];
    out[j] = t;
  }
}

/** Exponential with rate lambda. */
export function exponential(g: Generator, lambda: number): number {
  return -Math.log1p(-g.double()) / lambda;
}

/**
 * Poisson with rate lambda: transformed rejection (Hörmann 1993) from rate 10 on, else products of uniforms (Knuth).
 * `lgamma` is the logarithm of the gamma function.
 */
export function poisson(g: Generator, lambda: number, lgamma: (x: number) => number): number {
  if (lambda === 0) return 0;
  if (lambda < 10) {
    const limit = Math.exp(-lambda);
    let count = 0;
    for (let product = g.double(); product > limit; product *= g.double()) count++;
    return count;
  }
  const root = Math.sqrt(lambda);
  const logRate = Math.log(lambda);
  const b = 0.931 + 2.53 * root;
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = g.double() - 0.5;
    const v = g.double();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + lambda + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b) <= -lambda + k * logRate - lgamma(k + 1))
      return k;
  }
}
