/** The turns of a training loop, as the trace found them: graphs of equal structure, numbered. */
import type { TraceSummary } from "../../trace/query.ts";

export interface Iteration {
  /** From 1. */
  number: number;
  scene: number;
  first: number;
  last: number;
}

const numbered = /^iteration (\d+)$/;

/** Iterations of the structure that repeats most (the larger graph where two repeat equally); empty when nothing repeats. */
export function iterationsOf(summary: TraceSummary): Iteration[] {
  const byStructure = new Map<string, { size: number; turns: Iteration[] }>();
  for (const { id, title, structure, firstSeq, lastSeq, nodeCount } of summary.scenes) {
    const match = numbered.exec(title);
    if (!match) continue;
    const turns = byStructure.get(structure) ?? { size: nodeCount, turns: [] };
    turns.turns.push({ number: Number(match[1]), scene: id, first: firstSeq, last: lastSeq });
    byStructure.set(structure, turns);
  }
  const most = [...byStructure.values()].sort((a, b) => b.turns.length - a.turns.length || b.size - a.size)[0];
  return most?.turns ?? [];
}

/** The smallest of 1, 2, 5, 10, 20, … with which labels `spacing` pixels apart have at least `room` pixels each. */
export function labelStep(spacing: number, room: number): number {
  if (!(spacing > 0)) return Number.POSITIVE_INFINITY;
  let step = 1;
  for (let turn = 0; step * spacing < room; turn += 1) step *= turn % 3 === 1 ? 2.5 : 2;
  return step;
}
