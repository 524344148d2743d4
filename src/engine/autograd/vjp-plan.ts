import type { AnyOpDef, Vjp } from "../op.ts";

/** What is the same for every backward node of an operator, worked out once. */
export interface VjpPlan {
  readonly def: AnyOpDef;
  /** Differentiable arguments in the order of the entry's `vjp`, and where they stand among the arguments. */
  readonly names: readonly string[];
  readonly positions: readonly number[];
  readonly formulas: readonly Vjp<unknown>[];
  /** Their numbers in the alphabetical order in which PyTorch computes gradients (and numbers the nodes that this makes). */
  readonly order: readonly number[];
}

export function vjpPlan(def: AnyOpDef): VjpPlan {
  const names = Object.keys(def.vjp ?? {});
  const positions = names.map((name) => {
    const at = def.args.indexOf(name);
    if (at < 0) throw new Error(`operator ${def.name}: vjp of unknown argument ${name}`);
    return at;
  });
  const order = names.map((_, i) => i).sort((a, b) => (names[a] < names[b] ? -1 : 1));
  return { def, names, positions, formulas: Object.values(def.vjp ?? {}), order };
}
