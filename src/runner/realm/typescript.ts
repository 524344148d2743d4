import { type Api, createApi } from "../../frontends/typescript/api/create-api.ts";
import {
  type DescribedFailure,
  describeFailure,
  describeTranslateError,
  userFrames,
} from "../../frontends/typescript/describe-failure.ts";
import {
  outcomeOf,
  type ProgramFactory,
  type ProgramOutcome,
  runProgram,
} from "../../frontends/typescript/run-program.ts";
import { type TranslatedProgram, translate } from "../../frontends/typescript/translate/translate.ts";
import { TranslateError } from "../../frontends/typescript/translate/translate-error.ts";
import type { RealmGlobals } from "./globals.ts";
import type { Host } from "./host.ts";
import type { FrontEnd, ProgramEnd, ProgramHost } from "./program.ts";

/** Milliseconds between two looks at a program that waits. */
const LOOK = 10;
/** Looks without anything that could still happen, after which a program waits in vain. */
const PATIENCE = 20;

/** TypeScript programs as a front end of the runner. */
export function typescriptFrontEnd(host: Host, globals: RealmGlobals): FrontEnd {
  return {
    async run(source, program): Promise<ProgramEnd> {
      const text = source.cells.map((cell) => cell.source).join("\n");
      const fileName = source.name.replace(/^.*[\\/]/, "").replace(/[()\n\r:]/g, "_") || "program.ts";
      try {
        return await execute(translate(text, fileName), source.name, host, globals, program);
      } catch (error) {
        if (!(error instanceof TranslateError)) throw error;
        return failed(describeTranslateError(error, text, fileName));
      }
    },
  };
}

async function execute(
  translated: TranslatedProgram,
  file: string,
  host: Host,
  globals: RealmGlobals,
  program: ProgramHost,
): Promise<ProgramEnd> {
  const { recorder, output } = program;
  translated.locations.forEach((place, i) => {
    recorder.addLocation(i + 1, { ...place, file, cell: null });
  });
  const api = createApi(program.rt, {
    write: (stream, text) => output.write(stream, text),
    locations: translated.locations,
    stopRequested: () => program.stopRequested(),
    nameTensor: (tensor, name) => recorder.nameTensor(tensor, name),
    userFrames: (stack) => userFrames(translated, stack),
  });
  const factory = host.compile(translated.code, translated.fileName) as ProgramFactory | null;
  if (typeof factory !== "function")
    return failed({
      type: "SyntaxError",
      message: "The translated program is no valid JavaScript.",
      line: null,
      traceback: "SyntaxError: The translated program is no valid JavaScript.\n",
    });
  const outcome = await untilOver(runProgram(factory, translated.imports, api), api, globals, program);
  if (outcome.status === "failed") return failed(describeFailure(translated, outcome));
  return { failure: null, stopped: outcome.status === "stopped", lives: false };
}

const failed = (failure: DescribedFailure): ProgramEnd => ({
  failure: { ...failure, cell: null },
  stopped: false,
  lives: false,
});

/**
 * Waits as Node does: until the program's own code is done and no timer is left. An error that nobody catches ends the program, and
 * so does waiting for something that can never come.
 */
async function untilOver(
  ending: Promise<ProgramOutcome>,
  api: Api,
  globals: RealmGlobals,
  program: ProgramHost,
): Promise<ProgramOutcome> {
  let outcome: ProgramOutcome | null = null;
  globals.onUncaught((error) => {
    if (outcome === null || outcome.status === "finished") outcome = outcomeOf(error, api);
  });
  ending.then(
    (end) => {
      outcome ??= end;
    },
    () => undefined,
  );
  let idle = 0;
  for (;;) {
    await globals.turn(outcome === null && idle === 0 ? 0 : LOOK);
    program.tick();
    program.rest(null);
    const known = outcome as ProgramOutcome | null;
    if (known !== null && known.status !== "finished") return known;
    if (program.stopRequested()) return { status: "stopped", type: "", message: "", stack: "", line: null };
    if (globals.pendingTimers() > 0) idle = 0;
    else if (known !== null) return known;
    else if (++idle > PATIENCE) return { ...NEVER };
  }
}

const NEVER: ProgramOutcome = {
  status: "failed",
  type: "Error",
  message: "The program waits for a promise that nothing can settle any more.",
  stack: "",
  line: null,
};
