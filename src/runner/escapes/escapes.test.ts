import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeRunner } from "../node-runner.ts";
import type { Runner, RunnerEvent } from "../protocol.ts";
import { type Attempt, readAttempts } from "./attempts.ts";

const python = readAttempts(new URL("./python.txt", import.meta.url));
const typescript = readAttempts(new URL("./typescript.txt", import.meta.url));
const fixtures = fileURLToPath(new URL("../../../scripts/fixtures/escapes/", import.meta.url));

const SECRET = `secret-${Math.random().toString(36).slice(2)}`;
const KEY = "BACKSTEP_TEST_SECRET";
const EXIT_CODE = 77;

const folder = mkdtempSync(join(tmpdir(), "backstep-escapes-"));
const servers: Server[] = [];

/** What an attempt aims at, made for one try of it. */
interface Target {
  readonly code: string;
  /** Has the attempt reached something, by what can be seen from outside? */
  reached(output: string, exitCode: number | null): boolean;
}

let targets = 0;
async function targetFor(attempt: Attempt): Promise<Target> {
  const mark = join(folder, `mark-${++targets}`);
  let connections = 0;
  let port = 0;
  if (attempt.code.includes("@PORT@")) {
    const server = createServer((socket) => {
      connections++;
      socket.on("error", () => undefined);
      socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    port = (server.address() as { port: number }).port;
  }
  const places: Record<string, string> = {
    SECRET: join(folder, "secret.txt"),
    WHEEL: join(folder, "smuggled-1.0-py3-none-any.whl"),
    MARK: mark,
    PORT: String(port),
    KEY,
  };
  return {
    code: attempt.code.replace(/@(\w+)@/g, (_, name: string) => places[name]),
    reached: (output, exitCode) =>
      output.includes(SECRET) || existsSync(mark) || connections > 0 || exitCode === EXIT_CODE,
  };
}

beforeAll(() => {
  process.env[KEY] = SECRET;
  writeFileSync(join(folder, "secret.txt"), `${SECRET}\n`);
  const info = "smuggled-1.0.dist-info";
  const wheel = zipSync({
    "smuggled.py": strToU8(`text = "${SECRET}"`),
    [`${info}/METADATA`]: strToU8("Metadata-Version: 2.1\nName: smuggled\nVersion: 1.0\n"),
    [`${info}/WHEEL`]: strToU8("Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
    [`${info}/RECORD`]: strToU8(""),
  });
  writeFileSync(join(folder, "smuggled-1.0-py3-none-any.whl"), wheel);
});

afterAll(() => {
  delete process.env[KEY];
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program of Node with the secret on its standard input. */
function node(args: string[]): Promise<{ output: string; code: number | null }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: fixtures });
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
    });
    child.stderr.on("data", (data) => {
      output += data;
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(`${SECRET}\n`);
    child.on("close", (code) => done({ output, code }));
  });
}

/** What was printed for each attempt: the part after its "@@ name". */
function sections(output: string): Map<string, string> {
  return new Map(
    output
      .split("\n@@ ")
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return [part.slice(0, end), part.slice(end)] as const;
      }),
  );
}

interface Watch {
  text(): string;
  clear(): void;
  until(pattern: RegExp): Promise<void>;
}

function watch(runner: Runner): Watch {
  let printed = "";
  let waiting: { pattern: RegExp; done: () => void } | null = null;
  runner.onEvent((event: RunnerEvent) => {
    if (event.kind === "output") printed += event.text;
    if (event.kind === "display") printed += event.data;
    if (waiting?.pattern.test(printed)) waiting.done();
  });
  return {
    text: () => printed,
    clear: () => {
      printed = "";
    },
    until: (pattern) =>
      new Promise((done) => {
        waiting = { pattern, done };
        if (pattern.test(printed)) done();
      }),
  };
}

const names = (attempts: readonly Attempt[], which: (attempt: Attempt) => boolean): string[] =>
  attempts.filter(which).map(({ name }) => name);

describe("escapes from Python", () => {
  it("each succeeds in plain Pyodide on Node", async () => {
    const reached = new Map<string, boolean>();
    const together = python.filter(({ alone }) => !alone);
    const rows = await Promise.all(together.map(async (attempt) => ({ attempt, target: await targetFor(attempt) })));
    const control = async (
      attempts: { name: string; code: string }[],
    ): Promise<{ output: string; code: number | null }> => {
      const file = join(folder, `attempts-${targets}.json`);
      writeFileSync(file, JSON.stringify(attempts));
      return node([join(fixtures, "python-control.mjs"), file]);
    };
    const { output } = await control(rows.map(({ attempt, target }) => ({ name: attempt.name, code: target.code })));
    const printed = sections(output);
    for (const { attempt, target } of rows)
      reached.set(attempt.name, target.reached(printed.get(attempt.name) ?? "", null));
    for (const attempt of python.filter(({ alone }) => alone)) {
      const target = await targetFor(attempt);
      const { output, code } = await control([{ name: attempt.name, code: target.code }]);
      reached.set(attempt.name, target.reached(output, code));
    }
    expect(names(python, ({ name }) => reached.get(name) !== true)).toEqual([]);
  });

  it("none succeeds in the runner", async () => {
    const runner = createNodeRunner();
    const seen = watch(runner);
    try {
      const together = python.filter(({ alone }) => !alone);
      const rows = await Promise.all(together.map(async (attempt) => ({ attempt, target: await targetFor(attempt) })));
      // An attempt may end its interpreter; the others go on in a fresh one.
      const printed = new Map<string, string>();
      while (printed.size < rows.length) {
        seen.clear();
        const rest = rows.slice(printed.size);
        // On Pyodide's own event loop, which goes on when the program has ended: promises of JavaScript get their turn.
        const source = driver(rest);
        const end = await runner.run({ name: "escapes.py", kind: "python", cells: [{ index: 0, source }] });
        expect(end.status).toBe("finished");
        await seen.until(/\n@@ end|fatal error/);
        const before = printed.size;
        for (const [name, text] of sections(seen.text())) if (name !== "end") printed.set(name, text);
        expect(printed.size).toBeGreaterThan(before);
      }
      const out = rows.filter(({ attempt, target }) => target.reached(printed.get(attempt.name) ?? "", null));
      expect(out.map(({ attempt }) => attempt.name)).toEqual([]);
      for (const attempt of python.filter(({ alone }) => alone)) {
        seen.clear();
        const target = await targetFor(attempt);
        const { status } = await runner.run({
          name: "x.py",
          kind: "python",
          cells: [{ index: 0, source: target.code }],
        });
        expect([attempt.name, status, target.reached(seen.text(), null)]).not.toContain("lost");
        expect(target.reached(seen.text(), null)).toBe(false);
      }
    } finally {
      await runner.close();
    }
  });
});

/** A program that makes all attempts, one after the other. */
function driver(rows: readonly { attempt: Attempt; target: Target }[]): string {
  const attempts = JSON.stringify(rows.map(({ attempt, target }) => [attempt.name, target.code]));
  return `
import ast, asyncio, json
from pyodide.webloop import WebLoop
attempts = json.loads(${JSON.stringify(attempts)})
async def make_all():
    for name, code in attempts:
        print(f"\\n@@ {name}")
        try:
            result = eval(compile(code, "<attempt>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True), {"__name__": "__main__"})
            if result is not None:
                await asyncio.wait_for(result, 3)
        except BaseException as error:
            print(type(error).__name__, str(error)[-300:])
        await asyncio.sleep(0.02)
    print("\\n@@ end\\n")
loop = WebLoop()
asyncio.set_event_loop(loop)
asyncio._set_running_loop(loop)
task = loop.create_task(make_all())
`;
}

/** An attempt as a part of a program that goes on whatever happens. */
const tried = ({ attempt, target }: { attempt: Attempt; target: Target }): string => `
console.log(${JSON.stringify(`\n@@ ${attempt.name}`)});
await (async () => {
${target.code}
})().catch((error) => console.log(String(error)));
`;

describe("escapes from TypeScript", () => {
  it("each succeeds in Node, or in what people take for a sandbox", async () => {
    const failed: string[] = [];
    for (const attempt of typescript) {
      const target = await targetFor(attempt);
      const file = join(folder, `control-${targets}.${attempt.control === "node" ? "mjs" : "js"}`);
      writeFileSync(file, target.code);
      const args = attempt.control === "node" ? [file] : [join(fixtures, "vm-control.cjs"), file];
      const { output, code } = await node(args);
      if (!target.reached(output, code)) failed.push(attempt.name);
    }
    expect(failed).toEqual([]);
  });

  it("none succeeds in the runner", async () => {
    const runner = createNodeRunner();
    const seen = watch(runner);
    try {
      const rows = await Promise.all(
        typescript.map(async (attempt) => ({ attempt, target: await targetFor(attempt) })),
      );
      // What the translator refuses would keep the others from running.
      const apart = (code: string): boolean => /\bimport\b|^export\b/m.test(code);
      const programs = [
        ...rows.filter(({ target }) => apart(target.code)).map(({ target }) => target.code),
        `${rows
          .filter(({ target }) => !apart(target.code))
          .map(tried)
          .join("")}\nconsole.log("\\n@@ end");`,
      ];
      for (const source of programs) {
        seen.clear();
        const end = await runner.run({ name: "x.ts", kind: "typescript", cells: [{ index: 0, source }] });
        expect(end.status).toBe(source === programs.at(-1) ? "finished" : "failed");
        expect(
          rows.filter(({ target }) => target.reached(seen.text(), null)).map(({ attempt }) => attempt.name),
        ).toEqual([]);
      }
      expect(sections(seen.text()).size).toBe(rows.length - programs.length + 2);
    } finally {
      await runner.close();
    }
  });
});
