import type { Runtime } from "../../engine/runtime.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { type BridgeHost, createBridge, RAISED } from "./bridge.ts";

/** A Python function, seen from JavaScript. */
type PythonFunction = (...args: (string | number)[]) => unknown;

/** The part of Pyodide that is used. */
export interface Pyodide {
  registerJsModule(name: string, module: object): void;
  runPython(code: string): unknown;
  setInterruptBuffer(buffer: Uint8Array | undefined): void;
  setStdout(options: { batched: (text: string) => void }): void;
  setStderr(options: { batched: (text: string) => void }): void;
  readonly _module: { readonly HEAPU8: Uint8Array };
}

/** What a Python program gets from whoever runs it. Everything crosses as numbers and strings. */
export interface PythonHost {
  /** The program printed: 0 to the standard output, 1 to the standard error. */
  write(stream: number, text: string): void;
  /** The program wants to see what it printed. */
  flush(): void;
  /** A cell begins: its place in the document, -1 for a script. */
  cell(index: number): void;
  /** Something to show that is not text; `name` is the file that the program saved it as, "" for none. */
  display(mime: string, data: string, name: string): void;
  /** Sleeps a little; whoever runs the program looks around meanwhile. */
  sleep(milliseconds: number): void;
  /** The program is to stand still, and is at this line of a cell (-1: of a script); line 0: unknown. */
  rest(cell: number, line: number): void;
  addLocation: BridgeHost["addLocation"];
  nameTensor(tensor: Tensor, name: string): void;
}

export interface PythonCell {
  readonly index: number;
  readonly source: string;
  /** First line (1-based) of a cell that is part of a script. */
  readonly line?: number;
}

export interface PythonProgram {
  readonly name: string;
  readonly kind: "script" | "notebook";
  /** Cells show the value of their last expression. */
  readonly echo: boolean;
  readonly cells: readonly PythonCell[];
  /** What its working directory holds, in base64. */
  readonly files: readonly { readonly path: string; readonly base64: string }[];
}

/** How a run ended; null: the program came to its end. `lives`: the interpreter can run more. */
export interface PythonOutcome {
  readonly failure: PythonEnd | null;
  readonly lives: boolean;
}

/** What ended a program, as `_backstep.run` tells it. */
export interface PythonEnd {
  readonly type: string;
  readonly message: string;
  readonly cell: number | null;
  readonly line: number | null;
  readonly traceback: string;
}

/** Files may be newer than the memory that the interpreter started from. */
const START =
  "import importlib; importlib.invalidate_caches(); import torch; from torch import _bridge; _bridge.dispatch";

/** A Python interpreter with the `torch` package on an engine. */
export class Interpreter {
  private readonly py: Pyodide;
  private readonly interrupts: Uint8Array;
  private host: PythonHost | null = null;
  /** Runs cells in the program's one `__main__`; made for the first of them. */
  private program: PythonFunction | null = null;

  /**
   * Imports the package, which takes a while. `interrupts` is shared memory: a 2 in it raises KeyboardInterrupt in the program.
   * The Python files must be on the interpreter's path already.
   */
  constructor(py: Pyodide, rt: Runtime, interrupts: Uint8Array) {
    this.py = py;
    this.interrupts = interrupts;
    py.setStdout({ batched: (text) => this.host?.write(0, `${text}\n`) });
    py.setStderr({ batched: (text) => this.host?.write(1, `${text}\n`) });
    let dispatch: PythonFunction | null = null;
    const python = (kind: string, id: number, payload: string): string => {
      try {
        const answer = dispatch?.(kind, id, payload);
        return typeof answer === "string" ? answer : RAISED;
      } catch {
        // An interrupt may come before Python's own guard.
        return RAISED;
      }
    };
    rt.warn = (category, message) => {
      python("warn", 0, `${category}\0${message}`);
    };
    const bridge = createBridge({
      rt,
      heap: () => py._module.HEAPU8.buffer as ArrayBuffer,
      python,
      addLocation: (id, location) => this.host?.addLocation(id, location),
      nameTensor: (tensor, name) => this.host?.nameTensor(tensor, name),
    });
    py.registerJsModule("_backstep_native", bridge);
    py.registerJsModule(
      "_backstep_host",
      Object.freeze({
        write: (stream: number, text: string) => this.host?.write(stream, text),
        flush: () => this.host?.flush(),
        cell: (index: number) => this.host?.cell(index),
        display: (mime: string, data: string, name: string) => this.host?.display(mime, data, name),
        sleep: (milliseconds: number) => this.host?.sleep(milliseconds),
        rest: (cell: number, line: number) => this.host?.rest(cell, line),
        calm: () => this.calm(),
      }),
    );
    dispatch = py.runPython(START) as PythonFunction;
    py.runPython("import _backstep.run");
  }

  /** Runs cells in one `__main__`, where those of an earlier call have left everything as it was. */
  run(program: PythonProgram, host: PythonHost): PythonOutcome {
    this.host = host;
    try {
      this.program ??= this.py.runPython("from _backstep.run import Program; Program().run") as PythonFunction;
      this.py.setInterruptBuffer(this.interrupts);
      const text = this.program(JSON.stringify(program));
      return { failure: typeof text === "string" ? (JSON.parse(text) as PythonEnd | null) : null, lives: true };
    } catch (error) {
      return { failure: fatal(error), lives: false };
    } finally {
      this.calm();
    }
  }

  /** No interrupt reaches the program any more. */
  private calm(): void {
    try {
      this.py.setInterruptBuffer(undefined);
    } catch {
      // The program has ended the interpreter itself.
    }
  }

  /** Answers a case of the oracle: JSON in, JSON out (see `_backstep/oracle.py`). */
  oracle(text: string): string {
    const answer = this.py.runPython("from _backstep.oracle import answer; answer") as PythonFunction;
    return String(answer(text));
  }
}

/** The interpreter itself came to an end: deep recursion in C, `os._exit`, an interrupt in the last moment. */
function fatal(error: unknown): PythonEnd {
  const text = error instanceof Error ? error.message : String(error);
  const type = text.includes("KeyboardInterrupt") ? "KeyboardInterrupt" : "SystemError";
  const message = /call stack/i.test(text)
    ? "The recursion is too deep for the Python interpreter."
    : `The Python interpreter came to an end: ${text.trim().split("\n").pop()}`;
  return { type, message, cell: null, line: null, traceback: `${type}: ${message}\n` };
}
