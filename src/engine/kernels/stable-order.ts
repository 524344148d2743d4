import type { Data } from "../dtype.ts";

const RUN = 8;

/**
 * Element numbers of the first `n` values in ascending (or descending) order; equal ones keep their order. NaN counts as larger
 * than every number. Merge sort from short runs that are sorted by insertion.
 */
export function stableOrder(values: Data, n: number, down: boolean): Int32Array {
  let from = new Int32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) if (values[i] === values[i]) from[count++] = i;
  const numbers = count;
  if (count < n) for (let i = 0; i < n; i++) if (values[i] !== values[i]) from[count++] = i;
  // Reversing the sign reverses the order without touching the order of equal elements.
  const sign = down ? -1 : 1;
  for (let start = 0; start < numbers; start += RUN) {
    const end = Math.min(start + RUN, numbers);
    for (let i = start + 1; i < end; i++) {
      const at = from[i];
      const key = sign * values[at];
      let k = i;
      while (k > start && sign * values[from[k - 1]] > key) {
        from[k] = from[k - 1];
        k--;
      }
      from[k] = at;
    }
  }
  let to = new Int32Array(n);
  for (let width = RUN; width < numbers; width *= 2) {
    for (let start = 0; start < numbers; start += 2 * width) {
      const middle = Math.min(start + width, numbers);
      const end = Math.min(start + 2 * width, numbers);
      let a = start;
      let b = middle;
      for (let k = start; k < end; k++)
        to[k] = a < middle && (b >= end || sign * values[from[a]] <= sign * values[from[b]]) ? from[a++] : from[b++];
    }
    for (let k = numbers; k < n; k++) to[k] = from[k];
    [from, to] = [to, from];
  }
  if (!down || numbers === n) return from;
  const out = new Int32Array(n);
  out.set(from.subarray(numbers), 0);
  out.set(from.subarray(0, numbers), n - numbers);
  return out;
}
