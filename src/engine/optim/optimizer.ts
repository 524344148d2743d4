import { typeError, valueError } from "../errors.ts";
import { run } from "../nn/named-operators.ts";
import { pythonText } from "../nn/python-text.ts";
import { add } from "../ops/arithmetic.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";

/** Options of a group of parameters, by PyTorch's names in camel case: lr, weightDecay, … */
export type GroupOptions = Record<string, unknown> & { lr: number };

export interface ParameterGroup {
  readonly tensors: Tensor[];
  readonly options: GroupOptions;
}

/** Tensors and numbers an optimiser keeps per parameter: "exp_avg", "step", … */
export type ParameterState = Record<string, Tensor | number>;

export interface OptimizerStateDict {
  readonly state: Readonly<Record<number, ParameterState>>;
  readonly paramGroups: readonly (Readonly<Record<string, unknown>> & { readonly params: readonly number[] })[];
}

/** One optimiser: its options in PyTorch's order and what one step does to one parameter. */
export interface OptimizerKind {
  readonly name: string;
  readonly doc: string;
  /** The update as LaTeX: p parameter, g gradient. */
  readonly formula: string;
  /** Options and their defaults, by name. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Refuses bad options with PyTorch's words. */
  readonly check?: (options: GroupOptions) => void;
  /** Changes `p` in place; gradients are not recorded. Source of the formulas: PyTorch's single-tensor implementation. */
  readonly update: (rt: Runtime, p: Tensor, grad: Tensor, state: ParameterState, o: GroupOptions) => void;
  /** Takes the place of `update` for methods that compute the loss several times; gives the first loss. */
  readonly minimizer?: (optimizer: Optimizer) => (closure: () => number) => number;
}

/** Refuses negative numbers as PyTorch does: "Invalid learning rate: -1". */
export function needNonNegative(what: string, value: unknown): void {
  if (!(typeof value === "number" && value >= 0)) throw valueError(`Invalid ${what}: ${pythonText(value)}`);
}
export function needBetas(betas: unknown): void {
  (betas as readonly number[]).forEach((b, i) => {
    if (!(b >= 0 && b < 1)) throw valueError(`Invalid beta parameter at index ${i}: ${pythonText(b)}`);
  });
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** torch.optim.Optimizer: groups of parameters, their state, and the step. */
export class Optimizer {
  readonly rt: Runtime;
  readonly kind: OptimizerKind;
  readonly groups: ParameterGroup[] = [];
  readonly state = new Map<Tensor, ParameterState>();
  private readonly minimize: ((closure: () => number) => number) | null;
  /** Steps taken: schedulers warn when they are asked first. */
  steps = 0;

  /** Errors: no parameters, a tensor that is no leaf, bad options. */
  constructor(
    rt: Runtime,
    kind: OptimizerKind,
    groups: readonly { readonly tensors: readonly Tensor[]; readonly options: Readonly<Record<string, unknown>> }[],
  ) {
    this.rt = rt;
    this.kind = kind;
    if (groups.length === 0 || (groups.length === 1 && groups[0].tensors.length === 0))
      throw valueError("optimizer got an empty parameter list");
    for (const g of groups) this.addGroup(g.tensors, g.options);
    this.minimize = kind.minimizer?.(this) ?? null;
  }

  /** Does a step need to compute the loss itself? */
  get needsClosure(): boolean {
    return this.minimize !== null;
  }

  addGroup(tensors: readonly Tensor[], given: Readonly<Record<string, unknown>>): ParameterGroup {
    for (const key of Object.keys(given))
      if (!(key in this.kind.defaults))
        throw typeError(`${this.kind.name}.__init__() got an unexpected keyword argument '${snake(key)}'`);
    const options = { ...this.kind.defaults, ...given } as GroupOptions;
    needNonNegative("learning rate", options.lr);
    this.kind.check?.(options);
    const known = new Set(this.groups.flatMap((g) => g.tensors));
    for (const t of tensors) {
      if (!t.isLeaf && !t.retainsGrad) throw valueError("can't optimize a non-leaf Tensor");
      if (known.has(t)) throw valueError("some parameters appear in more than one parameter group");
    }
    const group = { tensors: [...tensors], options };
    this.groups.push(group);
    return group;
  }

  /** Updates every parameter that has a gradient; `closure` computes the loss for kinds that need it. */
  step(closure: (() => number) | null = null): void {
    const { rt, kind } = this;
    if (closure === null && this.needsClosure)
      throw typeError(`${kind.name}.step() missing 1 required positional argument: 'closure'`);
    const observer = rt.muted === 0 ? rt.observer : null;
    const all = this.groups.flatMap((g) => g.tensors);
    rt.inOptimizer++;
    observer?.optimizerStep("begin", kind.name, all);
    try {
      rt.withGrad(false, () => {
        if (closure === null || this.minimize === null) this.updateAll();
        else this.minimize(closure);
      });
      this.steps++;
    } finally {
      rt.inOptimizer--;
      observer?.optimizerStep("end", kind.name, all);
    }
  }

  private updateAll(): void {
    const { rt, kind } = this;
    for (const { tensors, options } of this.groups)
      for (const p of tensors) {
        if (p.grad === null) continue;
        let state = this.state.get(p);
        if (state === undefined) {
          state = {};
          this.state.set(p, state);
        }
        const grad = options["maximize"] === true ? run(rt, "neg", p.grad) : p.grad;
        kind.update(rt, p, grad, state, options);
      }
  }

  /** Forgets gradients: None, or zeros when `setToNone` is false. */
  zeroGrad(setToNone = true): void {
    const { rt } = this;
    for (const { tensors } of this.groups)
      for (const p of tensors) {
        const before = p.grad;
        if (before === null) continue;
        if (setToNone) {
          p.grad = null;
          if (rt.muted === 0) rt.observer?.gradientCleared(p, before, null);
        } else rt.withGrad(false, () => run(rt, "zero_", before));
      }
  }

  /** Numbers of the parameters, in the order of the groups. */
  private numbered(): Map<Tensor, number> {
    return new Map(this.groups.flatMap((g) => g.tensors).map((t, i) => [t, i]));
  }

  /** What continuing needs: state by the parameters' numbers, and options of the groups. Shares memory with the optimiser. */
  stateDict(): OptimizerStateDict {
    const numbers = this.numbered();
    const state: Record<number, ParameterState> = {};
    for (const [t, own] of this.state) state[numbers.get(t) ?? -1] = { ...own };
    return {
      state,
      paramGroups: this.groups.map(({ tensors, options }) => ({
        ...options,
        params: tensors.map((t) => numbers.get(t) ?? -1),
      })),
    };
  }

  /** Takes over a state. Errors: other groups, or groups of other sizes. */
  loadStateDict({ state, paramGroups }: OptimizerStateDict): void {
    if (paramGroups.length !== this.groups.length)
      throw valueError("loaded state dict has a different number of parameter groups");
    if (this.groups.some((g, i) => g.tensors.length !== paramGroups[i].params.length))
      throw valueError("loaded state dict contains a parameter group that doesn't match the size of optimizer's group");
    this.groups.forEach((g, i) => {
      const { params: _, ...options } = paramGroups[i];
      Object.assign(g.options, options);
    });
    this.state.clear();
    const copied = (v: Tensor | number): Tensor | number =>
      typeof v === "number" ? v : this.rt.quietly(() => run(this.rt, "clone", v));
    for (const [t, i] of this.numbered()) {
      const own = state[i];
      if (own !== undefined) this.state.set(t, Object.fromEntries(Object.entries(own).map(([k, v]) => [k, copied(v)])));
    }
  }

  /** repr(optimizer), as PyTorch prints it. */
  toString(): string {
    const lines = [`${this.kind.name} (`];
    this.groups.forEach(({ options }, i) => {
      lines.push(`Parameter Group ${i}`);
      const shown = Object.entries(options).map(([key, value]) => [snake(key), pythonText(value)] as const);
      shown.sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [key, text] of shown) lines.push(`    ${key}: ${text}`);
    });
    return `${lines.join("\n")}\n)`;
  }
}

/** A tensor of the state, made when first needed. */
export function stateTensor(state: ParameterState, name: string, make: () => Tensor): Tensor {
  const found = state[name];
  if (typeof found === "object") return found;
  const made = make();
  state[name] = made;
  return made;
}

/** Counts a step; returns its number, from 1. */
export function countStep(state: ParameterState): number {
  const n = (typeof state["step"] === "number" ? state["step"] : 0) + 1;
  state["step"] = n;
  return n;
}

/** Adds the weight decay to a gradient (L2 regularisation). */
export function decayed(grad: Tensor, p: Tensor, weightDecay: unknown): Tensor {
  return weightDecay === 0 ? grad : add(grad, p, weightDecay as number);
}
