import { createRuntime } from "../../engine/engine.ts";
import type { Runtime } from "../../engine/runtime.ts";
import { CONTROL, type WorkerStart } from "../messages.ts";
import { installGlobals, type RealmGlobals } from "./globals.ts";
import { type Host, type HostCall, type HostValue, RECEIVE, type Receive, wrapHost } from "./host.ts";
import type { FrontEnd } from "./program.ts";
import { Session } from "./session.ts";

/** What a front end is started with. */
export interface FrontEndParts {
  readonly host: Host;
  readonly start: WorkerStart;
  readonly control: SharedArrayBuffer;
  readonly rt: Runtime;
  readonly globals: RealmGlobals;
}

/** A front end that is ready, and what else its realm can answer. */
export interface StartedFrontEnd {
  /** By kind of program. */
  readonly frontEnds: Readonly<Partial<Record<string, FrontEnd>>>;
  /** Answers a case of the oracle; throws where that is not wanted. */
  oracle(text: string): string;
  declarations(): string;
}

/**
 * Starts a realm: with the one function of the host, how to start (JSON) and the shared control words. Announces itself ready or
 * "broken", then answers what the returned function is given.
 */
export function bootRealm(
  call: HostCall,
  startJson: string,
  control: SharedArrayBuffer,
  startFrontEnd: (parts: FrontEndParts) => StartedFrontEnd | Promise<StartedFrontEnd>,
): Receive {
  const host = wrapHost(call);
  const start = JSON.parse(startJson) as WorkerStart;
  const words = new Int32Array(control);
  const globals = installGlobals(host, (text) =>
    host.post({ type: "event", event: { kind: "output", stream: "err", text: `${text}\n`, cell: null } }),
  );
  const rt = createRuntime();
  let session: Session | null = null;

  const open = async (): Promise<void> => {
    try {
      const front = await startFrontEnd({ host, start, control, rt, globals });
      const stopRequested = (): boolean => Atomics.load(words, CONTROL.stop) !== 0;
      session = new Session({ ...front, host, rt, versions: start.versions, words, stopRequested });
      globals.finishStart();
      host.started();
    } catch (error) {
      const message = error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
      host.post({ type: "broken", message });
    }
  };
  void open();

  return (what: number, a: unknown, b?: HostValue): void => {
    if (what === RECEIVE.timer) globals.fire(a as number);
    else if (what === RECEIVE.message) session?.receive(a as string);
    else if (what === RECEIVE.bytes) session?.open(a as number, b as ArrayBuffer);
    else if (what === RECEIVE.rejection) globals.uncaught(a);
  };
}
