import type { ProgramOutcome } from "./run-program.ts";
import type { TranslatedProgram } from "./translate/translate.ts";
import type { TranslateError } from "./translate/translate-error.ts";

/** Where and why a program ended, for people. `line` is 1-based, in their own source; null where it is not known. */
export interface DescribedFailure {
  readonly type: string;
  readonly message: string;
  readonly line: number | null;
  /** As Node prints an uncaught error, with the person's own frames only. */
  readonly traceback: string;
}

interface Frame {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

const STACK_LINE = /^\s+at (?:(async )?(.*?) \()?((?:.*[\\/])?[^()]*?):(\d+):(\d+)\)?$/;

/** Frames of a stack that lie in the program, innermost first, with the person's positions. */
function framesOf(program: TranslatedProgram, stack: string): Frame[] {
  const out: Frame[] = [];
  for (const row of stack.split("\n")) {
    const match = STACK_LINE.exec(row);
    if (match === null || match[3] !== program.fileName) continue;
    const { line, column } = program.position(Number(match[4]), Number(match[5]));
    const place = `${program.fileName}:${line}:${column + 1}`;
    const name = match[2] ?? "";
    // The program itself is an anonymous function to V8.
    const shown =
      name === "" || name === "<anonymous>" || /^eval$/.test(name) ? place : `${match[1] ?? ""}${name} (${place})`;
    out.push({ line, column, text: `    at ${shown}` });
  }
  return out;
}

/** The person's frames of a stack as text, for printing errors; "" when there are none. */
export function userFrames(program: TranslatedProgram, stack: string): string {
  return framesOf(program, stack)
    .map((f) => f.text)
    .join("\n");
}

/** Describes how a translated program failed. */
export function describeFailure(program: TranslatedProgram, outcome: ProgramOutcome): DescribedFailure {
  const frames = framesOf(program, outcome.stack);
  const [first] = frames;
  const line = first?.line ?? outcome.line;
  const head = outcome.type === "Uncaught" ? `Uncaught ${outcome.message}` : headOf(outcome.type, outcome.message);
  const place = line === null ? "" : sourceLines(program, line, first?.column ?? null);
  const traceback = `${place}${head}\n${frames.map((f) => `${f.text}\n`).join("")}`;
  return { type: outcome.type, message: outcome.message, line, traceback };
}

const headOf = (type: string, message: string): string => (message === "" ? type : `${type}: ${message}`);

/** "model.ts:3", the line, and a caret under the place. */
function sourceLines(program: { fileName: string; source: string }, line: number, column: number | null): string {
  const text = program.source.split("\n")[line - 1] ?? "";
  const caret = column === null ? "" : `${text.slice(0, column).replace(/[^\t]/g, " ")}^\n`;
  return `${program.fileName}:${line}\n${text}\n${caret}\n`;
}

/** Describes a source that could not be translated. */
export function describeTranslateError(error: TranslateError, source: string, fileName: string): DescribedFailure {
  const program = { fileName, source: source.replace(/\r\n?/g, "\n") };
  return {
    type: error.name,
    message: error.message,
    line: error.line,
    traceback: `${sourceLines(program, error.line, error.column)}${headOf(error.name, error.message)}\n`,
  };
}
