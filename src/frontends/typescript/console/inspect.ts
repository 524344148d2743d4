import { TorchError } from "../../../engine/errors.ts";
import { type Block, LINE, layOut } from "./layout.ts";
import { quote } from "./quote.ts";

export interface InspectOptions {
  /** Text of values that print themselves (tensors, modules, dtypes); null for all others. */
  readonly custom: (value: object) => string | null;
  /** Stack of an error with the person's own frames only. */
  readonly stack: (error: Error) => string;
}

const MAX_ITEMS = 100;
const MAX_TEXT = 10_000;
const DEPTH = 2;

type Reader = (value: never) => unknown;

/** Writes values as Node's `util.inspect` does with its defaults. Never throws for what programs do in getters: they are not run. */
class Inspector {
  private readonly options: InspectOptions;
  private readonly path: object[] = [];
  private readonly circular = new Map<object, number>();
  private indent = 0;
  /** Depth of the object formatted last. */
  private reached = 0;

  constructor(options: InspectOptions) {
    this.options = options;
  }

  format(value: unknown, depth = 0): string {
    if (typeof value === "string") return this.text(value, depth);
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return primitive(value);
    const custom = this.options.custom(value);
    if (custom !== null) return custom.replaceAll("\n", `\n${" ".repeat(this.indent)}`);
    if (this.path.includes(value)) {
      if (!this.circular.has(value)) this.circular.set(value, this.circular.size + 1);
      return `[Circular *${this.circular.get(value)}]`;
    }
    return this.object(value, depth);
  }

  private text(value: string, depth: number): string {
    let text = value;
    let rest = "";
    if (text.length > MAX_TEXT) {
      const over = text.length - MAX_TEXT;
      text = text.slice(0, MAX_TEXT);
      rest = `... ${over} more character${over > 1 ? "s" : ""}`;
    }
    if (depth > 0 && text.length > 16 && text.length > LINE - this.indent - 4)
      return (
        text
          .split(/(?<=\n)/)
          .map(quote)
          .join(` +\n${" ".repeat(this.indent + 2)}`) + rest
      );
    return quote(text) + rest;
  }

  private object(value: object, depth: number): string {
    const name = constructorName(value);
    const shape = shapeOf(value, name, this.options);
    const keys = shape.hideKeys ? [] : keysOf(value, shape.indexed);
    const empty = keys.length === 0 && shape.items === null;
    if (empty && shape.plain !== null) return shape.plain;
    if (depth > DEPTH) return `[${shape.short}]`;
    this.path.push(value);
    this.reached = depth;
    const entries: string[] = [];
    if (shape.items !== null) entries.push(...shape.items(this, depth));
    for (const key of keys) entries.push(this.property(value, key, depth));
    this.path.pop();
    if (entries.length === 0) return shape.plain ?? `${shape.open}${shape.close}`;
    const text = layOut({
      entries,
      open: shape.open,
      close: shape.close,
      base: keys.length > 0 && shape.plain !== null && shape.based ? shape.plain : "",
      indent: this.indent,
      levels: this.reached - depth,
      array: shape.indexed ? { values: value as unknown as readonly unknown[], more: shape.more(value) } : null,
    } satisfies Block);
    const reference = this.circular.get(value);
    return reference === undefined ? text : `<ref *${reference}> ${text}`;
  }

  /** Elements of an array with holes counted. */
  elements(value: ArrayLike<unknown>, depth: number): string[] {
    const out: string[] = [];
    const n = value.length;
    let i = 0;
    while (i < n && out.length < MAX_ITEMS) {
      if (!(i in value)) {
        let to = i;
        while (to < n && !(to in value)) to++;
        out.push(`<${to - i} empty item${to - i > 1 ? "s" : ""}>`);
        i = to;
      } else out.push(this.inner(value[i++], depth));
    }
    const more = n - i;
    if (more > 0) out.push(`... ${more} more item${more > 1 ? "s" : ""}`);
    return out;
  }

  /** A nested value, two columns further right. */
  inner(value: unknown, depth: number): string {
    this.indent += 2;
    const text = this.format(value, depth + 1);
    this.indent -= 2;
    return text;
  }

  private property(value: object, key: string | symbol, depth: number): string {
    const d = Object.getOwnPropertyDescriptor(value, key);
    let text: string;
    if (d === undefined) text = "undefined";
    else if ("value" in d) {
      this.indent += 2;
      text = this.format(d.value, depth + 1);
      this.indent -= 2;
    } else
      text =
        d.get === undefined
          ? d.set === undefined
            ? "undefined"
            : "[Setter]"
          : d.set === undefined
            ? "[Getter]"
            : "[Getter/Setter]";
    return `${keyText(key)}: ${text}`;
  }
}

interface ObjectShape {
  readonly open: string;
  readonly close: string;
  /** What stands for the object when it has no entries. */
  readonly plain: string | null;
  /** `plain` also stands before the braces when there are keys. */
  readonly based: boolean;
  /** Name in brackets below the greatest depth. */
  readonly short: string;
  readonly indexed: boolean;
  readonly hideKeys: boolean;
  readonly items: ((inspector: Inspector, depth: number) => string[]) | null;
  readonly more: (value: object) => boolean;
}

const no = (): boolean => false;

function shapeOf(value: object, name: string | null, options: InspectOptions): ObjectShape {
  const shape = (parts: Partial<ObjectShape>): ObjectShape => ({
    open: "{",
    close: "}",
    plain: null,
    based: false,
    short: name ?? "Object: null prototype",
    indexed: false,
    hideKeys: false,
    items: null,
    more: no,
    ...parts,
  });
  if (Array.isArray(value)) {
    const prefix = name === "Array" ? "" : `${name ?? "[Array: null prototype]"}(${value.length}) `;
    return shape({
      open: `${prefix}[`,
      close: "]",
      plain: `${prefix}[]`,
      indexed: true,
      items: value.length > 0 ? (i, d) => i.elements(value, d) : null,
      more: () => value.length > MAX_ITEMS,
    });
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const list = value as unknown as ArrayLike<number>;
    return shape({
      open: `${name}(${list.length}) [`,
      close: "]",
      plain: `${name}(${list.length}) []`,
      indexed: true,
      items: list.length > 0 ? (i, d) => i.elements(list, d) : null,
      more: () => list.length > MAX_ITEMS,
    });
  }
  if (value instanceof Map)
    return shape({
      open: `${name}(${value.size}) {`,
      plain: `${name}(${value.size}) {}`,
      items: value.size > 0 ? (i, d) => mapItems(i, value, d) : null,
    });
  if (value instanceof Set)
    return shape({
      open: `${name}(${value.size}) {`,
      plain: `${name}(${value.size}) {}`,
      items: value.size > 0 ? (i, d) => [...value].map((v) => i.inner(v, d)) : null,
    });
  if (value instanceof Error)
    return shape({ plain: options.stack(value), based: true, hideKeys: value instanceof TorchError });
  if (typeof value === "function") return shape({ plain: functionText(value), based: true });
  if (value instanceof Date)
    return shape({ plain: Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString(), based: true });
  if (value instanceof RegExp) return shape({ plain: RegExp.prototype.toString.call(value), based: true });
  for (const [kind, read] of BOXES)
    if (value instanceof kind) {
      const inner = read(value as never);
      return shape({
        plain: `[${kind.name}: ${typeof inner === "string" ? quote(inner) : primitive(inner)}]`,
        based: true,
        hideKeys: kind === String,
      });
    }
  if (value instanceof WeakMap || value instanceof WeakSet) return shape({ plain: `${name} { <items unknown> }` });
  if (value instanceof Promise) return shape({ open: "Promise {", plain: "Promise {}" });
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  const tagged = typeof tag === "string" && tag !== "" && tag !== name ? `[${tag}] ` : "";
  const prefix =
    name === null
      ? `[Object: null prototype] ${tagged}`
      : name === "Object"
        ? tagged === ""
          ? ""
          : `Object ${tagged}`
        : `${name} ${tagged}`;
  return shape({ open: `${prefix}{`, plain: `${prefix}{}` });
}

const BOXES: readonly [{ new (x: never): object; name: string }, Reader][] = [
  [Number as never, (x: number) => Number(x)],
  [String as never, (x: string) => String(x)],
  [Boolean as never, (x: boolean) => x.valueOf()],
];

function mapItems(inspector: Inspector, map: ReadonlyMap<unknown, unknown>, depth: number): string[] {
  return [...map].map(([k, v]) => `${inspector.inner(k, depth)} => ${inspector.inner(v, depth)}`);
}

function primitive(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  return typeof value === "bigint" ? `${value}n` : String(value);
}

/** Name of the class an object was made by; null without one. */
function constructorName(value: object): string | null {
  for (let p: object | null = value; p !== null; p = Object.getPrototypeOf(p)) {
    const made = Object.getOwnPropertyDescriptor(p, "constructor")?.value as unknown;
    if (typeof made === "function" && made.name !== "" && value instanceof made) return made.name;
  }
  return null;
}

function functionText(f: object): string {
  const source = Function.prototype.toString.call(f);
  const { name } = f as { name?: unknown };
  const shown = typeof name === "string" && name !== "" ? name : null;
  if (/^class\b/.test(source)) {
    const parent = Object.getPrototypeOf(f) as { name?: unknown } | null;
    const extending = typeof parent?.name === "string" && parent.name !== "" ? ` extends ${parent.name}` : "";
    return `[class ${shown ?? "(anonymous)"}${extending}]`;
  }
  const kind = constructorName(f) ?? "Function";
  return shown === null ? `[${kind} (anonymous)]` : `[${kind}: ${shown}]`;
}

/** Own enumerable keys, symbols too; without the indices of arrays. */
function keysOf(value: object, indexed: boolean): (string | symbol)[] {
  const keys: (string | symbol)[] = Object.keys(value).filter((k) => !indexed || !/^(?:0|[1-9]\d*)$/.test(k));
  const symbols = Object.getOwnPropertySymbols(value).filter((s) =>
    Object.prototype.propertyIsEnumerable.call(value, s),
  );
  return [...keys, ...symbols];
}

function keyText(key: string | symbol): string {
  if (typeof key === "symbol") return `[${String(key)}]`;
  return /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key) ? key : quote(key);
}

/** A value as `console.log` shows it inside others: strings quoted. */
export function inspect(value: unknown, options: InspectOptions): string {
  return new Inspector(options).format(value);
}
