import type { GradNode } from "../../../engine/autograd/node.ts";

const wrappers = new WeakMap<GradNode, GradFunction>();

/** A node of the backward graph, as `tensor.gradFn` shows it. */
export class GradFunction {
  readonly #node: GradNode;

  private constructor(node: GradNode) {
    this.#node = node;
  }

  static wrap(node: GradNode): GradFunction {
    let f = wrappers.get(node);
    if (f === undefined) {
      f = new GradFunction(node);
      wrappers.set(node, f);
    }
    return f;
  }
  static raw(f: GradFunction): GradNode {
    return f.#node;
  }

  /** "MulBackward0" */
  get name(): string {
    return this.#node.name;
  }
  /** Where gradients go next: function and number of its output, for each input; null where none is needed. */
  get nextFunctions(): readonly (readonly [GradFunction | null, number])[] {
    return this.#node.edges.map((e) => (e === null ? [null, 0] : [GradFunction.wrap(e.node), e.output]));
  }
  toString(): string {
    return `<${this.#node.name} object>`;
  }
}
