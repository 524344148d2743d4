/** Programs and listeners for tests that drive a real runner. */
import type { RunEnd, Runner, RunnerEvent, RunOptions, RunSource, SourceKind } from "./protocol.ts";

export interface Driver {
  readonly runner: Runner;
  /** Runs cells as a script, notebook or TypeScript program. */
  run(kind: SourceKind, cells: string | string[], options?: RunOptions): Promise<RunEnd>;
  runSource(source: RunSource, options?: RunOptions): Promise<RunEnd>;
  /** What was printed to a stream since the last run began. */
  printed(stream: "out" | "err"): string;
  events(): readonly RunnerEvent[];
  /** Resolves when an event of this run (or one that comes) fits. */
  when(fits: (event: RunnerEvent) => boolean): Promise<void>;
}

const FILES: Readonly<Record<SourceKind, string>> = {
  python: "model.py",
  notebook: "model.ipynb",
  typescript: "model.ts",
};

export function drive(runner: Runner): Driver {
  let events: RunnerEvent[] = [];
  const waiting = new Set<(event: RunnerEvent) => void>();
  runner.onEvent((event) => {
    events.push(event);
    for (const tell of waiting) tell(event);
  });
  const runSource: Driver["runSource"] = (source, options = {}) => {
    events = [];
    return runner.run(source, options);
  };
  return {
    runner,
    run(kind, cells, options) {
      const list = typeof cells === "string" ? [cells] : cells;
      const source = { name: FILES[kind], kind, cells: list.map((text, index) => ({ index, source: text })) };
      return runSource(source, options);
    },
    runSource,
    printed: (stream) =>
      events.flatMap((event) => (event.kind === "output" && event.stream === stream ? [event.text] : [])).join(""),
    events: () => events,
    when: (fits) =>
      new Promise((done) => {
        if (events.some(fits)) return done();
        const tell = (event: RunnerEvent): void => {
          if (!fits(event)) return;
          waiting.delete(tell);
          done();
        };
        waiting.add(tell);
      }),
  };
}

/** Does an event print this? */
export const prints =
  (text: string) =>
  (event: RunnerEvent): boolean =>
    event.kind === "output" && event.text.includes(text);
