/** "log_softmax" → "logSoftmax"; a trailing underscore (in place) and leading ones stay. */
export const camelCase = (name: string): string =>
  name.replace(/(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g, (_, c: string) => c.toUpperCase());

/** Parameter names are compared without underscores and case, so that keepDim, keepdim and keep_dim are one. */
export const folded = (name: string): string => name.replace(/_/g, "").toLowerCase();

/** Names that JavaScript cannot bind by import: they get an underscore ("var_") as functions; methods keep theirs. */
const RESERVED = new Set([
  "var",
  "default",
  "function",
  "new",
  "delete",
  "in",
  "with",
  "enum",
  "class",
  "import",
  "export",
]);
export const exportName = (name: string): string => {
  const camel = camelCase(name);
  return RESERVED.has(camel) ? `${camel}_` : camel;
};

/** Options by their camel-case names. */
export const camelOptions = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([k, v]) => [camelCase(k), v]));

/** Gives every class of a namespace, and of those in it, the name that programs know: a bundler may have renamed it. */
export function nameClasses(namespace: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(namespace)) {
    const isClass =
      typeof value === "function" && Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;
    if (isClass) Object.defineProperty(value, "name", { value: name, configurable: true });
    else if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
      nameClasses(value as Readonly<Record<string, unknown>>);
  }
}
