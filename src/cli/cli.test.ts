import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import { afterAll, describe, expect, test } from "vitest";
import { snapshotInPicture } from "../graph/embedded-snapshot.ts";
import { chunksOf } from "../graph/png-chunks.ts";
import { readSnapshot } from "../trace/snapshot.ts";
import { main } from "./cli.ts";
import { type TestRunOptions, testWorld } from "./world.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "backstep-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array = "print(1)\n"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const net = file("net.py");
const out = (name: string): string => join(folder, name);

async function cli(args: string[], options: TestRunOptions = {}) {
  const world = testWorld(options);
  const code = await main(args, world);
  return { code, world, stdout: world.stdout, stderr: world.stderr };
}

const notebook = (...sources: [string, string | string[]][]): string =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: sources.map(([cell_type, source]) => ({ cell_type, source, metadata: {} })),
  });

describe("a wrong command is told in one sentence, with exit code 2, and nothing runs", () => {
  const unreadable = file("secret.py");
  chmodSync(unreadable, 0);
  mkdirSync(join(folder, "folder.py"));
  test.each([
    [["walk", net], /no command "walk": the commands are run and show/],
    [["--tabel"], /no option "--tabel"/],
    [["run", net, "--tabel"], /no option "--tabel"; is --table meant/],
    [["run"], /Which file\?/],
    [["run", net, net], /One file at a time/],
    [["run", out("missing.py")], /There is no file ".*missing\.py"\.\n$/],
    [["run", join(net, "x.py")], /There is no file/],
    [["run", join(folder, "folder.py")], /is a folder, not a file/],
    [["run", file("empty.py", "  \n")], /is empty: there is nothing to run/],
    [["run", file("binary.py", new Uint8Array([0xff, 0xfe, 0, 1]))], /is not text in UTF-8/],
    [["run", file("notes.txt")], /runs \.py, \.ipynb and \.ts files, and ".*notes\.txt" is a \.txt file/],
    [["run", file("run.backstep.json", "{}")], /snapshots are opened by backstep show/],
    [["run", file("noending", "x")], /has no such ending/],
    [["run", file("broken.ipynb", "{")], /broken\.ipynb": This is not a notebook: it is not JSON/],
    [["run", file("prose.ipynb", notebook(["markdown", "# hi"]))], /has no code cells/],
    [
      ["run", net, "--export", "bmp"],
      /no export format "bmp": the formats are svg, json, png, pdf, apng, gif, html, dot, txt and csv/,
    ],
    [["run", net, "--export"], /--export needs a value: --export FORMAT/],
    [["run", net, "-o", "picture.bmp"], /ending of "picture\.bmp" does not say/],
    [["run", net, "--export", "svg", "-o", join(folder, "no", "x.svg")], /There is no folder/],
    [["run", net, "--export", "svg", "-o", folder], /is a folder/],
    [["run", net, "--export", "csv", "-o", net], /would be overwritten/],
    [["run", net, "-o", out("a.svg"), "-o", out("a.svg")], /would be overwritten/],
    [["run", net, "--step", "-1"], /--step takes a whole number or last, not "-1"/],
    [["run", net, "--step", "1.5"], /--step takes/],
    [["run", net, "--theme", "pink"], /no theme "pink": the themes are light, dark and contrast/],
    [["run", net, "--scale", "0"], /--scale takes a number above 0 up to 16/],
    [["run", net, "--table=yes"], /--table takes no value/],
    [["show", file("plain.svg", "<svg/>")], /holds no snapshot/],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr, world } = await cli(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^backstep: [^\n]+\n$/);
    expect([code, stdout, world.ran.length]).toEqual([2, "", 0]);
  });

  // Root reads everything.
  test.skipIf(process.getuid?.() === 0)("a file without permission", async () => {
    const { code, stderr } = await cli(["run", unreadable]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/may not be read: permission is denied/)]);
  });
});

test.each([[[]], [["--help"]], [["-h"]], [["run", "--help"]]])("help: %j", async (args) => {
  const { code, stdout } = await cli(args);
  expect(code).toBe(0);
  for (const word of ["backstep run FILE", "--export FORMAT", "--step N", "--table", "--theme", "--scale", "130"])
    expect(stdout).toContain(word);
});

test("version", async () => {
  const { code, stdout } = await cli(["--version"]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^backstep \d+\.\d+\.\d+\n$/)]);
});

describe("run", () => {
  const print = (text: string, stream: "out" | "err" = "out") =>
    ({ kind: "output", stream, text, cell: null }) as const;

  test("prints exactly what the program prints, on the stream it prints to", async () => {
    const { code, stdout, stderr, world } = await cli(["run", net], {
      events: [print("a"), print("warning\n", "err"), print("b\n")],
    });
    expect([code, stdout, stderr]).toEqual([0, "ab\n", "warning\n"]);
    expect(world.closed).toBe(1);
  });

  test("a raised exception is exit code 1, and exports are still written", async () => {
    const failure = { type: "ValueError", message: "no", cell: null, line: 1, traceback: "Traceback …\n" };
    const { code, stderr, world } = await cli(["run", net, "-o", out("failed.svg")], {
      events: [print("Traceback …\n", "err")],
      end: { status: "failed", failure },
    });
    expect([code, stderr, world.files.size]).toEqual([1, "Traceback …\n", 1]);
  });

  test.each([
    ["The program exited with code 3", 3],
    ["The program exited with code -1", 255],
    ["no model", 1],
  ])("sys.exit(%s) decides the exit code", async (message, expected) => {
    const failure = { type: "SystemExit", message, cell: null, line: 1, traceback: "" };
    expect((await cli(["run", net], { end: { status: "failed", failure } })).code).toBe(expected);
  });

  test("a lost process is told", async () => {
    const failure = { type: "Lost", message: "The memory was used up.", cell: null, line: null, traceback: "" };
    const { code, stderr } = await cli(["run", net, "--table"], { end: { status: "lost", failure, summary: null } });
    expect([code, stderr]).toEqual([1, "backstep: The memory was used up.\n"]);
  });

  test("kinds by ending; of a notebook the code cells with their places", async () => {
    const cells = notebook(["markdown", "# t"], ["code", ["a = 1\n", "a"]], ["raw", "x"], ["code", "a + 1"]);
    expect((await cli(["run", file("book.ipynb", cells)])).world.ran).toEqual([
      {
        name: "book.ipynb",
        kind: "notebook",
        cells: [
          { index: 1, source: "a = 1\na" },
          { index: 3, source: "a + 1" },
        ],
      },
    ]);
    expect((await cli(["run", file("model.ts", "log(1)")])).world.ran[0]?.kind).toBe("typescript");
    expect((await cli(["run", file("BIG.PY", "\ufeffprint(1)")])).world.ran[0]).toMatchObject({
      kind: "python",
      cells: [{ source: "print(1)" }],
    });
  });

  test("Ctrl+C stops the program: exit code 130; a second one ends at once", async () => {
    const world = testWorld({ endless: true });
    const done = main(["run", net, "--table"], world);
    await expect.poll(() => world.ran.length).toBe(1);
    world.interrupt();
    world.interrupt();
    expect(await done).toBe(130);
    expect([world.stopped, world.closed, world.exits, world.stdout]).toEqual([2, 1, [130], ""]);
  });

  test("the program is stopped when nobody reads on", async () => {
    const world = testWorld({ endless: true });
    const done = main(["run", net], world);
    await expect.poll(() => world.ran.length).toBe(1);
    world.closeOutput();
    expect([await done, world.stopped]).toEqual([141, 1]);
  });
});

describe("table", () => {
  test("one line per leaf at the end, or at a step", async () => {
    expect((await cli(["run", net, "--table"])).stdout).toBe("a  ()  grad norm 4\nb  ()  grad norm 2\n");
    expect((await cli(["run", net, "--table", "--step", "1"])).stdout).toBe("a  ()  grad None\nb  ()  grad None\n");
    expect((await cli(["run", net, "--table", "--step", "0"])).stdout).toBe("");
  });

  test("leaves of every graph of the run", async () => {
    expect((await cli(["run", net, "--table"], { program: "training" })).stdout).toMatch(
      /^W1 {2}\(8, 2\) {2}grad None\nW2 {2}\(1, 8\) {2}grad None\n$/,
    );
  });

  test("a step that the run does not have", async () => {
    const { code, stderr } = await cli(["run", net, "--table", "--step", "99"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^backstep: There is no step 99: the run has \d+ steps\.\n$/),
    ]);
  });
});

describe("export", () => {
  test("several formats in one run, paths before or after", async () => {
    const paths = ["a.svg", "b.json", "c.png", "d.html", "e.dot", "f.csv"].map(out);
    const { code, stderr, world } = await cli([
      ...["run", net, "--export", "svg", "-o", paths[0] as string, "-o", paths[1] as string],
      ...["--export=png", "-o", paths[2] as string, "-o", paths[3] as string, "--scale", "1"],
      ...["-o", paths[4] as string, "-o", paths[5] as string],
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    expect([...world.files.keys()]).toEqual(paths);
    const [svg, json, png, html, dot, csv] = [...world.files.values()];
    expect(svg).toMatch(/^<svg [\s\S]*MulBackward0[\s\S]*<\/svg>\n$/);
    const snapshot = readSnapshot(json as Uint8Array);
    expect([snapshot.source.name, snapshot.cursor]).toEqual(["net.py", snapshot.trace.eventCount - 1]);
    expect(PNG.sync.read(Buffer.from(png as Uint8Array)).width).toBeGreaterThan(100);
    expect(html).toMatch(/^<!doctype html>[\s\S]*print\(1\)/);
    expect(dot).toMatch(/^digraph /);
    expect(csv).toMatch(/^name,shape,dtype,grad norm[^\n]*\r\na,,float32,4,/);
  });

  test("txt: every step in words", async () => {
    const { world } = await cli(["run", net, "-o", out("story.txt")]);
    const lines = String(world.files.get(out("story.txt")))
      .trimEnd()
      .split("\n");
    expect(lines[0]).toMatch(/^step 1: mul computes c = 6\.0/);
    expect(lines.at(-1)).toMatch(/^step \d+: backward pass 1 is done/);
  });

  test("-o before --export", async () => {
    const { world } = await cli([
      "run",
      net,
      "-o",
      out("x.bin"),
      "--export",
      "csv",
      "-o",
      out("y.dot"),
      "--export",
      "dot",
    ]);
    expect([...world.files].map(([path, data]) => [path, String(data).slice(0, 7)])).toEqual([
      [out("x.bin"), "name,sh"],
      [out("y.dot"), "digraph"],
    ]);
  });

  test("named after the program when no path is given", async () => {
    const { world } = await cli(["run", net, "--export", "svg", "--export", "json"]);
    expect([...world.files.keys()]).toEqual(["net.svg", "net.backstep.json"]);
  });

  test("--step chooses the picture and the cursor of the snapshot", async () => {
    const { world } = await cli(["run", net, "-o", out("s.svg"), "-o", out("s.json"), "--step", "2"]);
    const [svg, json] = [...world.files.values()];
    expect(svg).toContain("step 2 of ");
    expect(readSnapshot(json as Uint8Array).cursor).toBe(1);
  });

  test("--theme and --scale", async () => {
    const args = ["run", net, "-o", out("t.svg"), "-o", out("t.png")];
    const plain = (await cli(args)).world.files;
    const dark = (await cli([...args, "--theme", "dark", "--scale", "4"])).world.files;
    expect(dark.get(out("t.svg"))).not.toBe(plain.get(out("t.svg")));
    const width = (files: typeof plain) => PNG.sync.read(Buffer.from(files.get(out("t.png")) as Uint8Array)).width;
    expect(width(dark) / width(plain)).toBeCloseTo(2, 1);
  });

  test("--figures: what the program draws, called as it called it, never in another place", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>';
    const figure = { kind: "display", mime: "image/svg+xml", data: svg, cell: null } as const;
    const events = [
      { ...figure, name: "loss.png" },
      figure,
      { ...figure, name: "../../.bashrc" },
      { ...figure, name: "out/curve.svg" },
      { ...figure, mime: "text/html" as const },
    ];
    const { code, world } = await cli(["run", net, "--figures", folder, "--scale", "1"], { events });
    expect(code).toBe(0);
    expect([...world.files.keys()]).toEqual(["loss.png", "figure-2.png", "bashrc.png", "curve.svg"].map(out));
    expect(PNG.sync.read(Buffer.from(world.files.get(out("loss.png")) ?? []))).toMatchObject({ width: 20, height: 10 });
    expect(world.files.get(out("curve.svg"))).toBe(svg);
    expect(await cli(["run", net, "--figures", out("nowhere")])).toMatchObject({
      code: 2,
      stderr: `backstep: There is no folder "${out("nowhere")}" to write to.\n`,
    });
    expect((await cli(["run", net], { events })).world.files.size).toBe(0);
  });

  test("--embed: pictures that hold the run", async () => {
    const { world } = await cli(["run", net, "-o", out("e.svg"), "-o", out("e.png"), "-o", out("e.html"), "--embed"]);
    expect(world.files.size).toBe(3);
    for (const data of world.files.values()) {
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      const inside = snapshotInPicture(bytes);
      expect(readSnapshot(inside as Uint8Array).source.name).toBe("net.py");
    }
    expect(PNG.sync.read(Buffer.from(world.files.get(out("e.png")) as Uint8Array)).width).toBeGreaterThan(100);
  });

  test("--steps: what a page, a story and an animation hold", async () => {
    const paths = ["r.html", "r.txt", "r.apng", "r.gif"].map(out);
    const args = ["run", net, ...paths.flatMap((path) => ["-o", path]), "--steps", "2-4", "--scale", "1"];
    const { files } = (await cli(args)).world;
    expect(String(files.get(paths[0])).match(/"caption":"step \d+ of/g)).toEqual(
      [2, 3, 4].map((step) => `"caption":"step ${step} of`),
    );
    expect(String(files.get(paths[1])).match(/^step \d+/gm)).toEqual(["step 2", "step 3", "step 4"]);
    const frames = chunksOf(files.get(paths[2]) as Uint8Array).filter(({ type }) => type === "fcTL");
    expect(frames).toHaveLength(3);
    const gif = Buffer.from(files.get(paths[3]) as Uint8Array).toString("latin1");
    expect(gif.match(/!\xf9\x04[\s\S]{4}\x00,/g)).toHaveLength(3);
    expect((await cli(["run", net, "-o", out("r.html"), "--steps", "4-2"])).code).toBe(2);
    expect((await cli(["run", net, "-o", out("r.html"), "--steps", "900-901"])).stderr).toContain("no step 900");
  });

  test("--verify checks every leaf, and says when it cannot", async () => {
    // The recorded run that stands for programs here has no calls: as a snapshot.
    const { code, stdout } = await cli(["run", net, "--verify"]);
    expect(code).toBe(1);
    expect(stdout.match(/^impossible: A snapshot holds what operators gave/gm)).toHaveLength(2);
  });

  test("a run without a graph has no picture", async () => {
    const { code, stderr, world } = await cli(["run", net, "-o", out("n.svg"), "-o", out("n.json")], {
      program: "nothing",
    });
    expect([code, [...world.files.keys()]]).toEqual([1, [out("n.json")]]);
    expect(stderr).toMatch(/n\.svg" was not written: .* there is no graph\.\n$/);
  });

  test("a failed write is one sentence", async () => {
    const world = testWorld();
    world.write = async () => {
      throw Object.assign(new Error("EACCES: nope"), { code: "EACCES" });
    };
    expect(await main(["run", net, "-o", out("w.svg")], world)).toBe(1);
    expect(world.stderr).toMatch(/^backstep: ".*w\.svg" could not be written: permission is denied\.\n$/);
  });
});

describe("show", () => {
  test("opens a snapshot without running it", async () => {
    const { code, stdout, world } = await cli(["show", file("old.backstep.json", "{}")]);
    expect([code, world.ran]).toEqual([0, []]);
    expect(stdout).toMatch(/^old\.py: \d+ steps in 1 graphs, 1 backward passes; step 3 is shown\.\n$/);
  });

  test("exports from where it stood", async () => {
    const { world } = await cli(["show", file("older.json", "{}"), "-o", out("show.svg")]);
    expect(world.files.get(out("show.svg"))).toContain("step 3 of ");
  });
});
