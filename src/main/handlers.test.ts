import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserWindow, Dialog } from "electron";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WindowEvent } from "../ipc/events.ts";
import { type RunEnd, type Runner, RunnerError, type RunOptions } from "../runner/protocol.ts";
import { createDocumentSession } from "./document-session.ts";
import { createExamples } from "./files/examples.ts";
import { createFileTokens } from "./files/file-tokens.ts";
import { keptJson } from "./files/kept-json.ts";
import { createRecentFiles, recentSchema } from "./files/recent-files.ts";
import { keptUnsavedText } from "./files/unsaved-text.ts";
import { createHandlers } from "./handlers.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "backstep-handlers-"));
  await writeFile(at("a.py"), "x = 1\n");
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

const finished: RunEnd = { status: "finished", failure: null, milliseconds: 3, summary: null, lives: true };

/** The handlers with real files; dialogs answer what the test says, and the runner notes what it is asked. */
function app(first: string | null = null, greeting: string | null = null) {
  const asked: string[] = [];
  let given: RunOptions | undefined;
  let end: (outcome: RunEnd | Error) => void = () => {};
  const runner: Runner = {
    run: (source, options) => {
      given = options;
      asked.push(`run ${source.name}`);
      return new Promise((resolve, reject) => {
        end = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
      });
    },
    stop: async () => void asked.push("stop"),
    pause: () => void asked.push("pause"),
    resume: async (until) => void asked.push(`resume ${until?.by ?? ""}`),
    breakpoints: async (matches) => void asked.push(`breakpoints ${matches.map(({ by }) => by)}`),
    ask: (async (name: string) => ({ answered: name })) as never,
    snapshot: async () => new Uint8Array([1]),
    open: async (bytes) => {
      if (bytes[0] !== 123) throw new RunnerError("bad-snapshot", "This is no snapshot.");
      const cells = [
        { index: 1, source: "a" },
        { index: 3, source: "b" },
      ];
      return {
        source: { name: "nb.ipynb", kind: "notebook", cells },
        summary: {} as never,
        cursor: 7,
        view: { grain: "edge" },
      };
    },
    declarations: async () => "declare module 'backstep'",
    onEvent: () => () => {},
    close: async () => {},
  };
  const sent: WindowEvent[] = [];
  const tokens = createFileTokens();
  const recent = createRecentFiles(
    keptJson(at("recent.json"), recentSchema, () => {}),
    tokens,
    () => {},
  );
  const session = createDocumentSession({
    makeRunner: () => runner,
    unsavedText: keptUnsavedText(folder, () => {}),
    tokens,
    send: (event) => sent.push(event),
  });
  const chosen = { open: null as string | null, save: null as string | null, button: 0 };
  const options: Electron.SaveDialogOptions[] = [];
  const dialog = {
    showOpenDialog: async () => ({
      canceled: chosen.open === null,
      filePaths: chosen.open === null ? [] : [chosen.open],
    }),
    showSaveDialog: async (_window: BrowserWindow, given: Electron.SaveDialogOptions) => {
      options.push(given);
      return { canceled: chosen.save === null, filePath: chosen.save ?? "" };
    },
    showMessageBox: async () => ({ response: chosen.button, checkboxChecked: false }),
  } as unknown as Dialog;
  let closed = 0;
  const handlers = createHandlers({
    window: () => ({}) as BrowserWindow,
    dialog,
    session,
    tokens,
    recent,
    examples: createExamples(join(import.meta.dirname, "../../resources/examples")),
    menu: { setEnabled: () => {}, rebuild: () => {} },
    takeFirstFile: () => first,
    takeGreeting: () => greeting,
    documentsFolder: folder,
    closeWindow: () => closed++,
    pageAnswered: () => {},
    documentNoted: () => {},
  });
  return {
    handlers,
    asked,
    sent,
    tokens,
    chosen,
    options,
    recent,
    closed: () => closed,
    given: () => given,
    end: (x: RunEnd | Error) => end(x),
  };
}

test("a file chosen in the dialog opens with a token, and only with it can it be opened or saved again", async () => {
  const { handlers, chosen, recent, options } = app();
  expect(await handlers.openDialog(null)).toBeNull();
  chosen.open = at("a.py");
  const opened = await handlers.openDialog(null);
  expect(opened).toMatchObject({ name: "a.py", kind: "python", cells: [{ kind: "code", source: "x = 1\n" }] });
  const token = opened?.token as string;
  expect(await handlers.openToken(token)).toEqual(opened);
  await expect(handlers.openToken(`file-${"1".repeat(32)}`)).rejects.toMatchObject({ code: "not-found" });

  const saved = await handlers.save({ token, name: "ignored.py", kind: "python", text: "x = 2\n", ask: false });
  expect(saved).toEqual({ name: "a.py", token });
  expect(await readFile(at("a.py"), "utf8")).toBe("x = 2\n");
  expect(options).toEqual([]);
  expect(recent.list().map(({ name }) => name)).toEqual(["a.py"]);
});

test("saving for the first time or under another name asks where; the page's name is never a place", async () => {
  const { handlers, chosen, options } = app();
  const document = { token: null, name: "../../etc/cron.d/x.py", kind: "python", text: "y", ask: false } as const;
  expect(await handlers.save(document)).toBeNull();
  expect(options[0]?.defaultPath).toBe(at("x.py"));
  chosen.save = at("b.py");
  const saved = await handlers.save(document);
  expect(saved?.name).toBe("b.py");
  chosen.save = at("c.py");
  expect(await handlers.save({ ...document, token: saved?.token as string, ask: true })).toMatchObject({
    name: "c.py",
  });
  expect(options[2]?.defaultPath).toBe(at("b.py"));
  await expect(handlers.save({ ...document, token: `file-${"1".repeat(32)}` })).rejects.toMatchObject({
    code: "not-found",
  });
});

test("a notebook is saved without losing its outputs", async () => {
  const { handlers, chosen } = app();
  const output = { output_type: "stream", name: "stdout", text: ["1\n"] };
  const cells = [
    { cell_type: "code", metadata: {}, execution_count: 1, outputs: [output], source: "print(1)" },
    { cell_type: "code", metadata: {}, execution_count: 2, outputs: [output], source: "print(2)" },
  ];
  await writeFile(at("n.ipynb"), JSON.stringify({ nbformat: 4, nbformat_minor: 2, metadata: { mine: 1 }, cells }));
  chosen.open = at("n.ipynb");
  const opened = await handlers.openDialog(null);
  const text = JSON.stringify({
    nbformat: 4,
    metadata: {},
    cells: [
      { cell_type: "code", source: "print(1)" },
      { cell_type: "code", source: "print(3)" },
    ],
  });
  await handlers.save({ token: opened?.token as string, name: "n.ipynb", kind: "notebook", text, ask: false });
  const written = JSON.parse(await readFile(at("n.ipynb"), "utf8"));
  expect(written.metadata).toEqual({ mine: 1 });
  expect(written.cells.map((cell: { outputs: unknown[] }) => cell.outputs)).toEqual([[output], []]);
});

test("a snapshot opens with its cells in their places and without a token; a broken one changes nothing", async () => {
  const { handlers, tokens } = app();
  await writeFile(at("s.json"), "{}");
  await writeFile(at("broken.json"), "x");
  expect(await handlers.openToken(tokens.give(at("s.json")))).toMatchObject({
    name: "nb.ipynb",
    token: null,
    kind: "notebook",
    cells: ["", "a", "", "b"].map((source) => ({ source })),
    snapshot: { cursor: 7, view: { grain: "edge" } },
  });
  await expect(handlers.openToken(tokens.give(at("broken.json")))).rejects.toMatchObject({ code: "bad-snapshot" });
});

test("a file that is gone leaves the list of recent files", async () => {
  const { handlers, tokens, recent } = app();
  const token = tokens.give(at("a.py"));
  await handlers.openToken(token);
  await rm(at("a.py"));
  await expect(handlers.openToken(token)).rejects.toThrow("a.py cannot be opened: it is not there any more.");
  expect(recent.list()).toEqual([]);
});

test("only files of kinds that are opened may be dropped", async () => {
  const { handlers, tokens } = app();
  await writeFile(at("x.exe"), "");
  expect(tokens.path(await handlers.dropped({ path: at("a.py") }))).toBe(at("a.py"));
  for (const path of [at("x.exe"), at("missing.py"), folder, "/etc/passwd"])
    expect(() => handlers.dropped({ path })).toThrow(/no kind that is opened/);
});

describe("running", () => {
  const program = { name: "a.py", kind: "python", token: null, cells: [{ index: 0, source: "x" }] } as const;
  const request = { ...program, cells: [...program.cells], continues: false, breakpoints: [{ by: "nan" as const }] };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  test("one program at a time; its end is told", async () => {
    const { handlers, sent, end } = app();
    expect(handlers.run(request)).toBeNull();
    expect(() => handlers.run(request)).toThrow("A program is running already.");
    await settled();
    end(finished);
    await settled();
    expect(sent).toEqual([{ kind: "ended", ...finished }]);
    expect(handlers.run(request)).toBeNull();
  });

  test("a program may read what stands beside its file, and nothing while it has none", async () => {
    await writeFile(at("names.txt"), "emma\n");
    const { handlers, given, tokens, end } = app();
    const cells = [{ index: 0, source: "open('names.txt')" }];
    handlers.run({ ...request, cells, token: tokens.give(at("a.py")) });
    await handlers.stop(null);
    expect(given()?.files).toEqual([{ path: "names.txt", base64: btoa("emma\n") }]);
    end(finished);
    await settled();
    handlers.run({ ...request, cells });
    await handlers.stop(null);
    expect(given()?.files).toEqual([]);
  });

  test("a runner that refuses ends the run with its sentence", async () => {
    const { handlers, sent, end } = app();
    handlers.run(request);
    await settled();
    end(new RunnerError("lost", "It died."));
    await settled();
    expect(sent[0]).toMatchObject({ kind: "ended", status: "failed", failure: { message: "It died." } });
  });

  test("opening another document stops it first", async () => {
    const { handlers, asked } = app();
    handlers.run(request);
    await handlers.openExample("xor");
    expect(asked).toEqual(["run a.py", "stop"]);
  });

  test("answers are JSON text", async () => {
    const { handlers } = app();
    expect(await handlers.ask({ name: "summary", request: {} })).toBe('{"answered":"summary"}');
  });
});

describe("text that is not saved", () => {
  const dirty = (source: string) => ({
    name: "a.py",
    kind: "python" as const,
    token: null,
    dirty: true,
    unsaved: [{ kind: "code" as const, source }],
  });

  test("is there again after a crash, with the file that it belongs to", async () => {
    const before = app();
    const token = before.tokens.give(at("a.py"));
    await before.handlers.noteDocument({ ...dirty("edited"), token });
    await expect.poll(() => readFile(at("unsaved-text.json"), "utf8").catch(() => "")).toContain("edited");
    const after = app(at("a.py"));
    const { document, open } = await after.handlers.start(null);
    expect(document).toMatchObject({ name: "a.py", unsaved: true, cells: [{ source: "edited" }] });
    expect(after.tokens.path(document?.token as string)).toBe(at("a.py"));
    expect(open).toBeNull();
  });

  test("is forgotten once it is saved or given up", async () => {
    const { handlers, closed } = app();
    await handlers.noteDocument(dirty("one"));
    await handlers.noteDocument({ ...dirty("one"), dirty: false, unsaved: null });
    await expect.poll(async () => (await handlers.start(null)).document).toBeNull();
    await handlers.noteDocument(dirty("two"));
    await handlers.close(null);
    expect(closed()).toBe(1);
    expect((await app().handlers.start(null)).document).toBeNull();
  });

  test.each([
    [0, "save"],
    [1, "discard"],
    [2, "cancel"],
  ])("button %i means %s", async (button, answer) => {
    const { handlers, chosen } = app();
    chosen.button = button;
    expect(await handlers.askUnsaved({ name: "a.py" })).toBe(answer);
  });
});

test("the first file is opened once; a page loaded anew shows what it showed", async () => {
  const { handlers, tokens } = app(at("a.py"));
  const first = await handlers.start(null);
  expect(tokens.path(first.open as string)).toBe(at("a.py"));
});

test("the very first start is greeted with an example, unless a file was asked for", async () => {
  expect((await app(null, "autograd-tutorial").handlers.start(null)).example).toBe("autograd-tutorial");
  expect((await app(at("a.py"), "autograd-tutorial").handlers.start(null)).example).toBeNull();
  expect((await app().handlers.start(null)).example).toBeNull();
});

test("an export is written where the person says", async () => {
  const { handlers, chosen, options } = app();
  expect(await handlers.saveExport({ name: "graph.svg", bytes: new Uint8Array([60]) })).toBeNull();
  expect(options[0]).toEqual({ defaultPath: at("graph.svg"), filters: [{ name: "SVG", extensions: ["svg"] }] });
  chosen.save = at("graph.svg");
  expect(await handlers.saveExport({ name: "graph.svg", bytes: new Uint8Array([60]) })).toEqual({
    name: "graph.svg",
    token: null,
  });
  expect(await readFile(at("graph.svg"), "utf8")).toBe("<");
});
