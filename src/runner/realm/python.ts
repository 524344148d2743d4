import type { Runtime } from "../../engine/runtime.ts";
import { Interpreter } from "../../frontends/python/interpreter.ts";
import type { SourceLocation } from "../../trace/events.ts";
import { CONTROL, type WorkerStart } from "../messages.ts";
import type { Host } from "./host.ts";
import type { FrontEnd } from "./program.ts";
import { loadInterpreter, MEMORY_IMAGE, type PyodideScripts } from "./pyodide.ts";

/** Starts Pyodide with the Python files of the front end, from the memory image where there is one. */
export async function startPython(
  host: Host,
  rt: Runtime,
  start: WorkerStart,
  control: SharedArrayBuffer,
  scripts: PyodideScripts,
): Promise<Interpreter> {
  capMemory(start.pythonMemory);
  const image = host.read(MEMORY_IMAGE);
  const py = await loadInterpreter(host, scripts, image instanceof ArrayBuffer ? { _loadSnapshot: image } : {});
  return new Interpreter(py, rt, new Uint8Array(control, 4 * CONTROL.interrupt, 1));
}

/** Python's memory may not grow beyond a limit: past it Python raises MemoryError. */
function capMemory(bytes: number): void {
  const prototype = WebAssembly.Memory.prototype;
  const grow = prototype.grow;
  Object.defineProperty(prototype, "grow", {
    value: function (this: WebAssembly.Memory, pages: number): number {
      if (this.buffer.byteLength + pages * 65_536 > bytes) throw new RangeError("memory limit reached");
      return grow.call(this, pages);
    },
    writable: false,
    configurable: false,
  });
}

/** Scripts and notebooks as a front end of the runner. */
export function pythonFrontEnd(interpreter: Interpreter, realm: Host): FrontEnd {
  /** What the program was called when its session began. */
  let name: string | null = null;
  return {
    run(source, host) {
      name ??= source.name;
      const file = name;
      const notebook = source.kind === "notebook";
      const byCells = notebook || source.cells.some((cell) => cell.line !== undefined);
      const echo = source.echo ?? notebook;
      const { failure, lives } = interpreter.run(
        { ...source, name, kind: notebook ? "notebook" : "script", echo, files: host.files },
        {
          write: (stream, text) => host.output.write(stream === 1 ? "err" : "out", String(text)),
          flush: () => host.output.offer(),
          cell: (index) => {
            if (byCells) host.cellBegins(index);
          },
          display: (mime, data, name) => {
            if (mime === "image/svg+xml" || mime === "text/html" || mime === "text/vnd.graphviz")
              host.output.display(mime, String(data), String(name));
          },
          sleep: (milliseconds) => {
            host.tick();
            realm.sleep(milliseconds);
          },
          rest: (cell, line) => host.rest(line > 0 ? { cell: cell < 0 ? null : cell, line } : null),
          addLocation: (id, location) => host.recorder.addLocation(id, placed(location, file)),
          nameTensor: (tensor, name) => host.recorder.nameTensor(tensor, name),
        },
      );
      return { failure, stopped: false, lives };
    },
  };
}

/** A place as the trace keeps it: which cell's code it is in tells more than the cell's own file name. */
function placed(location: SourceLocation, program: string): SourceLocation {
  if (location.cell !== null) return { ...location, file: program };
  return location.file === program ? location : { ...location, elsewhere: true };
}
