/** Bessel functions of orders 0 and 1 in double precision: power series near the origin, Hankel's asymptotic series far out. */

/** Σ (x²/4)^k / (k! (k+n)!), all terms positive: I_n(x)·(2/x)^n. */
function modifiedSeries(n: 0 | 1, x: number): number {
  const q = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 500; k++) {
    term *= q / (k * (k + n));
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return sum;
}

/** Σ ± a_k(n) / x^k, up to its smallest term: e^-x √(2πx) I_n(x) for large x. */
function modifiedTail(n: 0 | 1, x: number): number {
  const mu = 4 * n * n;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 200; k++) {
    const next = (-term * (mu - (2 * k - 1) ** 2)) / (k * 8 * x);
    if (Math.abs(next) > Math.abs(term)) break;
    term = next;
    sum += term;
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) break;
  }
  return sum / Math.sqrt(2 * Math.PI * x);
}

/** I₀(x)·e^-|x| */
export function i0e(x: number): number {
  const a = Math.abs(x);
  return a < 25 ? Math.exp(-a) * modifiedSeries(0, a) : modifiedTail(0, a);
}
export function i0(x: number): number {
  const a = Math.abs(x);
  return a < 25 ? modifiedSeries(0, a) : Math.exp(a) * modifiedTail(0, a);
}
/** I₁(x)·e^-|x| */
export function i1e(x: number): number {
  const a = Math.abs(x);
  const y = a < 25 ? Math.exp(-a) * (a / 2) * modifiedSeries(1, a) : modifiedTail(1, a);
  return x < 0 ? -y : y;
}
export function i1(x: number): number {
  const a = Math.abs(x);
  const y = a < 25 ? (a / 2) * modifiedSeries(1, a) : Math.exp(a) * modifiedTail(1, a);
  return x < 0 ? -y : y;
}

/** Modulus parts P and Q of Hankel's expansion. */
function hankel(n: 0 | 1, x: number): [p: number, q: number] {
  const mu = 4 * n * n;
  let term = 1;
  let p = 1;
  let q = 0;
  for (let k = 1; k < 200; k++) {
    const next = (term * (mu - (2 * k - 1) ** 2)) / (k * 8 * x);
    if (Math.abs(next) > Math.abs(term)) break;
    term = next;
    // i^k gathers the signs: k = 1 → +Q, 2 → -P, 3 → -Q, 4 → +P.
    if (k % 4 === 1) q += term;
    else if (k % 4 === 2) p -= term;
    else if (k % 4 === 3) q -= term;
    else p += term;
    if (Math.abs(term) < 1e-17) break;
  }
  return [p, q];
}

/** J_n(x) by Miller's downward recurrence, normalised with J₀ + 2(J₂ + J₄ + …) = 1; x ≥ 0 moderate. */
function miller(n: 0 | 1, x: number): number {
  if (x === 0) return n === 0 ? 1 : 0;
  const top = 2 * Math.ceil((x + 40) / 2);
  let above = 0;
  let here = 1e-300;
  let norm = 0;
  let wanted = 0;
  for (let k = top; k > 0; k--) {
    const below = ((2 * k) / x) * here - above;
    above = here;
    here = below;
    if (k - 1 === n) wanted = here;
    if ((k - 1) % 2 === 0) norm += k - 1 === 0 ? here : 2 * here;
    if (Math.abs(here) > 1e200) {
      above *= 1e-200;
      here *= 1e-200;
      norm *= 1e-200;
      wanted *= 1e-200;
    }
  }
  return wanted / norm;
}

export function j0(x: number): number {
  const a = Math.abs(x);
  if (!Number.isFinite(a)) return Number.isNaN(x) ? x : 0;
  if (a < 25) return miller(0, a);
  const [p, q] = hankel(0, a);
  const chi = a - Math.PI / 4;
  return Math.sqrt(2 / (Math.PI * a)) * (p * Math.cos(chi) - q * Math.sin(chi));
}
export function j1(x: number): number {
  const a = Math.abs(x);
  if (!Number.isFinite(a)) return Number.isNaN(x) ? x : 0;
  let y: number;
  if (a < 25) y = miller(1, a);
  else {
    const [p, q] = hankel(1, a);
    const chi = a - (3 * Math.PI) / 4;
    y = Math.sqrt(2 / (Math.PI * a)) * (p * Math.cos(chi) - q * Math.sin(chi));
  }
  return x < 0 ? -y : y;
}
