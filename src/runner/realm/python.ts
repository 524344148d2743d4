import type { Runtime } from "../../engine/runtime.ts";
import { Interpreter, type Pyodide } from "../../frontends/python/interpreter.ts";
import { CONTROL, type WorkerStart } from "../messages.ts";
import type { Host } from "./host.ts";
import type { FrontEnd } from "./program.ts";

/** The two functions of Pyodide's adapted scripts (see scripts/lib/pyodide-scripts.mjs). */
export interface PyodideScripts {
  readonly loadPyodide: (options: object) => Promise<Pyodide & { FS: FileSystem }>;
  readonly createPyodideModule: unknown;
}

interface FileSystem {
  mkdirTree(path: string): void;
  writeFile(path: string, text: string): void;
}

/** Starts Pyodide with the Python files of the front end. */
export async function startPython(
  host: Host,
  rt: Runtime,
  start: WorkerStart,
  control: SharedArrayBuffer,
  scripts: PyodideScripts,
): Promise<Interpreter> {
  capMemory(start.pythonMemory);
  const files = JSON.parse(String(host.read("python.json"))) as Record<string, string>;
  const py = await scripts.loadPyodide({
    createPyodideModule: scripts.createPyodideModule,
    indexURL: "/",
    stdLibURL: "/python_stdlib.zip",
    packageBaseUrl: "/",
    lockFileContents: String(host.read("pyodide-lock.json")),
    jsglobals: Object.create(null),
    stdin: () => undefined,
    stdout: () => undefined,
    stderr: () => undefined,
    env: { HOME: "/home/user", PYTHONINSPECT: "" },
    fsInit: (fs: FileSystem, { sitePackages }: { sitePackages: string }) => {
      for (const [path, text] of Object.entries(files)) {
        const full = `${sitePackages}/${path}`;
        fs.mkdirTree(full.slice(0, full.lastIndexOf("/")));
        fs.writeFile(full, text);
      }
    },
  });
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
  return {
    run(source, host) {
      const notebook = source.kind === "notebook";
      const end = interpreter.run(source.name, notebook ? "notebook" : "script", source.cells, {
        write: (stream, text) => host.output.write(stream === 1 ? "err" : "out", String(text)),
        flush: () => host.output.offer(),
        cell: (index) => {
          host.output.cell = notebook ? index : null;
        },
        display: (mime, data) => {
          if (mime === "image/svg+xml" || mime === "text/html" || mime === "text/vnd.graphviz")
            host.output.display(mime, String(data));
        },
        sleep: (milliseconds) => {
          host.tick();
          realm.sleep(milliseconds);
        },
        addLocation: (id, location) =>
          host.recorder.addLocation(id, { ...location, file: location.cell === null ? location.file : source.name }),
        nameTensor: (tensor, name) => host.recorder.nameTensor(tensor, name),
      });
      return { failure: end, stopped: false };
    },
  };
}
