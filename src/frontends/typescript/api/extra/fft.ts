import { run, runOn } from "../../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../../engine/runtime.ts";
import type { Tensor } from "../../../../engine/tensor.ts";
import type { ExtraFunction } from "./extra-function.ts";

/** Frequencies of `count` bins of a transform of n samples d apart: those from `wrap` on are negative. */
function frequencies(rt: Runtime, count: number, n: number, d: number, wrap: number): Tensor {
  const bins = Array.from({ length: count }, (_, i) => (i < wrap ? i : i - n));
  return run(rt, "mul", rt.from(bins, [count], rt.defaultDtype), 1 / (n * d));
}

/** Rolls each of the dimensions (all unless given) by a part of its size. */
function rolled(rt: Runtime, x: Tensor, dims: readonly number[] | null, by: (size: number) => number): Tensor {
  const all = dims ?? x.shape.map((_, i) => i);
  return runOn(rt, "roll", x, { shifts: all.map((d) => by(x.shape.at(d) ?? 0)), dims: all });
}

/** Functions of `fft` that are no transforms. */
export const EXTRA_FFT: readonly ExtraFunction[] = [
  {
    signature: "fftfreq(int64_t n, double d=1.0)",
    doc: "Frequencies of the bins of a transform of n samples d apart: 0, 1, …, -2, -1 over n·d.",
    call: (rt, n: number, d: number) => frequencies(rt, n, n, d, Math.ceil(n / 2)),
  },
  {
    signature: "rfftfreq(int64_t n, double d=1.0)",
    doc: "Frequencies of the bins that rfft keeps: 0, 1, …, n/2 over n·d.",
    call: (rt, n: number, d: number) => frequencies(rt, Math.floor(n / 2) + 1, n, d, n),
  },
  {
    signature: "fftshift(Tensor input, IntArrayRef[1]? dim=None)",
    doc: "Moves the zero frequency to the middle.",
    call: (rt, x: Tensor, dim: readonly number[] | null) => rolled(rt, x, dim, (size) => Math.floor(size / 2)),
  },
  {
    signature: "ifftshift(Tensor input, IntArrayRef[1]? dim=None)",
    doc: "Undoes fftshift.",
    call: (rt, x: Tensor, dim: readonly number[] | null) => rolled(rt, x, dim, (size) => Math.ceil(size / 2)),
  },
];
