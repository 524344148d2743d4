import { DTYPES, type DType, type DTypeName, isFloating } from "../../engine/dtype.ts";
import { ELLIPSIS, SliceArg } from "../../engine/index-item.ts";
import type { MemoryFormat } from "../../engine/memory-format.ts";
import { ComplexScalar, FloatScalar } from "../../engine/scalar.ts";
import { DeviceArg, DTypeArg, FormatArg, Opaque } from "../../engine/schema/arguments.ts";
import { Tensor } from "../../engine/tensor.ts";

/**
 * How Python's arguments cross into the engine. Only numbers and strings cross; a spec string, registered once per
 * combination of argument types, says how to read them. One letter per argument:
 *
 *   t tensor handle   i int   f float   b bool   n None   s str   d dtype name   D device string   e Ellipsis
 *   c complex (two numbers)   g generator handle   o object (its type name)   l slice (three letters follow)
 *   [..] list   (..) tuple   T(..) tuple of a type with a name (that first)
 *
 * Keyword arguments follow as `|name=letter,…`.
 */
export interface Decoded {
  readonly args: unknown[];
  readonly kwargs: Record<string, unknown>;
}

/** A real element on its way to Python, where a whole number becomes an int, which has no negative zero: that crosses as a text for `float`. */
export function elementForPython(x: number, dtype: DType): number | string {
  return isFloating(dtype) && Object.is(x, -0) ? "-0.0" : x;
}

type Reader = (next: () => unknown) => unknown;

export type Decoder = (flat: readonly unknown[]) => Decoded;

export interface HandleTable {
  tensor(handle: number): Tensor;
  object(handle: number): unknown;
}

/** Compiles a spec to a decoder. Throws on a malformed spec (a bug of the shim). */
export function compileSpec(spec: string, handles: HandleTable): Decoder {
  const bar = spec.indexOf("|");
  const positional = readAll(bar < 0 ? spec : spec.slice(0, bar), handles);
  const keywords: [string, Reader][] = [];
  if (bar >= 0)
    for (const pair of splitTop(spec.slice(bar + 1))) {
      const eq = pair.indexOf("=");
      keywords.push([pair.slice(0, eq), readAll(pair.slice(eq + 1), handles)[0]]);
    }
  return (flat) => {
    let at = 0;
    const next = (): unknown => flat[at++];
    const args = positional.map((r) => r(next));
    const kwargs: Record<string, unknown> = {};
    for (const [name, r] of keywords) kwargs[name] = r(next);
    return { args, kwargs };
  };
}

function splitTop(text: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "[" || c === "(") depth++;
    else if (c === "]" || c === ")") depth--;
    else if (c === "," && depth === 0) {
      out.push(text.slice(from, i));
      from = i + 1;
    }
  }
  if (from < text.length) out.push(text.slice(from));
  return out;
}

const bound = (x: unknown): number | Tensor | null => (typeof x === "number" || x instanceof Tensor ? x : null);

function readAll(spec: string, handles: HandleTable): Reader[] {
  const readers: Reader[] = [];
  let i = 0;
  const one = (): Reader => {
    const c = spec[i++];
    if (c === "[" || c === "(") {
      const close = c === "[" ? "]" : ")";
      const parts: Reader[] = [];
      while (spec[i] !== close) parts.push(one());
      i++;
      const pyType = c === "[" ? "list" : "tuple";
      return (next) =>
        Object.assign(
          parts.map((r) => r(next)),
          { pyType },
        );
    }
    if (c === "T") {
      const tuple = one();
      return (next) => {
        const pyType = String(next());
        return Object.assign(tuple(next) as object, { pyType });
      };
    }
    if (c === "l") {
      const parts = [one(), one(), one()];
      return (next) => new SliceArg(bound(parts[0](next)), bound(parts[1](next)), bound(parts[2](next)));
    }
    const simple = SIMPLE[c];
    if (simple === undefined) throw new Error(`bad argument spec "${spec}" at ${i - 1}`);
    return (next) => simple(next, handles);
  };
  while (i < spec.length) readers.push(one());
  return readers;
}

const SIMPLE: Readonly<Record<string, (next: () => unknown, handles: HandleTable) => unknown>> = {
  t: (next, h) => h.tensor(next() as number),
  i: (next) => Number(next()),
  f: (next) => {
    const v = next() as number;
    return Number.isInteger(v) ? new FloatScalar(v) : v;
  },
  b: (next) => Boolean(next()),
  n: () => null,
  s: (next) => String(next()),
  d: (next) => new DTypeArg(DTYPES[next() as DTypeName]),
  D: (next) => new DeviceArg(String(next())),
  e: () => ELLIPSIS,
  c: (next) => new ComplexScalar(next() as number, next() as number),
  g: (next, h) => h.object(next() as number),
  m: (next) => new FormatArg(next() as MemoryFormat),
  o: (next) => new Opaque(String(next())),
};
