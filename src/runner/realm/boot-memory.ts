/**
 * Entry of the realm that makes, when the app is built, the memory image from which Python starts in a fraction of the time: an
 * interpreter with the modules of its own library that programs need, before anything of ours or of a person is loaded.
 */

import { installGlobals } from "./globals.ts";
import { type HostCall, type Receive, wrapHost } from "./host.ts";
import { loadInterpreter, type PyodideScripts } from "./pyodide.ts";

const MODULES = [
  "abc ast asyncio base64 bisect builtins collections collections.abc contextlib copy copyreg csv ctypes dataclasses datetime decimal",
  "enum functools gc getpass glob hashlib heapq html importlib importlib.util inspect io itertools json keyword linecache locale logging",
  "math numbers operator os os.path pathlib pickle platform pprint random re shutil statistics string struct sys tempfile textwrap time",
  "token tokenize traceback types typing unicodedata uuid warnings weakref zipfile asyncio.base_events asyncio.events",
].join(" ");

export function boot(
  call: HostCall,
  _start: string,
  _control: SharedArrayBuffer,
  pyodideScripts: () => PyodideScripts,
): Receive {
  const host = wrapHost(call);
  installGlobals(host, () => undefined);
  const make = async (): Promise<void> => {
    try {
      const py = await loadInterpreter(host, pyodideScripts(), { _makeSnapshot: true });
      py.runPython(`import ${MODULES.replaceAll(" ", ", ")}`);
      host.postBytes(0, new Uint8Array(py.makeMemorySnapshot()).buffer);
    } catch (error) {
      host.post({ type: "broken", message: String(error instanceof Error ? error.stack : error) });
    }
  };
  void make();
  return () => undefined;
}
