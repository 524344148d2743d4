/** Runs TypeScript model programs without a sandbox, for tests. */
import vm from "node:vm";
import { createRuntime } from "../../engine/engine.ts";
import type { EngineObserver } from "../../engine/observer.ts";
import type { Runtime } from "../../engine/runtime.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { type Api, createApi } from "./api/create-api.ts";
import { type DescribedFailure, describeFailure, userFrames } from "./describe-failure.ts";
import { type ProgramFactory, runProgram } from "./run-program.ts";
import { type TranslatedProgram, translate } from "./translate/translate.ts";

export interface ProgramRun {
  readonly out: string;
  readonly err: string;
  readonly status: "finished" | "failed" | "stopped";
  readonly failure: DescribedFailure | null;
  /** Names given to tensors, in order. */
  readonly names: readonly { readonly tensor: Tensor; readonly name: string }[];
  readonly program: TranslatedProgram;
  readonly rt: Runtime;
}

export interface ProgramOptions {
  readonly observer?: Partial<EngineObserver>;
  /** Answers "should the program stop?" by the number of times asked before. */
  readonly stop?: (asked: number) => boolean;
}

const silent = (): void => {};

function observerOf(parts: Partial<EngineObserver>): EngineObserver {
  return new Proxy(parts, { get: (target, key) => Reflect.get(target, key) ?? silent }) as EngineObserver;
}

/** A runtime's API with an output that is thrown away. */
export function quietApi(rt = createRuntime()): Api {
  return createApi(rt, {
    write: silent,
    stopRequested: () => false,
    locations: [],
    nameTensor: silent,
    userFrames: () => "",
  });
}

export async function runSource(source: string, options: ProgramOptions = {}): Promise<ProgramRun> {
  const program = translate(source, "model.ts");
  const rt = createRuntime();
  const output = { out: "", err: "" };
  const names: { tensor: Tensor; name: string }[] = [];
  let asked = 0;
  const api = createApi(rt, {
    write: (stream, text) => {
      output[stream] += text;
    },
    locations: program.locations,
    stopRequested: () => options.stop?.(asked++) ?? false,
    nameTensor: (tensor, name) => void names.push({ tensor, name }),
    userFrames: (stack) => userFrames(program, stack),
  });
  if (options.observer !== undefined) rt.observer = observerOf(options.observer);
  const factory = new vm.Script(program.code, { filename: "model.ts" }).runInThisContext() as ProgramFactory;
  const outcome = await runProgram(factory, program.imports, api);
  const failure = outcome.status === "failed" ? describeFailure(program, outcome) : null;
  return { ...output, status: outcome.status, failure, names, program, rt };
}

/** Standard output of a program that must end well. */
export async function outputOf(source: string): Promise<string> {
  const run = await runSource(source);
  if (run.failure !== null) throw new Error(run.failure.traceback);
  return run.out;
}
