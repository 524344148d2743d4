import { Int32List } from "./growable.ts";

/** What arrived at the nodes of a pass that waits for one inside it. */
interface Parked {
  pass: number;
  /** Node, contributions, sum. */
  first: [number, number, number][];
  others: Map<number, (number | null)[]>;
}

/** What has arrived so far at each node in the backward pass under way: number of contributions, and the sum per output. */
export class GradientSums {
  private pass = -1;
  /** By node: pass + 1 that the two other columns are of. */
  private readonly passes = new Int32List();
  private readonly contributions = new Int32List();
  /** Value + 1 of the sum for the first output. */
  private readonly sums = new Int32List();
  private others = new Map<number, (number | null)[]>();
  private readonly parked: Parked[] = [];

  /** A pass begins; it may run inside another one, of the same nodes. */
  begin(pass: number): void {
    const first: Parked["first"] = [];
    if (this.pass >= 0)
      this.passes.view().forEach((owner, node) => {
        if (owner === this.pass + 1) first.push([node, this.contributions.get(node), this.sums.get(node)]);
      });
    this.parked.push({ pass: this.pass, first, others: this.others });
    this.others = new Map();
    this.pass = pass;
  }

  end(): void {
    const outer = this.parked.pop();
    this.pass = outer?.pass ?? -1;
    this.others = outer?.others ?? new Map();
    for (const [node, contributions, sum] of outer?.first ?? []) {
      this.passes.set(node, this.pass + 1);
      this.contributions.set(node, contributions);
      this.sums.set(node, sum);
    }
  }

  /** Notes how many contributions a node has; returns how many it had. */
  receive(node: number, contributions: number): number {
    this.claim(node);
    const before = this.contributions.get(node);
    this.contributions.set(node, contributions);
    return before;
  }

  /** The gradient so far of an output of a node; returns what it was. */
  set(node: number, output: number, value: number): number | null {
    this.claim(node);
    if (output === 0) {
      const before = this.sums.get(node) - 1;
      this.sums.set(node, value + 1);
      return before < 0 ? null : before;
    }
    const slot = this.others.get(node) ?? [];
    while (slot.length <= output) slot.push(null);
    const before = slot[output];
    slot[output] = value;
    this.others.set(node, slot);
    return before;
  }

  /** The gradient so far of an output of a node. */
  get(node: number, output: number): number | null {
    this.claim(node);
    if (output > 0) return this.others.get(node)?.[output] ?? null;
    const sum = this.sums.get(node) - 1;
    return sum < 0 ? null : sum;
  }

  private claim(node: number): void {
    if (this.passes.get(node) === this.pass + 1) return;
    this.passes.set(node, this.pass + 1);
    this.contributions.set(node, 0);
    this.sums.set(node, 0);
  }
}
