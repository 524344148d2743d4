import type { GradNode } from "./autograd/node.ts";
import { anyMeta } from "./meta.ts";
import type { OperatorRecord } from "./observer.ts";
import type { AnyOpDef, OpResult } from "./op.ts";
import { Runtime } from "./runtime.ts";
import { isScalar, scalarValue } from "./scalar.ts";
import { defaultsOf } from "./schema/defaults.ts";
import { Tensor } from "./tensor.ts";

/** Names of an operator's inputs by which of its arguments are tensors: equal calls share one list, so listeners may keep what they find out about it. */
const nameLists = new WeakMap<AnyOpDef, Map<number, readonly string[]>>();
const NO_ATTRIBUTES: Readonly<Record<string, unknown>> = Object.freeze({});
/** Arguments beyond these are not told apart by a bit each. */
const BITS = 30;

/** Tells the runtime's observer that an operator ran. */
export function announce(
  rt: Runtime,
  def: AnyOpDef,
  args: readonly unknown[],
  out: OpResult,
  node: GradNode | null,
  wanted: boolean,
  isInplace: boolean,
): void {
  if (rt.metaSeen && anyMeta([out, ...args])) return; // There is nothing to show.
  const inputs: Tensor[] = [];
  let attrs: Record<string, unknown> | null = null;
  let tensors = 0;
  let plain = args.length <= BITS;
  for (let i = 0; i < args.length; i++) {
    const a = args[i];
    if (a instanceof Tensor) {
      inputs.push(a);
      tensors |= 1 << i;
    } else if (isTensorList(a)) {
      for (const x of a) if (x instanceof Tensor) inputs.push(x);
      plain = false;
    } else if (a !== undefined && !(a instanceof Runtime)) {
      const name = nameOf(def, i);
      const defaults = defaultsOf(def);
      if (defaults.has(name) && isDefault(a, defaults.get(name))) continue;
      attrs ??= {};
      attrs[name] = a;
    }
  }
  rt.observer?.operatorRan({
    op: def.name,
    def,
    args,
    inputs,
    inputNames: plain ? sharedNames(def, tensors, args.length) : ownNames(def, args),
    outputs: out instanceof Tensor ? [out] : out,
    node,
    attrs: attrs ?? NO_ATTRIBUTES,
    inplace: isInplace,
    view: def.view !== undefined,
    boundary: node !== null || !wanted ? null : boundaryOf(rt, def),
    location: rt.location,
    visit: rt.visit,
    call: rt.call,
  });
}

function boundaryOf(rt: Runtime, def: AnyOpDef): OperatorRecord["boundary"] {
  if (def.detached) return "detach";
  if (rt.inferenceMode) return "inference";
  return rt.gradEnabled ? "integer" : "no_grad";
}

const nameOf = (def: AnyOpDef, i: number): string => def.args[i] ?? `arg${i}`;

const isTensorList = (a: unknown): a is readonly unknown[] => Array.isArray(a) && a.some((x) => x instanceof Tensor);

function sharedNames(def: AnyOpDef, tensors: number, count: number): readonly string[] {
  let lists = nameLists.get(def);
  if (lists === undefined) {
    lists = new Map();
    nameLists.set(def, lists);
  }
  let names = lists.get(tensors);
  if (names === undefined) {
    const made: string[] = [];
    for (let i = 0; i < count; i++) if ((tensors >> i) & 1) made.push(nameOf(def, i));
    lists.set(tensors, made);
    names = made;
  }
  return names;
}

function ownNames(def: AnyOpDef, args: readonly unknown[]): string[] {
  const names: string[] = [];
  args.forEach((a, i) => {
    if (a instanceof Tensor) names.push(nameOf(def, i));
    else if (isTensorList(a))
      a.forEach((x, k) => {
        if (x instanceof Tensor) names.push(`${nameOf(def, i)}[${k}]`);
      });
  });
  return names;
}

/** Is an argument what it would be if it were left out? (Numbers may be wrapped as scalars.) */
const isDefault = (given: unknown, usual: unknown): boolean =>
  given === usual || (isScalar(given) && isScalar(usual) && scalarValue(given) === scalarValue(usual));
