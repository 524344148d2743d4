import { indexError, TorchError, typeError } from "../../../engine/errors.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { isParameter, ModuleBase, Parameter } from "./module.ts";
import { blockText, indented } from "./module-call.ts";
import type { Tensor } from "./tensor.ts";
import { describeKind, isOptions } from "./values.ts";

/** A list of modules by number, as attributes "0", "1", … */
abstract class NumberedModules extends ModuleBase {
  get length(): number {
    return this.children().length;
  }
  append(module: ModuleBase): this {
    this.addModule(String(this.length), checked(module));
    return this;
  }
  extend(modules: Iterable<ModuleBase>): this {
    for (const m of modules) this.append(m);
    return this;
  }
  at(i: number): ModuleBase {
    return pickAt(this.children(), i);
  }
  [Symbol.iterator](): Iterator<ModuleBase> {
    return this.children()[Symbol.iterator]();
  }
}

function pickAt<T>(all: readonly T[], i: number): T {
  const found = all[i < 0 ? i + all.length : i];
  if (found === undefined) throw indexError(`index ${i} is out of range`);
  return found;
}

const asParameter = (t: Tensor): Parameter => (isParameter(t) ? t : new Parameter(t));

/** "(0): Parameter containing: [torch.float32 of size 2x3]", a line each. */
const parameterLines = (m: ModuleBase): string =>
  [...m.ownParameters()]
    .map(([name, p]) => `(${name}): Parameter containing: [${p.dtype} of size ${p.shape.join("x")}]`)
    .join("\n");

function checked(m: unknown): ModuleBase {
  if (m instanceof ModuleBase) return m;
  throw typeError(`${describeKind(m)} is not a Module subclass`);
}

/** nn.Sequential, nn.ModuleList and nn.ModuleDict of one runtime. */
export function containers(rt: Runtime) {
  class Sequential extends NumberedModules {
    /** `new Sequential(a, b, c)` or, with names, `new Sequential({ hidden: a, act: b })`. */
    constructor(...modules: unknown[]) {
      super();
      const [first] = modules;
      if (modules.length === 1 && isOptions(first))
        for (const [name, m] of Object.entries(first)) this.addModule(name, checked(m));
      else for (const [i, m] of modules.entries()) this.addModule(String(i), checked(m));
    }
    get runtime(): Runtime {
      return rt;
    }
    override forward(input: never): unknown {
      let x: unknown = input;
      for (const m of this.children()) x = (m as unknown as (x: unknown) => unknown)(x);
      return x;
    }
  }

  class ModuleList extends NumberedModules {
    constructor(modules: Iterable<ModuleBase> = []) {
      super();
      this.extend(modules);
    }
    get runtime(): Runtime {
      return rt;
    }
    /** Equal neighbours are printed once: "(0-2): 3 x Linear(…)". */
    override toString(): string {
      const texts = this.children().map((m) => m.toString());
      const lines: string[] = [];
      for (let i = 0; i < texts.length; ) {
        let to = i + 1;
        while (to < texts.length && texts[to] === texts[i]) to++;
        lines.push(
          to - i > 1 ? `(${i}-${to - 1}): ${to - i} x ${indented(texts[i])}` : `(${i}): ${indented(texts[i])}`,
        );
        i = to;
      }
      return blockText(this.className, [], lines);
    }
  }

  class ModuleDict extends ModuleBase {
    constructor(modules: Readonly<Record<string, ModuleBase>> = {}) {
      super();
      for (const [name, m] of Object.entries(modules)) this.addModule(name, checked(m));
    }
    get runtime(): Runtime {
      return rt;
    }
    get(name: string): ModuleBase {
      return this.getSubmodule(name);
    }
    keys(): string[] {
      return [...this.namedChildren()].map(([name]) => name);
    }
    values(): ModuleBase[] {
      return this.children();
    }
    items(): [string, ModuleBase][] {
      return [...this.namedChildren()];
    }
  }
  class ParameterList extends ModuleBase {
    constructor(values: Iterable<Tensor> = []) {
      super();
      this.extend(values);
    }
    get runtime(): Runtime {
      return rt;
    }
    get length(): number {
      return [...this.ownParameters()].length;
    }
    append(value: Tensor): this {
      this.registerParameter(String(this.length), asParameter(value));
      return this;
    }
    extend(values: Iterable<Tensor>): this {
      for (const v of values) this.append(v);
      return this;
    }
    at(i: number): Tensor {
      return pickAt([...this], i);
    }
    [Symbol.iterator](): Iterator<Tensor> {
      return this.parameters(false)[Symbol.iterator]();
    }
    override extraRepr(): string {
      return parameterLines(this);
    }
  }

  class ParameterDict extends ModuleBase {
    constructor(values: Readonly<Record<string, Tensor>> = {}) {
      super();
      for (const [name, v] of Object.entries(values)) this.set(name, v);
    }
    get runtime(): Runtime {
      return rt;
    }
    get(name: string): Tensor {
      const found = [...this.ownParameters()].find(([key]) => key === name);
      if (found === undefined) throw new TorchError("KeyError", `'${name}'`);
      return found[1];
    }
    set(name: string, value: Tensor): this {
      this.registerParameter(name, asParameter(value));
      return this;
    }
    keys(): string[] {
      return [...this.ownParameters()].map(([name]) => name);
    }
    values(): Tensor[] {
      return this.parameters(false);
    }
    items(): [string, Tensor][] {
      return [...this.ownParameters()];
    }
    override extraRepr(): string {
      return parameterLines(this);
    }
  }
  return { Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict };
}
