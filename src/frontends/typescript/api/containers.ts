import { indexError, typeError } from "../../../engine/errors.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { ModuleBase } from "./module.ts";
import { blockText, indented } from "./module-call.ts";
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
    const all = this.children();
    const m = all[i < 0 ? i + all.length : i];
    if (m === undefined) throw indexError(`index ${i} is out of range`);
    return m;
  }
  [Symbol.iterator](): Iterator<ModuleBase> {
    return this.children()[Symbol.iterator]();
  }
}

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
  return { Sequential, ModuleList, ModuleDict };
}
