// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs as text
import vm from "node:vm";
import fc from "fast-check";
import { transform } from "sucrase";
import { describe, expect, it } from "vitest";
import { translate } from "./translate.ts";
import { TranslateError } from "./translate-error.ts";

const quietHooks = {
  at: (_id: number): never[] => [],
  on: <T>(_id: number, value: T): T => value,
  tick: (): void => {},
  named: <T>(_name: string, value: T): T => value,
};

/** Runs a program and returns what it gave to `report(…)`, or the error it ended with. */
async function run(code: string, hooks: typeof quietHooks = quietHooks): Promise<unknown[]> {
  const seen: unknown[] = [];
  const console = { log: (...values: unknown[]) => void seen.push(...values) };
  const factory = vm.runInThisContext(code) as (h: unknown, c: unknown) => () => Promise<void>;
  try {
    await factory(hooks, console)();
  } catch (error) {
    seen.push(String(error));
  }
  return seen;
}

/** The same program with its types stripped and nothing inserted. */
function plain(source: string): Promise<unknown[]> {
  const { code } = transform(source, { transforms: ["typescript"], disableESTransforms: true });
  return run(`((_hooks, console) => async function () { "use strict";${code}\n})`);
}

/** Programs that use all of the language; each logs what it computes. */
const PROGRAMS: Readonly<Record<string, string>> = {
  strings: "console.log('it\\'s', \"a)b(\", `x${1 + 1}y${`in${'ner'}`}`, String.raw`\\n${2}`);",
  "template ending in a hole": "const a = 3; console.log(`value ${a}`); console.log(`${a}`, [a].map((x) => `${x}`));",
  regexes: "console.log('a/b(c)'.replace(/[/(]b\\(/g, '-'), /x/.test('x'), 4 / 2 / 1);",
  classes: `class A<T> { static n = 0; #p = 1; private q: number; constructor(public z: number, private y = 2) { this.q = A.n++; }
    get p() { return this.#p; } set p(v: number) { this.#p = v; } static { A.n = 5; } m(...xs: number[]): number { return xs.length + this.#p + this.q + this.y; } }
    class B extends A<string> { f = () => this.m(1, 2); override m(...xs: number[]) { return super.m(...xs, 9) * 2; } }
    const b = new B(3); b.p = 4; console.log(b.f(), b.z, A.n, new A(1).m(), new (class { v = 7; })().v);`,
  "optional chaining":
    "const o: any = { a: { b: (x: number) => x + 1, c: [1, 2] }, n: null }; console.log(o?.a?.b(1), o.n?.a.b.c(1), o.z?.(2), o.a?.c[1], o.n?.[0].T, (o?.a).c[0], delete o?.n);",
  destructuring:
    "const { a, b: [c, d = 4], ...rest } = { a: 1, b: [2], e: 5, f: 6 }; let [x, , y = 3, ...zs] = [1, 2, undefined, 4, 5]; [x, y] = [y as number, x]; ({ a: x } = { a: 9 }); console.log(a, c, d, rest, x, y, zs);",
  loops: `let s = 0; for (let i = 0; i < 3; i++) s += i; for (const k in { a: 1 }) s += k.length; for (const v of [1, 2]) s += v; while (s < 20) s++; do s += 2; while (s < 30)
    outer: for (;;) { for (;;) { s++; if (s % 2) continue outer; if (s > 35) break outer; } } for (var i = 0, j = 5; i < j; i++, j--); for (const x of [1]) ; if (s) for (const q of [3]) s += q; else s = 0; console.log(s, i, j);`,
  "labels and switch":
    "function f(x: number) { switch (x) { case 1: const y = x * 2; return y; case 2: { let z = 3; return z; } default: return -1; } } console.log(f(1), f(2), f(3));",
  functions:
    "function f(a = 1, { b = 2 } = {}, ...c: number[]) { return a + b + c.length + arguments.length; } const g = (x: number) => ({ x }); const h = async <T,>(x: T) => x; console.log(f(), f(1, { b: 3 }, 4, 5), g(2), f.name, g.name, h.name, (() => 1)());",
  "trailing commas":
    "const f = (...a: number[]) => a.length; console.log(f(1, 2,), f(...[1, 2], 3,), Math.max(...[1, 5,],), new Array(3,).length);",
  "call shapes":
    "const o = { f() { return this === o; }, get g() { return () => this === o; } }; console.log(o.f(), (o.f)(), o['f'](), o.g(), (0, o.f)(), new Date(0).getTime(), new Map().size, new Map([[1, 2]]).get(1));",
  "new without parentheses":
    "class A { v = 1 } const B = { C: A }; console.log(new A, new B.C, new (A as any), (new A).v, new A().v);",
  generators:
    "function* g(): Generator<number> { const x = yield 1; yield x as number; yield* [7, 8]; } const it = g(); console.log(it.next(), it.next(5), [...it], [...g()]);",
  async:
    "const wait = (x: number) => new Promise<number>((r) => r(x)); async function f() { let s = 0; for await (const v of [wait(1), wait(2)]) s += v; return s + (await wait(3)); } console.log(await f()); const t = await wait(4); console.log(t);",
  errors:
    "try { (undefined as any).x(); } catch (e) { console.log((e as Error).message); } finally { console.log('end'); } try { throw { a: 1 }; } catch { console.log('no binding'); }",
  "automatic semicolons":
    "const a = 1\nconst b = [a, 2]\nlet c = b\n;[c[0], c[1]] = [c[1], c[0]]\nconst d = b.map(x => x * 2)\nlet i = 0\ni++\nconsole.log(a, b, c, d, i)\nvar e = a\n++e\nconsole.log(e)",
  sequences:
    "let a = (1, 2), b = (console.log('s'), 3); a = (a++, a); const c = [(1, 2)][0]; console.log(a, b, c, (b, c));",
  enums: "enum E { A, B = 5, C }\nenum S {\n  X = 'x',\n}\nconsole.log(E.A, E.C, E[5], S.X);",
  satisfies:
    "const x = { a: [1, 2] } satisfies { a: number[] }; const y = x.a as number[]; const z = y![0]!; console.log(z, <number>y[1]);",
  computed:
    "const k = 'm'; const o = { [k + 1]: 2, get [k]() { return 3; }, async *g() {}, 'a-b': 1, 5: 5 }; console.log(o.m1, o.m, o['a-b'], o[5]);",
  "compound assignment":
    "const o: any = { a: 1, T: 2, grad: 3 }; o.a += 2; o['a'] **= 2; o.T ??= 5; o.n ||= 4; o.grad &&= 6; let x; x ??= 1; x++; --o.a; o.T--; console.log(o, x);",
  tagged:
    "const tag = (s: TemplateStringsArray, ...v: unknown[]) => s.raw.join('|') + v.join(); console.log(tag`a${1}b${2}`);",
  shadowing:
    "const console2 = console; { const console = { log: (x: number) => console2.log(x + 1) }; console.log(1); } const at = 3, named = 4; console.log(at, named);",
  "comments and types":
    "const f = (a: /* (x, y) */ (x: number, y: string) => void, b = 2 /* , c */): number => b; // trailing\nconsole.log(f(() => {}));",
  "class names":
    "const A = class {}; const B = class Inner {}; let f = function () {}; let g; g = () => {}; const o = { h: () => {}, i() {} }; console.log(A.name, B.name, f.name, g.name, o.h.name, o.i.name);",
  strict:
    "console.log((function (this: unknown) { return this; })()); try { (globalThis as any).undeclared; undeclaredName = 1; } catch (e) { console.log((e as Error).name); }",
};

describe("translated programs compute what they would without the inserted code", () => {
  for (const [name, source] of Object.entries(PROGRAMS))
    it(name, async () => {
      const translated = translate(source, "p.ts").code;
      const expected = await plain(source);
      expect(await run(translated)).toEqual(expected);
    });

  const exporting: readonly (readonly [string, unknown[]])[] = [
    [
      "export const a = 1; export function f() { return 2; } export class K { v = 3 } export { a as b };\nexport type T = number; console.log(a, f(), new K().v);",
      [1, 2, 3],
    ],
    ["export default [1, 2].map((x) => x);\nconsole.log(3);", [3]],
    ["export default function () { return 1; }\nconsole.log(4);", [4]],
    ["export default function f() { return 5; }\nconsole.log(f());", [5]],
    ["export default class { x = 1 }\nconsole.log(6)", [6]],
    ["export default (a: number) => a\nconsole.log(7)", [7]],
  ];
  it.each(exporting)("exports go nowhere: %s", async (source, expected) => {
    expect(await run(translate(source, "p.ts").code)).toEqual(expected);
  });

  const expression: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom("a", "b", "xs", "o", "1", "2.5", "'s)'", "`t${a}`", "null", "undefined", "/r/g", "this"),
      fc
        .tuple(tie("e"), fc.constantFrom("+", "-", "*", "<", "===", "&&", "??", ","), tie("e"))
        .map(([l, op, r]) => `((${l}) ${op} (${r}))`),
      fc.tuple(tie("e"), tie("e")).map(([l, r]) => `f(${l}, ${r})`),
      tie("e").map((x) => `f(...[${x}],)`),
      tie("e").map((x) => `xs.map((y) => ${x})`),
      fc.tuple(tie("e"), tie("e")).map(([x, i]) => `(${x})?.[${i}]`),
      tie("e").map((x) => `xs[+(${x}) || 0]`),
      tie("e").map((x) => `(${x} as any)?.T`),
      tie("e").map((x) => `((${x}) ? o.m(a) : o?.m?.(b))`),
      tie("e").map((x) => `(a = ${x})`),
      tie("e").map((x) => `(o.grad = ${x})`),
      tie("e").map((x) => `new C(${x}).v`),
      tie("e").map((x) => `[...[${x}], { k: ${x} }][0]`),
      tie("e").map((x) => `((p = ${x}) => { for (const q of [p]) { const [z] = [q]; return z; } })()`),
      tie("e").map((x) => `\`\${${x}}\``),
    ),
  })).e;
  it("random expressions", async () => {
    await fc.assert(
      fc.asyncProperty(expression, async (text) => {
        const source = `let a: any = 3, b: any = 4; const xs: any[] = [5, [6], 7]; const o: any = { m: (x: any) => [x], T: 8, grad: 9 };
const f = (...args: any[]) => args.length; class C { v: any; constructor(v: any) { this.v = v; } }
try { console.log(JSON.stringify((${text}) ?? null), String(a), JSON.stringify(o.grad ?? null)); } catch (e) { console.log((e as Error).name); }`;
        expect(await run(translate(source, "p.ts").code)).toEqual(await plain(source));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("positions", () => {
  const textOf = (source: string, fileName = "p.ts") => {
    const program = translate(source, fileName);
    const lines = source.split("\n");
    return program.locations.map((l) =>
      l.line === l.endLine
        ? lines[l.line - 1].slice(l.column, l.endColumn)
        : `${l.line}:${l.column}-${l.endLine}:${l.endColumn}`,
    );
  };

  it("name the expression that runs", () => {
    expect(textOf("const y: Tensor = x.matmul(w as Tensor).add<number>(b!);\n`${y}`; f(`${y}`); g(y);")).toEqual([
      "x.matmul(w as Tensor)",
      "x.matmul(w as Tensor).add<number>(b!)",
      "f(`${y}`)",
      "g(y)",
    ]);
  });
  it("chains over lines stand on their own lines", () => {
    const { locations } = translate("const y = x\n  .relu()\n  .sum();", "p.ts");
    expect(locations.map((l) => [l.line, l.column, l.endColumn])).toEqual([
      [2, 3, 9],
      [3, 3, 8],
    ]);
  });
  it("know the function they are in", () => {
    const source =
      "class Net { fc = new L(); forward(x) { const act = (y) => y.relu(); return act(x); } }\nfunction train() { step(); }\nconst o = { go() { run(); } };";
    expect(translate(source, "p.ts").locations.map((l) => l.scope)).toEqual([
      "Net.fc",
      "act",
      "Net.forward",
      "train",
      "go",
    ]);
  });
  it("are set right before each call, innermost first", async () => {
    const order: number[] = [];
    const hooks = { ...quietHooks, at: (id: number): never[] => order.splice(order.push(id), 0) as never[] };
    const { code, locations } = translate("const f = (...a: number[]) => a.length; f(f(), f(f()));", "p.ts");
    await run(code, hooks);
    expect(order.map((id) => locations[id - 1].column)).toEqual([42, 49, 47, 40]);
  });
  it("lead back from stack traces", async () => {
    const source =
      "const f = (x: any): number => x.missing();\n\nfunction g(): void { const t = `${1}`; f({ t }); }\ng();";
    const program = translate(source, "p.ts");
    const factory = new vm.Script(program.code, { filename: "p.ts" }).runInThisContext() as (
      ...a: unknown[]
    ) => () => Promise<void>;
    const error = (await factory(quietHooks, console)().catch((e: unknown) => e)) as Error;
    const frames = [...(error.stack ?? "").matchAll(/p\.ts:(\d+):(\d+)/g)].map((m) =>
      program.position(Number(m[1]), Number(m[2])),
    );
    const lines = source.split("\n");
    expect(frames.map((p) => lines[p.line - 1].slice(p.column))).toEqual(["missing();", "f({ t }); }", "g();"]);
  });
  it("lines stay: the translated text has the lines of the source", () => {
    for (const source of Object.values(PROGRAMS)) {
      const { code } = translate(source, "p.ts");
      expect(code.split("\n").length).toBe(source.split("\n").length + 1);
    }
  });
  it("accepts other line ends, a byte order mark and a hash-bang line", async () => {
    const { code, locations } = translate(
      "\uFEFF#!/usr/bin/env node\r\nconst a: number = 1;\r\nconsole.log(a);\r\n",
      "p.ts",
    );
    expect(await run(code)).toEqual([1]);
    expect(locations[0].line).toBe(3);
  });
});

describe("stopping and names", () => {
  it("every loop asks whether to go on", async () => {
    let asked = 0;
    const hooks = { ...quietHooks, tick: () => void asked++ };
    await run(
      translate(
        "for (let i = 0; i < 3; i++); let k = 0; while (k < 2) k++; do k--; while (k); for (const x of [1, 2]) {} for (const x in { a: 1 }) ;",
        "p.ts",
      ).code,
      hooks,
    );
    expect(asked).toBe(3 + 2 + 2 + 2 + 1);
  });
  it("variables tell their names", async () => {
    const names: string[] = [];
    const hooks = {
      ...quietHooks,
      named: <T>(name: string, v: T): T => [v, names.push(`${name}=${String(v)}`)][0] as T,
    };
    await run(
      translate(
        "const f = (x: number) => x; const a = f(1); let b; b = f(2); const [c, { d }] = [f(3), { d: f(4) }]; for (const e of [5]) f(e);",
        "p.ts",
      ).code,
      hooks,
    );
    expect(names).toEqual(["a=1", "b=2", "c=3", "d=4", "e=5"]);
  });
});

describe("imports", () => {
  it("become parameters, in order, types left out", () => {
    const { imports } = translate(
      'import { tensor, nn as N, type Tensor } from "backstep";\nimport * as all from "backstep";\nimport bs from "backstep";\nimport type { X } from "elsewhere";\ntensor(N, all, bs);',
      "p.ts",
    );
    expect(imports).toEqual([
      { exported: "tensor", local: "tensor", line: 1 },
      { exported: "nn", local: "N", line: 1 },
      { exported: "*", local: "all", line: 2 },
      { exported: "default", local: "bs", line: 3 },
    ]);
  });
  const refused = (source: string): { message: string; line: number; column: number } => {
    try {
      translate(source, "p.ts");
    } catch (error) {
      if (error instanceof TranslateError) return { message: error.message, line: error.line, column: error.column };
      throw error;
    }
    throw new Error("translated");
  };
  it("only from backstep", () => {
    expect(refused('\nimport { readFileSync } from "node:fs"; readFileSync();')).toEqual({
      message: 'model code can import only from "backstep", not from "node:fs"',
      line: 2,
      column: 29,
    });
    expect(refused('export * from "fs";').message).toContain("only from");
    expect(refused('export { a } from "fs";').message).toContain("only from");
    expect(refused('import "fs";').message).toContain("only from");
  });
  it("import() and import.meta are refused wherever they stand", () => {
    expect(refused('const f = async () => {\n  await import("fs");\n};')).toMatchObject({ line: 2, column: 8 });
    expect(refused("`${import('fs')}`").message).toContain("import()");
    expect(refused("class A { x = [import('fs')] }").message).toContain("import()");
    expect(refused("f(a, (b = import('fs')) => b)").message).toContain("import()");
    expect(refused("new (import('fs').x)()").message).toContain("import()");
    expect(refused("tag`${import('fs')}`").message).toContain("import()");
    expect(refused("x[import('fs')] = 1").message).toContain("import()");
    expect(refused("for (const a of import('fs')) ;").message).toContain("import()");
    expect(refused("delete x[import('fs')]").message).toContain("import()");
    expect(refused("console.log(import.meta.url)").message).toContain("import.meta");
  });
  it("bad syntax is reported where it is", () => {
    expect(refused("const a = 1;\nconst b = ;")).toMatchObject({ line: 2 });
    expect(refused("let a = 1;\nlet a = 2;")).toMatchObject({ line: 2, column: 4 });
    expect(refused("namespace N { export const x = 1; }").message).toContain("namespaces");
  });
  it("a program that closes the wrapper early is no program", () => {
    for (const source of ["})", "}); (function () {", "}) /*", "`", "/*"])
      expect(() => translate(source, "p.ts")).toThrow(TranslateError);
  });
});
