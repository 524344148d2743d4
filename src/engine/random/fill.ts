import type { Data } from "../dtype.ts";
import type { Generator } from "./generator.ts";

/** Distributions over arrays, drawing from a generator in PyTorch's order (facts: shared design, torch-facts.md). */

/** n uniforms in [from, to): 24-bit floats unless `double`. */
export function fillUniform(g: Generator, out: Data, n: number, from: number, to: number, double: boolean): void {
  if (double) for (let i = 0; i < n; i++) out[i] = g.double() * (to - from) + from;
  else {
    const f = Math.fround;
    const [a, range] = [f(from), f(f(to) - f(from))];
    for (let i = 0; i < n; i++) out[i] = f(f(g.float() * range) + a);
  }
}

/** n normals. From 16 elements on a contiguous array, Box-Muller works on blocks of 16 uniforms. */
export function fillNormal(
  g: Generator,
  out: Data,
  n: number,
  mean: number,
  std: number,
  double: boolean,
  blocks: boolean,
): void {
  if (n < 16 || !blocks) {
    for (let i = 0; i < n; i++) out[i] = g.normal() * std + mean;
    return;
  }
  const f = double ? (x: number) => x : Math.fround;
  const uniform = double ? () => g.double() : () => g.float();
  for (let i = 0; i < n; i++) out[i] = uniform();
  const block = (at: number): void => {
    for (let j = 0; j < 8; j++) {
      const u1 = f(1 - out[at + j]);
      const u2 = out[at + j + 8];
      const radius = f(Math.sqrt(f(-2 * f(Math.log(u1)))));
      const theta = f(f(2 * Math.PI) * u2);
      out[at + j] = f(f(radius * f(Math.cos(theta))) * f(std)) + mean;
      out[at + j + 8] = f(f(radius * f(Math.sin(theta))) * f(std)) + mean;
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
      out[i] = Number(value % BigInt(range)) + low;
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
