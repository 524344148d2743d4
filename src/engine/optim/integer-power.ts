/** A number as an unevaluated sum: high + low with |low| at most half a unit in the last place of high. */
interface Pair {
  readonly high: number;
  readonly low: number;
}

const SPLIT = 2 ** 27 + 1;

/** Exact product of two doubles as a pair (Dekker 1971). */
function exactProduct(a: number, b: number): Pair {
  const high = a * b;
  const pa = a * SPLIT;
  const a1 = pa - (pa - a);
  const a2 = a - a1;
  const pb = b * SPLIT;
  const b1 = pb - (pb - b);
  const b2 = b - b1;
  return { high, low: a1 * b1 - high + a1 * b2 + a2 * b1 + a2 * b2 };
}

function times(x: Pair, y: Pair): Pair {
  const p = exactProduct(x.high, y.high);
  const low = p.low + (x.high * y.low + x.low * y.high);
  const high = p.high + low;
  return { high, low: p.high - high + low };
}

/** base ** n for a whole n ≥ 0, correctly rounded (V8's `**` is not, and bias corrections would differ from Python's). */
export function integerPower(base: number, n: number): number {
  if (!Number.isInteger(n) || n < 0 || !Number.isFinite(base)) return base ** n;
  let result: Pair = { high: 1, low: 0 };
  let square: Pair = { high: base, low: 0 };
  for (let k = n; k > 0; k = Math.floor(k / 2)) {
    if (k % 2 === 1) result = times(result, square);
    square = times(square, square);
  }
  return result.high;
}
