import type { GradNode } from "./node.ts";

/** Nodes ready to run, the one created last first (binary heap on the sequence number; ties in order of arrival). */
export class ReadyQueue {
  private readonly heap: { node: GradNode; turn: number }[] = [];
  private turns = 0;

  push(node: GradNode): void {
    const { heap } = this;
    heap.push({ node, turn: this.turns++ });
    let i = heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.before(i, parent)) break;
      this.swap(i, parent);
      i = parent;
    }
  }

  pop(): GradNode | null {
    const { heap } = this;
    const top = heap[0];
    if (top === undefined) return null;
    const last = heap.pop();
    if (heap.length > 0 && last !== undefined) {
      heap[0] = last;
      let i = 0;
      for (;;) {
        const l = 2 * i + 1;
        let best = i;
        if (l < heap.length && this.before(l, best)) best = l;
        if (l + 1 < heap.length && this.before(l + 1, best)) best = l + 1;
        if (best === i) break;
        this.swap(i, best);
        i = best;
      }
    }
    return top.node;
  }

  private before(i: number, j: number): boolean {
    const a = this.heap[i];
    const b = this.heap[j];
    return a.node.seq !== b.node.seq ? a.node.seq > b.node.seq : a.turn < b.turn;
  }
  private swap(i: number, j: number): void {
    const t = this.heap[i];
    this.heap[i] = this.heap[j];
    this.heap[j] = t;
  }
}
