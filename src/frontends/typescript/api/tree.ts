import { Tensor } from "./tensor.ts";

/** Nested arrays and plain objects of tensors (and of anything else, which counts as a leaf). */
export type Tree = unknown;

interface Flat {
  readonly leaves: unknown[];
  /** The same nesting with other leaves. */
  readonly build: (leaves: readonly unknown[]) => Tree;
}

const isPlain = (x: unknown): x is Record<string, unknown> =>
  typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;

/** Takes a nesting apart. */
export function flatten(x: Tree): Flat {
  if (Array.isArray(x)) return joined(x, (parts) => [...parts]);
  if (!isPlain(x)) return { leaves: [x], build: ([leaf]) => leaf };
  const keys = Object.keys(x);
  return joined(
    keys.map((k) => x[k]),
    (parts) => Object.fromEntries(keys.map((k, i) => [k, parts[i]])),
  );
}

function joined(items: readonly Tree[], make: (parts: readonly Tree[]) => Tree): Flat {
  const parts = items.map(flatten);
  const build = (leaves: readonly unknown[]): Tree => {
    let at = 0;
    return make(parts.map((p) => p.build(leaves.slice(at, (at += p.leaves.length)))));
  };
  return { leaves: parts.flatMap((p) => p.leaves), build };
}

export function treeMap(f: (leaf: unknown) => unknown, x: Tree): Tree {
  const { leaves, build } = flatten(x);
  return build(leaves.map(f));
}

/** Tensors that can have gradients. */
export function isFloat(x: unknown): x is Tensor {
  return x instanceof Tensor && (x.isFloatingPoint() || x.isComplex());
}
