import type { Runtime } from "../../../engine/runtime.ts";
import { type ParsedSignature, parseSignature } from "../../../engine/schema/parse.ts";
import { bindArguments, type Factory, takeFactory } from "./arguments.ts";
import type { ModuleBase } from "./module.ts";
import { camelCase } from "./names.ts";

/** A module made of modules, for the API and for its declarations. */
export interface Composed {
  readonly name: string;
  /** Its constructor, in the syntax of PyTorch's argument parser; "object" arguments have their types in `types`. */
  readonly signature: string;
  readonly doc: string;
  readonly formula?: string;
  /** Types of "object" arguments and of the attributes that are no arguments, as TypeScript. */
  readonly types: Readonly<Record<string, string>>;
  /** Forward's arguments in the same syntax: required ones by place, the others by place or by name. */
  readonly forward: string;
  readonly result: string;
  /** Static members, as TypeScript. */
  readonly statics?: readonly string[];
}

/** Arguments by their names in camel case. */
export type Bound = Readonly<Record<string, unknown>>;

const camel = (bound: Readonly<Record<string, unknown>>): Bound =>
  Object.fromEntries(Object.entries(bound).map(([name, value]) => [camelCase(name), value]));

/** Binds a composed module's arguments: of its constructor, and of its forward. */
export class Binder {
  private readonly constructor_: ParsedSignature;
  private readonly forward_: ParsedSignature;
  private readonly name: string;

  constructor(kind: Composed) {
    this.name = kind.name;
    this.constructor_ = parseSignature(kind.signature);
    this.forward_ = parseSignature(kind.forward);
  }

  /** Arguments of `new`, and where new parameters stand. */
  made(given: readonly unknown[]): { bound: Bound; factory: Factory } {
    const { factory, rest } = takeFactory(given);
    return { bound: camel(bindArguments(`${this.name}.__init__()`, this.constructor_.params, rest)), factory };
  }
  called(given: readonly unknown[]): Bound {
    return camel(bindArguments(`${this.name}.forward()`, this.forward_.params, given));
  }
}

/** Classes that composed modules are made of. */
export interface Parts {
  readonly rt: Runtime;
  readonly layer: (name: string) => new (...args: unknown[]) => ModuleBase;
}

/** Calls a module. */
export const call = (module: ModuleBase, ...inputs: unknown[]): unknown =>
  (module as unknown as (...inputs: unknown[]) => unknown)(...inputs);
