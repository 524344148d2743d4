/** Timing of several candidates in one run, taking turns, so that a slow moment of the machine hits all of them. */

export interface Candidate {
  name: string;
  /** One step of the work. */
  step(): void;
}

export interface Timing {
  name: string;
  /** Microseconds of one step: the lower quartile over rounds. */
  us: number;
}

const roundMilliseconds = 60;

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Steps that take about one round's time, found while warming up. */
function calibrate({ step }: Candidate): number {
  const start = performance.now();
  let steps = 0;
  let passed = 0;
  while (passed < 4 * roundMilliseconds && steps < 4000) {
    step();
    steps++;
    passed = performance.now() - start;
  }
  return Math.max(1, Math.round((steps * roundMilliseconds) / passed));
}

/** Lower quartile: what the work takes when the machine does nothing else, and still with its share of garbage collection. */
export function quartile(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 4)] as number;
}

/** Time of each candidate (lower quartile) over `rounds` rounds in which all take turns. */
export function compare(candidates: readonly Candidate[], rounds = 9): Timing[] {
  const steps = candidates.map(calibrate);
  const times: number[][] = candidates.map(() => []);
  for (let round = 0; round < rounds; round++)
    candidates.forEach(({ step }, i) => {
      const count = steps[i] as number;
      const start = performance.now();
      for (let k = 0; k < count; k++) step();
      (times[i] as number[]).push(((performance.now() - start) / count) * 1000);
    });
  return candidates.map(({ name }, i) => ({ name, us: quartile(times[i] as number[]) }));
}

export function formatMicroseconds(us: number): string {
  if (us >= 100_000) return `${(us / 1000).toFixed(0)} ms`;
  if (us >= 1000) return `${(us / 1000).toFixed(us >= 10_000 ? 1 : 2)} ms`;
  return `${us.toFixed(us >= 100 ? 0 : us >= 10 ? 1 : 2)} µs`;
}

/** Prints aligned rows: the first cell to the left, the others to the right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  for (const row of rows)
    console.log(
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
        .join("  ")
        .trimEnd(),
    );
}
