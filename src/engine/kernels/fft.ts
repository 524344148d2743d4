/** Discrete Fourier transforms of one sequence, in double precision, in place on (re, im). */

/** Lengths up to which a transform that is no power of two is summed directly. */
const DIRECT = 64;

/** Unnormalised DFT with e^(sign·2πi·jk/n). */
export function transform(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
  const n = re.length;
  if (n <= 1) return;
  if ((n & (n - 1)) === 0) powerOfTwo(re, im, sign);
  else if (n <= DIRECT) direct(re, im, sign);
  else chirp(re, im, sign);
}

/** cos and sin of 2πk/n, exact at quarter turns. */
function turn(k: number, n: number): readonly [number, number] {
  const q = (4 * k) / n;
  if (Number.isInteger(q)) return [[1, 0, -1, 0][q % 4], [0, 1, 0, -1][q % 4]];
  const angle = (2 * Math.PI * k) / n;
  return [Math.cos(angle), Math.sin(angle)];
}

function powerOfTwo(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  const cos = new Float64Array(n / 2);
  const sin = new Float64Array(n / 2);
  for (let k = 0; k < n / 2; k++) {
    const [c, s] = turn(k, n);
    cos[k] = c;
    sin[k] = sign * s;
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    const step = n / size;
    for (let start = 0; start < n; start += size)
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const wr = cos[k * step];
        const wi = sin[k * step];
        const xr = re[b] * wr - im[b] * wi;
        const xi = re[b] * wi + im[b] * wr;
        re[b] = re[a] - xr;
        im[b] = im[a] - xi;
        re[a] += xr;
        im[a] += xi;
      }
  }
}

function direct(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
  const n = re.length;
  const table = Array.from({ length: n }, (_, k) => turn(k, n));
  const a = re.slice();
  const b = im.slice();
  for (let k = 0; k < n; k++) {
    let sr = 0;
    let si = 0;
    for (let j = 0; j < n; j++) {
      const [c, s] = table[(j * k) % n];
      sr += a[j] * c - sign * b[j] * s;
      si += sign * a[j] * s + b[j] * c;
    }
    re[k] = sr;
    im[k] = si;
  }
}

/** Bluestein's algorithm: any length as a convolution of power-of-two length, with jk = (j² + k² - (k-j)²)/2. */
function chirp(re: Float64Array, im: Float64Array, sign: 1 | -1): void {
  const n = re.length;
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const cos = new Float64Array(n);
  const sin = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    // k² modulo 2n keeps the angle small and exact.
    const [c, s] = turn((k * k) % (2 * n), 2 * n);
    cos[k] = c;
    sin[k] = sign * s;
  }
  const [ar, ai] = [new Float64Array(size), new Float64Array(size)];
  const [br, bi] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < n; k++) {
    ar[k] = re[k] * cos[k] - im[k] * sin[k];
    ai[k] = re[k] * sin[k] + im[k] * cos[k];
    br[k] = cos[k];
    bi[k] = -sin[k];
    if (k > 0) {
      br[size - k] = cos[k];
      bi[size - k] = -sin[k];
    }
  }
  powerOfTwo(ar, ai, -1);
  powerOfTwo(br, bi, -1);
  for (let k = 0; k < size; k++) {
    const r = ar[k] * br[k] - ai[k] * bi[k];
    ai[k] = ar[k] * bi[k] + ai[k] * br[k];
    ar[k] = r;
  }
  powerOfTwo(ar, ai, 1);
  for (let k = 0; k < n; k++) {
    const r = ar[k] / size;
    const i = ai[k] / size;
    re[k] = r * cos[k] - i * sin[k];
    im[k] = r * sin[k] + i * cos[k];
  }
}
