/** PyTorch's golden data about modules and initialisers, through the TypeScript API. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createRuntime } from "../../../engine/engine.ts";
import { quietApi } from "../program.fixture.ts";
import { camelCase } from "./names.ts";
import { Tensor } from "./tensor.ts";

interface Case {
  readonly id: string;
  readonly cat: string;
  readonly seed: number;
  readonly setup: string;
  readonly expr: string;
  readonly str: string;
  readonly steps: readonly {
    readonly exec?: string;
    readonly expr: string;
    readonly out: Encoded | readonly Encoded[];
  }[];
}
interface Encoded {
  readonly s: readonly number[];
  readonly v: readonly (number | string)[];
}

function oracle(kind: string): readonly Case[] {
  const file = join(import.meta.dirname, `../../../../resources/oracle/${kind}.json.br`);
  return (JSON.parse(brotliDecompressSync(readFileSync(file)).toString("utf8")) as { cases: Case[] }).cases;
}

/** Evaluates a Python expression of constructors, calls, numbers, tuples and lists on the API. */
class PythonExpression {
  private readonly tokens: readonly string[];
  private readonly scope: Readonly<Record<string, unknown>>;
  private at = 0;

  constructor(text: string, scope: Readonly<Record<string, unknown>>) {
    this.tokens = text.match(/[A-Za-z_]\w*|\d+\.?\d*(?:e-?\d+)?|\.\d+|'[^']*'|\S/g) ?? [];
    this.scope = scope;
  }

  value(): unknown {
    const t = this.tokens[this.at++];
    if (t === "-") return -(this.value() as number);
    if (t === "(" || t === "[") {
      const { list } = this.list(t === "(" ? ")" : "]");
      return list;
    }
    if (/^[\d.]/.test(t)) return Number(t);
    if (t.startsWith("'")) return t.slice(1, -1);
    if (t in CONSTANTS) return CONSTANTS[t];
    let found: unknown = this.scope[t];
    let self: unknown;
    for (;;) {
      const next = this.tokens[this.at];
      if (next === ".") {
        const name = this.tokens[this.at + 1];
        this.at += 2;
        self = found;
        const camel = camelCase(name);
        found = (found as Record<string, unknown>)[camel] ?? (found as Record<string, unknown>)[name];
        if (found === undefined) throw new Error(`not here: ${name}`);
      } else if (next === "(") {
        this.at++;
        const { list, named } = this.list(")");
        const args = Object.keys(named).length > 0 ? [...list, named] : list;
        const f = found as new (...args: unknown[]) => unknown;
        const isClass = /^class\b/.test(Function.prototype.toString.call(f));
        found = isClass ? new f(...args) : Reflect.apply(f as never, self, args);
      } else return found;
    }
  }

  private list(close: string): { list: unknown[]; named: Record<string, unknown> } {
    const list: unknown[] = [];
    const named: Record<string, unknown> = {};
    while (this.tokens[this.at] !== close) {
      if (this.tokens[this.at + 1] === "=") {
        const name = this.tokens[this.at];
        this.at += 2;
        named[camelCase(name)] = this.value();
      } else list.push(this.value());
      if (this.tokens[this.at] === ",") this.at++;
    }
    this.at++;
    return { list, named };
  }
}
const CONSTANTS: Readonly<Record<string, unknown>> = { True: true, False: false, None: null };

/** Layers that only the Python front end has. */
const PYTHON_ONLY = /\b(Transformer\w*|MultiheadAttention)\b/;

function scopeOf(seed: number): { torch: Record<string, unknown>; nn: unknown } {
  const api = quietApi(createRuntime());
  const { torch, nn } = api.exports as { torch: Record<string, unknown>; nn: unknown };
  (torch["manualSeed"] as (seed: number) => void)(seed);
  return { torch, nn };
}

describe("modules print as PyTorch's", () => {
  const cases = oracle("repr").filter(
    (c) =>
      c.cat === "module" &&
      (c.setup ?? "") === "" &&
      /^nn\.\w+\(.*\)$/.test(c.expr) &&
      !c.expr.includes("isinstance") &&
      !PYTHON_ONLY.test(c.expr),
  );
  it.each(cases.map((c) => [c.expr, c.str] as const))("%s", (expr, expected) => {
    expect((new PythonExpression(expr, scopeOf(0)).value() as object).toString()).toBe(expected);
  });
  it("there are cases", () => expect(cases.length).toBeGreaterThan(25));
});

describe("parameters begin as PyTorch's", () => {
  const cases = oracle("rng").filter((c) => /^init_/.test(c.cat) && !PYTHON_ONLY.test(JSON.stringify(c.steps)));
  const values = (x: unknown): number[] => Tensor.raw(x as Tensor).toArray();
  it.each(cases.map((c) => [`${c.id} ${c.steps[0].exec ?? c.steps[0].expr}`, c] as const))("%s", (_name, c) => {
    const scope: Record<string, unknown> = scopeOf(c.seed);
    for (const step of c.steps) {
      const text = step.exec?.replace(/^m = /, "");
      if (text !== undefined) scope["m"] = new PythonExpression(text, scope).value();
      const { expr } = step;
      const result =
        expr === "list(m.parameters())"
          ? (scope["m"] as { parameters(): Tensor[] }).parameters()
          : new PythonExpression(expr, scope).value();
      const [got, want] = [Array.isArray(result) ? result : [result], [step.out].flat() as Encoded[]];
      expect(got.length).toBe(want.length);
      got.forEach((t, i) => {
        values(t).forEach((v, k) => {
          const w = Number(want[i].v[k]);
          expect(Math.abs(v - w)).toBeLessThanOrEqual(1e-6 + 1e-5 * Math.abs(w));
        });
      });
    }
  });
  it("there are cases", () => expect(cases.length).toBeGreaterThan(25));
});
