import type { Pyodide } from "../../frontends/python/interpreter.ts";
import type { Host } from "./host.ts";

/** The two functions of Pyodide's adapted scripts (see scripts/lib/pyodide-scripts.mjs). */
export interface PyodideScripts {
  readonly loadPyodide: (options: object) => Promise<LoadedPyodide>;
  readonly createPyodideModule: unknown;
}

export interface LoadedPyodide extends Pyodide {
  makeMemorySnapshot(): Uint8Array;
}

interface FileSystem {
  mkdirTree(path: string): void;
  writeFile(path: string, text: string): void;
}

/** File of the worker with the memory of a started interpreter. */
export const MEMORY_IMAGE = "python-memory.bin";

/** Loads Pyodide with the Python files of the front end and nothing that leads out of the realm. */
export function loadInterpreter(host: Host, scripts: PyodideScripts, options: object): Promise<LoadedPyodide> {
  const files = JSON.parse(String(host.read("python.json"))) as Record<string, string>;
  return scripts.loadPyodide({
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
    ...options,
  });
}
