/** Entry of the realm that TypeScript programs run in; snapshots are opened there too. */
import { declarations } from "../../frontends/typescript/declarations/declarations.ts";
import { RunnerError } from "../protocol.ts";
import { bootRealm } from "./boot.ts";
import type { HostCall, Receive } from "./host.ts";
import { typescriptFrontEnd } from "./typescript.ts";

export function boot(call: HostCall, startJson: string, control: SharedArrayBuffer): Receive {
  return bootRealm(call, startJson, control, ({ host, globals }) => ({
    frontEnds: { typescript: typescriptFrontEnd(host, globals) },
    oracle() {
      throw new RunnerError("bad-question", "The oracle is answered in Python.");
    },
    declarations,
  }));
}
