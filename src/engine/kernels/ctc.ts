/**
 * Connectionist temporal classification (Graves et al. 2006) of one sequence, in the logarithmic domain. The extended target
 * has a blank before, between and after its labels.
 */
export interface CtcSequence {
  /** log probability of class c at time t. */
  readonly logp: (t: number, c: number) => number;
  readonly times: number;
  readonly target: readonly number[];
  readonly blank: number;
}

const NONE = Number.NEGATIVE_INFINITY;

function logAdd(...values: number[]): number {
  const m = Math.max(...values);
  if (m === NONE) return NONE;
  let total = 0;
  for (const v of values) total += Math.exp(v - m);
  return m + Math.log(total);
}

const labelAt = (s: CtcSequence, i: number): number => (i % 2 === 0 ? s.blank : s.target[(i - 1) / 2]);
/** May the path come from two places back, skipping a blank? */
const skips = (s: CtcSequence, i: number): boolean => i % 2 === 1 && i > 1 && labelAt(s, i) !== labelAt(s, i - 2);

/** alpha[t][i]: log probability of all paths that are at place i of the extended target at time t. */
export function ctcForward(s: CtcSequence): { alpha: Float64Array[]; loss: number } {
  const places = 2 * s.target.length + 1;
  const alpha: Float64Array[] = [];
  for (let t = 0; t < s.times; t++) {
    const row = new Float64Array(places).fill(NONE);
    for (let i = 0; i < places; i++) {
      let from: number;
      if (t === 0) from = i < 2 ? 0 : NONE;
      else {
        const before = alpha[t - 1];
        from = logAdd(before[i], i > 0 ? before[i - 1] : NONE, skips(s, i) ? before[i - 2] : NONE);
      }
      row[i] = from === NONE ? NONE : from + s.logp(t, labelAt(s, i));
    }
    alpha.push(row);
  }
  if (s.times === 0) return { alpha, loss: s.target.length === 0 ? 0 : Number.POSITIVE_INFINITY };
  const last = alpha[s.times - 1];
  return { alpha, loss: -logAdd(last[places - 1], places > 1 ? last[places - 2] : NONE) };
}

/**
 * Gradient of the loss in the log probabilities, by `add(t, c, value)`, as PyTorch defines it: for log probabilities that come
 * from a log-softmax, exp(logp) - (share of the paths that are at class c at time t).
 */
export function ctcBackward(
  s: CtcSequence,
  alpha: readonly Float64Array[],
  loss: number,
  classes: number,
  add: (t: number, c: number, value: number) => void,
): void {
  const places = 2 * s.target.length + 1;
  let beta = new Float64Array(places).fill(NONE);
  for (let t = s.times - 1; t >= 0; t--) {
    const row = new Float64Array(places).fill(NONE);
    for (let i = 0; i < places; i++) {
      let to: number;
      if (t === s.times - 1) to = i >= places - 2 ? 0 : NONE;
      else
        to = logAdd(
          beta[i],
          i + 1 < places ? beta[i + 1] : NONE,
          i + 2 < places && skips(s, i + 2) ? beta[i + 2] : NONE,
        );
      row[i] = to === NONE ? NONE : to + s.logp(t, labelAt(s, i));
    }
    beta = row;
    const share = new Float64Array(classes).fill(NONE);
    for (let i = 0; i < places; i++) {
      const c = labelAt(s, i);
      share[c] = logAdd(share[c], alpha[t][i] + row[i]);
    }
    for (let c = 0; c < classes; c++) {
      const p = s.logp(t, c);
      // alpha and beta both contain the probability at time t.
      add(t, c, Math.exp(p) - Math.exp(share[c] + loss - p));
    }
  }
}
