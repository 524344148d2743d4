import type { Native } from "./table.ts";

/** Class and attribute name of a module, made once and told at each call. */
class ModuleLabel {
  readonly className: string;
  readonly name: string;
  constructor(className: string, name: string) {
    this.className = className;
    this.name = name;
  }
}

/** Calls of modules, for the observer. */
export const MODULE_NATIVES: Readonly<Record<string, Native>> = {
  module_label: (_c, className: string, name: string) => new ModuleLabel(className, name),
  module_begin: (c, label: ModuleLabel) => {
    if (c.rt.observer !== null && c.rt.muted === 0) c.rt.observer.moduleCall("begin", label.className, label.name);
    return null;
  },
  module_end: (c, label: ModuleLabel) => {
    if (c.rt.observer !== null && c.rt.muted === 0) c.rt.observer.moduleCall("end", label.className, label.name);
    return null;
  },
  /** Is somebody watching this run? */
  observed: (c) => c.rt.observer !== null && c.rt.muted === 0,
};
