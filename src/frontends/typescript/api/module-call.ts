import type { ModuleBase } from "./module.ts";
import { BackwardHooks } from "./module-backward-hooks.ts";
import { hooksOfAll, type ModuleHooks } from "./module-hooks.ts";

/**
 * Runs a module: hooks before, forward, hooks after, as a call of its own. `base` is the class, for
 * what modules keep to themselves.
 */
export function callModule(module: ModuleBase, base: typeof ModuleBase, given: readonly unknown[]): unknown {
  const { runtime: rt } = module;
  for (const [name, child] of module.namedChildren()) base.hold(child, name);
  const name = base.heldAs(module);
  const outer = rt.call;
  rt.beginCall("module", name === "" ? module.className : `${name}: ${module.className}`);
  try {
    const [all, own] = [hooksOfAll(rt), base.hooksOf(module)];
    return all.isEmpty && own.isEmpty ? forward(module, given) : callWithHooks(module, [all, own], given);
  } finally {
    rt.call = outer;
  }
}

const forward = (module: ModuleBase, inputs: readonly unknown[]): unknown =>
  (module as { forward(...inputs: unknown[]): unknown }).forward(...inputs);

/** Runs forward with hooks around it: those of all modules before the module's own. */
function callWithHooks(module: ModuleBase, hooks: readonly ModuleHooks[], given: readonly unknown[]): unknown {
  const after = hooks.flatMap((h) => h.forward.entries);
  const done = new Set<unknown>();
  let inputs = given;
  try {
    for (const { hook } of hooks.flatMap((h) => h.forwardPre.entries)) {
      const changed = hook(module, inputs);
      if (changed !== undefined && changed !== null) inputs = Array.isArray(changed) ? changed : [changed];
    }
    const backward = backwardHooks(module, hooks);
    if (backward !== null) inputs = backward.around(inputs);
    let output = forward(module, inputs);
    for (const entry of after) {
      done.add(entry);
      const changed = entry.hook(module, inputs, output);
      if (changed !== undefined && changed !== null) output = changed;
    }
    return backward === null ? output : backward.output(output);
  } catch (error) {
    for (const entry of after)
      if (entry.options.alwaysCall === true && !done.has(entry))
        runSilenced(module, () => entry.hook(module, inputs, null));
    throw error;
  }
}

function backwardHooks(module: ModuleBase, hooks: readonly ModuleHooks[]): BackwardHooks | null {
  const before = hooks.flatMap((h) => h.backwardPre.entries.map((e) => e.hook));
  const after = hooks.flatMap((h) => h.backward.entries.map((e) => e.hook));
  return before.length + after.length === 0 ? null : new BackwardHooks(module, before, after);
}

/** The error that forward raised is the one to be seen. */
function runSilenced(module: ModuleBase, hook: () => unknown): void {
  try {
    hook();
  } catch (error) {
    module.runtime.warn(
      "UserWarning",
      `module forward hook with \`\`always_call=True\`\` raised an exception that was silenced as another error was raised in forward: ${(error as Error).message}`,
    );
  }
}

export const indented = (text: string): string => text.replaceAll("\n", "\n  ");

/** repr(module), as PyTorch prints it. */
export function moduleText(module: ModuleBase): string {
  const extra = module.extraRepr();
  const extraLines = extra === "" ? [] : extra.split("\n");
  const childLines = [...module.namedChildren()].map(([name, child]) => `(${name}): ${indented(child.toString())}`);
  return blockText(module.className, extraLines, childLines);
}

export function blockText(name: string, extra: readonly string[], children: readonly string[]): string {
  if (extra.length + children.length === 0) return `${name}()`;
  if (extra.length === 1 && children.length === 0) return `${name}(${extra[0]})`;
  return `${name}(\n  ${[...extra, ...children].join("\n  ")}\n)`;
}
