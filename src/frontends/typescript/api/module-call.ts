import type { ModuleBase } from "./module.ts";

/**
 * Runs a module: hooks before, forward, hooks after; the observer hears where it begins and ends. `base` is the class, for
 * what modules keep to themselves.
 */
export function callModule(module: ModuleBase, base: typeof ModuleBase, given: readonly unknown[]): unknown {
  const { runtime: rt } = module;
  for (const [name, child] of module.namedChildren()) base.hold(child, name);
  const observer = rt.muted === 0 ? rt.observer : null;
  const name = base.heldAs(module);
  observer?.moduleCall("begin", module.className, name);
  try {
    const { before, after } = base.hooksOf(module);
    let inputs = given;
    for (const hook of [...before]) {
      const changed = hook(module, inputs);
      if (changed !== undefined && changed !== null) inputs = Array.isArray(changed) ? changed : [changed];
    }
    let output = (module as { forward(...inputs: unknown[]): unknown }).forward(...inputs);
    for (const hook of [...after]) {
      const changed = hook(module, inputs, output);
      if (changed !== undefined && changed !== null) output = changed;
    }
    return output;
  } finally {
    observer?.moduleCall("end", module.className, name);
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
