import { type DType, isFloating } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { op, type Signature } from "../op.ts";
import type { Runtime } from "../runtime.ts";
import { FloatScalar } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { i0 } from "./special-bessel.ts";

const OPTIONS =
  "ScalarType dtype=None, Layout layout=None, Device device=None, bool pin_memory=False, bool requires_grad=False";

/** Values of a window of `n` points (periodic windows are one longer and drop the last), each step rounded to the dtype. */
function window(
  name: string,
  rt: Runtime,
  length: number,
  periodic: boolean,
  dtype: DType | null,
  value: (k: number, n: number, round: (x: number) => number) => number,
): Tensor {
  const type = dtype ?? rt.defaultDtype;
  if (!isFloating(type)) throw runtimeError(`${name} expects floating point dtypes, got: ${type.name}`);
  check(length >= 0, () => `${name} requires non-negative window_length, got window_length=${length}`);
  const out = rt.empty([length], type);
  if (length === 1) out.data[0] = 1;
  else {
    const n = periodic ? length + 1 : length;
    for (let k = 0; k < length; k++) out.data[k] = type.round(value(k, n, type.round));
  }
  return out;
}

const wave = (k: number, n: number, round: (x: number) => number, times: number): number =>
  round(Math.cos(round(k * (round(2 * Math.PI * times) / (n - 1)))));

function cosineWindow(name: string, alpha: number, beta: number, tunable: boolean) {
  const make = (rt: Runtime, length: number, periodic: boolean, a: number, b: number, dtype: DType | null): Tensor =>
    window(name, rt, length, periodic, dtype, (k, n, round) => round(round(wave(k, n, round, 1) * -b) + a));
  const signatures: (string | Signature)[] = [
    {
      text: `${name}(int64_t window_length, *, ${OPTIONS})`,
      call: (rt: Runtime, n: number, dtype: DType | null) => make(rt, n, true, alpha, beta, dtype),
    },
    {
      text: `${name}(int64_t window_length, bool periodic, *, ${OPTIONS})`,
      call: (rt: Runtime, n: number, periodic: boolean, dtype: DType | null) =>
        make(rt, n, periodic, alpha, beta, dtype),
    },
  ];
  if (tunable)
    signatures.push(`${name}(int64_t window_length, bool periodic, double alpha, double beta=${beta}, *, ${OPTIONS})`);
  return op({
    name,
    args: ["rt", "window_length", "periodic", "alpha", "beta", "dtype"],
    forward: (
      rt: Runtime,
      length: number,
      periodic: boolean = true,
      a: number = alpha,
      b: number = beta,
      dtype: DType | null = null,
    ): Tensor => make(rt, length, periodic, a, b, dtype),
    places: ["torch"],
    signatures,
  });
}
export const hannWindow = cosineWindow("hann_window", 0.5, 0.5, false);
export const hammingWindow = cosineWindow("hamming_window", 0.54, 0.46, true);

function plainWindow(name: string, value: (k: number, n: number, round: (x: number) => number) => number) {
  return op({
    name,
    args: ["rt", "window_length", "periodic", "dtype"],
    forward: (rt: Runtime, length: number, periodic: boolean = true, dtype: DType | null = null): Tensor =>
      window(name, rt, length, periodic, dtype, value),
    places: ["torch"],
    signatures: [`${name}(int64_t window_length, bool periodic=True, *, ${OPTIONS})`],
  });
}
export const bartlettWindow = plainWindow("bartlett_window", (k, n, round) => {
  const x = round(k * (2 / (n - 1)));
  return k < Math.floor((n - 1) / 2) + 1 ? x : round(2 - x);
});
export const blackmanWindow = plainWindow("blackman_window", (k, n, round) =>
  round(round(round(wave(k, n, round, 2) * 0.08) - round(wave(k, n, round, 1) * 0.5)) + 0.42),
);

export const kaiserWindow = op({
  name: "kaiser_window",
  args: ["rt", "window_length", "periodic", "beta", "dtype"],
  forward: (
    rt: Runtime,
    length: number,
    periodic: boolean = true,
    beta: number = 12,
    dtype: DType | null = null,
  ): Tensor => {
    const scale = rt.quietly(() => i0(rt.scalar(beta, rt.defaultDtype)).item());
    const shape = window("kaiser_window", rt, length, periodic, dtype, (k, n, round) =>
      round(beta * round(Math.sqrt(Math.max(0, 1 - round((k * 2) / (n - 1) - 1) ** 2)))),
    );
    if (length === 1) return shape;
    return rt.quietly(() => mul(i0(shape), new FloatScalar(1 / scale)));
  },
  places: ["torch"],
  signatures: [
    {
      text: `kaiser_window(int64_t window_length, *, ${OPTIONS})`,
      call: (rt: Runtime, n: number, dtype: DType | null) => kaiserWindow(rt, n, true, 12, dtype),
    },
    {
      text: `kaiser_window(int64_t window_length, bool periodic, *, ${OPTIONS})`,
      call: (rt: Runtime, n: number, periodic: boolean, dtype: DType | null) =>
        kaiserWindow(rt, n, periodic, 12, dtype),
    },
    `kaiser_window(int64_t window_length, bool periodic, double beta, *, ${OPTIONS})`,
  ],
});
