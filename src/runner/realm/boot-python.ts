/** Entry of the realm that Python programs run in. */
import { RunnerError } from "../protocol.ts";
import { bootRealm } from "./boot.ts";
import type { HostCall, Receive } from "./host.ts";
import type { PyodideScripts } from "./pyodide.ts";
import { pythonFrontEnd, startPython } from "./python.ts";

/** `pyodideScripts` is the value of Pyodide's script. */
export function boot(
  call: HostCall,
  startJson: string,
  control: SharedArrayBuffer,
  pyodideScripts: () => PyodideScripts,
): Receive {
  return bootRealm(call, startJson, control, async ({ host, rt, start }) => {
    const interpreter = await startPython(host, rt, start, control, pyodideScripts());
    const python = pythonFrontEnd(interpreter, host);
    return {
      frontEnds: { python, notebook: python },
      oracle(text) {
        if (!start.oracle) throw new RunnerError("bad-question", "This runner does not answer the oracle.");
        return interpreter.oracle(text);
      },
      declarations: () => "",
    };
  });
}
