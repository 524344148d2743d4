import { existsSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { gradientRows, gradientTable } from "../graph/csv.ts";
import { snapshotInFile } from "../graph/embedded-snapshot.ts";
import { createPicturer, type PictureAt, type Picturer } from "../graph/picture-at.ts";
import { verificationText } from "../graph/verification.ts";
import { filesBeside } from "../runner/program-files.ts";
import { type RunEnd, type Runner, RunnerError, type RunnerEvent, type RunSource } from "../runner/protocol.ts";
import type { ExportRequest, RunRequest } from "./arguments.ts";
import { type ExportContext, type Exporter, exporters } from "./exporters.ts";
import { type FigureFile, figureFile } from "./figures.ts";
import { PictureTooLarge } from "./png.ts";
import { readFileBytes, readSource } from "./source-file.ts";
import { UsageError } from "./usage-error.ts";
import { quoted } from "./words.ts";
import type { World } from "./world.ts";

/** Exit codes, as shells use them. */
export const EXIT = { fine: 0, failed: 1, usage: 2, interrupted: 130, outputClosed: 141 } as const;

const maxSnapshotBytes = 512 * 2 ** 20;

/** Runs a program, then writes what was asked for. Returns the exit code. Errors: `UsageError` before anything runs. */
export async function runCommand(request: RunRequest, version: string, world: World): Promise<number> {
  const source = await readSource(request.file);
  const targets = checkTargets(request);
  const runner = world.runner();
  const figures: FigureFile[] = [];
  const note = (event: Extract<RunnerEvent, { kind: "display" }>): void => {
    const file = figureFile(event, figures.length + 1);
    if (file !== null) figures.push(file);
  };
  let ended: number | null = null;
  const end = (code: number): void => {
    // The second time it ends at once.
    if (ended !== null) world.exit(code);
    ended = code;
    void runner.stop();
  };
  const forget = world.onInterrupt(() => end(EXIT.interrupted));
  world.onOutputClosed(() => end(EXIT.outputClosed));
  try {
    runner.onEvent((event) => {
      if (event.kind === "output") (event.stream === "out" ? world.out : world.err)(event.text);
      else if (event.kind === "display") note(event);
    });
    const result = await runner.run(source, { files: await filesBeside(request.file, source) });
    if (ended !== null) return ended;
    const code = exitCode(result, world);
    const drawn = await writeFigures(figures, request, world);
    if (result.status === "lost") return code;
    const written = Math.max(drawn, await report(runner, source, request, targets, version, world));
    return code === EXIT.fine ? written : code;
  } catch (error) {
    if (ended !== null) return ended;
    if (error instanceof RunnerError) return fail(world, error.message);
    throw error;
  } finally {
    forget();
    await runner.close();
  }
}

/** Opens a snapshot, or a picture that holds one; nothing is run. */
export async function showCommand(request: RunRequest, version: string, world: World): Promise<number> {
  const bytes = await readFileBytes(request.file, maxSnapshotBytes);
  const targets = checkTargets(request);
  const snapshot = snapshotInFile(bytes);
  if (snapshot === null)
    throw new UsageError(`${quoted(request.file)} holds no snapshot: it was exported without one.`);
  const runner = world.runner();
  try {
    const opened = await runner.open(snapshot);
    const step = request.step === "last" ? opened.cursor + 1 : request.step;
    if (targets.length === 0 && !request.table)
      world.out(
        `${opened.source.name}: ${opened.summary.events} steps in ${opened.summary.scenes.length} graphs, ${opened.summary.passes} backward passes; step ${step} is shown.\n`,
      );
    return await report(runner, opened.source, { ...request, step }, targets, version, world);
  } catch (error) {
    if (error instanceof RunnerError) return fail(world, `${quoted(request.file)}: ${error.message}`);
    throw error;
  } finally {
    await runner.close();
  }
}

function fail(world: World, sentence: string): number {
  world.err(`backstep: ${sentence}\n`);
  return EXIT.failed;
}

function exitCode({ status, failure }: RunEnd, world: World): number {
  // A raised exception was printed as it happened.
  if (status === "lost") world.err(`backstep: ${failure?.message ?? "The program's process was lost."}\n`);
  if (status === "finished") return EXIT.fine;
  if (status === "stopped") return EXIT.interrupted;
  // sys.exit(3) ends with 3; sys.exit("text") prints the text and ends with 1, as in Python.
  const own = failure?.type === "SystemExit" ? / code (-?\d+)$/.exec(failure.message) : null;
  return own === null ? EXIT.failed : Number(own[1]) & 255;
}

interface Target {
  exporter: Exporter;
  path: string;
}

/** Where every export goes. Errors: a folder that is not there, or a path that would overwrite the program or another export. */
function checkTargets(request: RunRequest): Target[] {
  const targets = request.exports.map((one) => {
    const exporter = exporters.find(({ format }) => format === one.format);
    if (exporter === undefined) throw new UsageError(`There is no export format ${quoted(one.format)}.`);
    return { exporter, path: one.path ?? defaultPath(request.file, one, exporter) };
  });
  const taken = new Set([resolve(request.file)]);
  for (const { path } of targets) {
    const full = resolve(path);
    if (taken.has(full))
      throw new UsageError(`${quoted(path)} would be overwritten: give every export a name of its own.`);
    taken.add(full);
    if (!existsSync(dirname(full))) throw new UsageError(`There is no folder ${quoted(dirname(path))} to write to.`);
    if (existsSync(full) && statSync(full).isDirectory()) throw new UsageError(`${quoted(path)} is a folder.`);
  }
  if (request.figures !== null && !existsSync(request.figures))
    throw new UsageError(`There is no folder ${quoted(request.figures)} to write to.`);
  return targets;
}

function defaultPath(file: string, { format }: ExportRequest, { extension }: Exporter): string {
  const stem = basename(file, extname(file)).replace(/\.backstep$/, "");
  return `${stem}.${format === "json" ? "backstep.json" : extension}`;
}

/** Table and exports of the trace that the runner holds. */
async function report(
  runner: Runner,
  source: RunSource,
  request: RunRequest,
  targets: readonly Target[],
  version: string,
  world: World,
): Promise<number> {
  if (targets.length === 0 && !request.table && !request.verify) return EXIT.fine;
  const picturer = await createPicturer(runner);
  const { events } = picturer.summary;
  if (request.step !== "last" && request.step > events)
    return fail(world, `There is no step ${request.step}: the run has ${events} steps.`);
  if (request.steps !== null && request.steps.first > events)
    return fail(world, `There is no step ${request.steps.first}: the run has ${events} steps.`);
  const cursor = (request.step === "last" ? events : request.step) - 1;
  const { dropped } = picturer.summary;
  if (dropped !== null)
    world.err(
      `backstep: of steps ${dropped.first + 1} to ${dropped.last + 1} large values are kept as statistics only: there were too many numbers to keep.\n`,
    );
  if (request.table) {
    const leaves = await runner.ask("leaves", { cursor });
    const values = await picturer.values(leaves.flatMap(({ grad }) => grad ?? []));
    world.out(gradientTable(gradientRows(leaves, values)));
  }
  const verified = request.verify ? await verifyLeaves(runner, cursor, world) : EXIT.fine;
  if (targets.length === 0) return verified;
  const context = contextOf(runner, picturer, source, request, cursor, version, world);
  let code: number = verified;
  for (const target of targets) code = Math.max(code, await write(target, context, world));
  return code;
}

/** Of several figures with one name the last one stays. */
async function writeFigures(
  figures: readonly FigureFile[],
  { figures: folder, scale }: RunRequest,
  world: World,
): Promise<number> {
  let code: number = EXIT.fine;
  if (folder !== null)
    for (const { name, make } of figures)
      code = Math.max(code, await writeFile(join(folder, name), () => make(scale), world));
  return code;
}

/** Checks the gradient of every leaf at a cursor; fails when one is wrong or cannot be checked. */
async function verifyLeaves(runner: Runner, cursor: number, world: World): Promise<number> {
  let code: number = EXIT.fine;
  for (const { node, grad } of await runner.ask("leaves", { cursor })) {
    if (grad === null) continue;
    const check = await runner.ask("verify", { node: node.id, cursor });
    if (check.status !== "passed") code = EXIT.failed;
    world.out(verificationText(check));
  }
  return code;
}

function contextOf(
  runner: Runner,
  picturer: Picturer,
  source: RunSource,
  request: RunRequest,
  cursor: number,
  version: string,
  world: World,
): ExportContext {
  let snapshot: Promise<Uint8Array> | null = null;
  let picture: Promise<PictureAt> | null = null;
  return {
    trace: runner,
    picturer,
    at() {
      picture ??= picturer.at(cursor);
      return picture;
    },
    cursor,
    steps: request.steps && { first: request.steps.first - 1, last: request.steps.last - 1 },
    theme: request.theme,
    scale: request.scale,
    embed: request.embed,
    title: source.name,
    source: source.cells.map((cell) => cell.source).join("\n\n"),
    generator: `Backstep ${version}`,
    snapshot() {
      snapshot ??= runner.snapshot(cursor, {});
      return snapshot;
    },
    note: (text) => world.err(`backstep: ${text}\n`),
  };
}

async function write({ exporter, path }: Target, context: ExportContext, world: World): Promise<number> {
  if (exporter.needsGraph && context.picturer.summary.events === 0)
    return fail(
      world,
      `${quoted(path)} was not written: the program computed nothing with tensors that require gradients, so there is no graph.`,
    );
  return writeFile(path, () => exporter.make(context), world);
}

/** Writes what `make` gives; tells what went wrong. */
async function writeFile(path: string, make: () => Promise<Uint8Array | string>, world: World): Promise<number> {
  try {
    await world.write(path, await make());
    return EXIT.fine;
  } catch (error) {
    if (error instanceof PictureTooLarge || error instanceof RunnerError)
      return fail(world, `${quoted(path)} was not written: ${error.message}`);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why =
      code === "EACCES" || code === "EPERM" || code === "EROFS"
        ? "permission is denied"
        : code === "ENOSPC"
          ? "the disk is full"
          : message;
    return fail(world, `${quoted(path)} could not be written: ${why}.`);
  }
}
