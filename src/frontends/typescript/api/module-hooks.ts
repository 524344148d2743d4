import type { Runtime } from "../../../engine/runtime.ts";
import type { ModuleBase } from "./module.ts";
import { RemovableHandle } from "./removable-handle.ts";
import type { Tensor } from "./tensor.ts";

/** Gradients of a module's inputs or outputs; null where none arrived and for what is no tensor. */
export type Gradients = readonly (Tensor | null)[];
export type ForwardPreHook = (module: ModuleBase, inputs: readonly unknown[]) => unknown;
export type ForwardHook = (module: ModuleBase, inputs: readonly unknown[], output: unknown) => unknown;
export type BackwardPreHook = (module: ModuleBase, gradOutput: Gradients) => unknown;
export type BackwardHook = (module: ModuleBase, gradInput: Gradients, gradOutput: Gradients) => unknown;

export interface HookOptions {
  /** Run before the hooks that are there already. */
  prepend?: boolean;
}
export interface ForwardHookOptions extends HookOptions {
  /** Run, with null as the output, when forward fails too. */
  alwaysCall?: boolean;
}

interface Entry<H, O> {
  readonly hook: H;
  readonly options: O;
}

/** Hooks of one kind, in the order in which they run. */
class HookList<H, O extends HookOptions = HookOptions> {
  /** Replaced, never changed: hooks that are added while these run come in at the next call. */
  entries: readonly Entry<H, O>[] = [];

  /** A hook that is added twice runs twice; its handle takes away the one. */
  add(hook: H, options: O): RemovableHandle {
    const entry = { hook, options };
    this.entries = options.prepend === true ? [entry, ...this.entries] : [...this.entries, entry];
    return new RemovableHandle(() => {
      this.entries = this.entries.filter((e) => e !== entry);
    });
  }
}

/** Hooks around the calls of one module, or of all. */
export class ModuleHooks {
  readonly forwardPre = new HookList<ForwardPreHook>();
  readonly forward = new HookList<ForwardHook, ForwardHookOptions>();
  readonly backwardPre = new HookList<BackwardPreHook>();
  readonly backward = new HookList<BackwardHook>();

  get isEmpty(): boolean {
    return [this.forwardPre, this.forward, this.backwardPre, this.backward].every((l) => l.entries.length === 0);
  }
  /** The same hooks, from now on apart. */
  copyTo(other: ModuleHooks): void {
    other.forwardPre.entries = this.forwardPre.entries;
    other.forward.entries = this.forward.entries;
    other.backwardPre.entries = this.backwardPre.entries;
    other.backward.entries = this.backward.entries;
  }
}

const ofAll = new WeakMap<Runtime, ModuleHooks>();

/** Hooks around the calls of every module of a runtime. */
export function hooksOfAll(rt: Runtime): ModuleHooks {
  let hooks = ofAll.get(rt);
  if (hooks === undefined) {
    hooks = new ModuleHooks();
    ofAll.set(rt, hooks);
  }
  return hooks;
}

/** torch.nn.modules.module.register_module_…_hook: hooks around every module, which run before a module's own. */
export function globalHookExports(rt: Runtime) {
  const all = hooksOfAll(rt);
  return {
    registerModuleForwardPreHook: (hook: ForwardPreHook): RemovableHandle => all.forwardPre.add(hook, {}),
    registerModuleForwardHook: (hook: ForwardHook, options: { alwaysCall?: boolean } = {}): RemovableHandle =>
      all.forward.add(hook, options),
    registerModuleFullBackwardPreHook: (hook: BackwardPreHook): RemovableHandle => all.backwardPre.add(hook, {}),
    registerModuleFullBackwardHook: (hook: BackwardHook): RemovableHandle => all.backward.add(hook, {}),
  };
}
