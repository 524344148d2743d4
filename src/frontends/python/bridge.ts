import { catalog } from "../../engine/catalog.ts";
import { TorchError } from "../../engine/errors.ts";
import type { CallKind } from "../../engine/observer.ts";
import type { Runtime } from "../../engine/runtime.ts";
import { callSurface, type Surface, surfaceOf } from "../../engine/schema/bind.ts";
import { Tensor } from "../../engine/tensor.ts";
import { compileSpec, type Decoded, type Decoder, type HandleTable } from "./codec.ts";
import { Profile } from "./natives/profile.ts";
import { NATIVES } from "./natives/table.ts";

/** What the shim may call: numbers, strings, booleans and null cross, never objects. */
export interface Bridge {
  /** JSON: operators and natives with their numbers and the places where Python sees them. */
  describe(): string;
  /** Registers an argument spec (codec.ts) and returns its number. */
  spec(text: string): number;
  /**
   * Calls an operator. Result: a tensor handle, or JSON for anything else; FAILED after an error, and `error()` says which.
   * No exception crosses into the interpreter: V8 has been seen to crash on exceptions that unwind through WebAssembly.
   */
  call(id: number, spec: number, place: number, ...flat: unknown[]): number | string;
  /** As `call`, with the operator's method signature (first argument = self). */
  method(id: number, spec: number, place: number, ...flat: unknown[]): number | string;
  /** Calls a native function (natives/table.ts). */
  native(id: number, spec: number, place: number, ...flat: unknown[]): unknown;
  /** Kind and message of the last error, as `kind\0message`; "python\0" when a Python callback raised. */
  error(): string;
  /** Forgets handles. */
  release(...handles: number[]): void;
  /** A call begins inside another one (0 = none) and is the one under way; its number (`Runtime.beginCall`). */
  begin_call(kind: CallKind, name: string, within: number): number;
  /** The same for an iteration of a loop: there are many, and texts take time to cross. */
  begin_iteration(loop: number): number;
  /** The program is back in a call that began before. */
  enter_call(call: number): void;
  /** Registers a source location: id → file, line, column, end line, end column, function, cell (-1 = none). */
  location(
    id: number,
    file: string,
    line: number,
    column: number,
    endLine: number,
    endColumn: number,
    scope: string,
    cell: number,
  ): void;
}

/** The place of a call is its source location plus this times the number of the execution of its line (`Runtime.visit`). */
const VISIT = 2 ** 24;

/** What a call returns after an error. */
export const FAILED = "\u0001failed";
/** What the shim's dispatcher answers when the Python callback raised. */
export const RAISED = "\u0001raised";

/** What the bridge needs from its host. */
export interface BridgeHost {
  readonly rt: Runtime;
  /** Memory of the Python interpreter, for bulk data (looked up at each use: it moves when it grows). */
  heap(): ArrayBuffer;
  /** Calls the shim's dispatcher: kind, numeric id, JSON payload → JSON answer, RAISED when the callback raised. */
  python(kind: string, id: number, payload: string): string;
  addLocation(
    id: number,
    location: {
      file: string;
      cell: number | null;
      line: number;
      column: number;
      endLine: number;
      endColumn: number;
      scope: string;
    },
  ): void;
  /** The run's recorder, when there is one, learns variable names. */
  nameTensor(tensor: Tensor, name: string): void;
}

/** A Python callback raised: the exception waits on the Python side. */
class PythonRaised extends Error {}

/** Tensors (and a few other objects) that Python holds, by number. The same object always has the same number. */
export class Handles implements HandleTable {
  private readonly byHandle = new Map<number, object>();
  private readonly byObject = new WeakMap<object, number>();
  private next = 1;

  of(x: object): number {
    let h = this.byObject.get(x);
    if (h === undefined) {
      h = this.next++;
      this.byObject.set(x, h);
    }
    this.byHandle.set(h, x);
    return h;
  }
  tensor(handle: number): Tensor {
    const t = this.byHandle.get(handle);
    if (t instanceof Tensor) return t;
    throw new TorchError("RuntimeError", `internal: no tensor ${handle}`);
  }
  object(handle: number): object {
    const x = this.byHandle.get(handle);
    if (x === undefined) throw new TorchError("RuntimeError", `internal: no object ${handle}`);
    return x;
  }
  release(handle: number): void {
    this.byHandle.delete(handle);
  }
  get size(): number {
    return this.byHandle.size;
  }
}

/** What natives get besides their arguments. */
export interface NativeContext extends BridgeHost {
  readonly handles: Handles;
  readonly profile: Profile;
}

export function createBridge(host: BridgeHost): Bridge {
  const { rt } = host;
  const handles = new Handles();
  const profile = new Profile();
  const python = (kind: string, id: number, payload: string): string => {
    const answer = host.python(kind, id, payload);
    if (answer === RAISED) throw new PythonRaised();
    return answer;
  };
  rt.traceback = () => python("traceback", 0, "");
  const context: NativeContext = Object.assign(Object.create(host) as BridgeHost, {
    rt,
    handles,
    python,
    profile,
  });
  const surfaces: Surface[] = [];
  const described: { name: string; places: readonly string[]; inplace: boolean; result: readonly string[] | null }[] =
    [];
  for (const { name, op } of catalog()) {
    surfaces.push(surfaceOf(op, name));
    described.push({
      name,
      places: op.def.places ?? [],
      inplace: op.inplaceOf !== undefined,
      result: op.def.resultNames ?? null,
    });
  }
  const natives = Object.values(NATIVES);
  const decoders: Decoder[] = [];
  const specs = new Map<string, number>();
  let lastError = "";

  const guarded = <T>(place: number, body: () => T): T | string => {
    if (place !== 0) {
      rt.location = place % VISIT;
      rt.visit = Math.floor(place / VISIT);
    }
    try {
      return body();
    } catch (error) {
      lastError =
        error instanceof TorchError
          ? `${error.kind}\0${error.message}`
          : error instanceof PythonRaised
            ? "python\0"
            : `internal\0${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      return FAILED;
    }
  };
  const run = (id: number, spec: number, place: number, flat: unknown[], method: boolean): number | string =>
    guarded(place, () => {
      const { args, kwargs }: Decoded = decoders[spec](flat);
      const surface = surfaces[id];
      const result = profile.on
        ? profile.timed(surface.name, () => callSurface(rt, surface, args, kwargs, method))
        : callSurface(rt, surface, args, kwargs, method);
      return result instanceof Tensor ? handles.of(result) : encode(result, handles);
    });

  return Object.freeze({
    describe: () => JSON.stringify({ operators: described, natives: Object.keys(NATIVES) }),
    spec(text: string): number {
      let id = specs.get(text);
      if (id === undefined) {
        id = decoders.length;
        decoders.push(compileSpec(text, handles));
        specs.set(text, id);
      }
      return id;
    },
    call: (id: number, spec: number, place: number, ...flat: unknown[]) => run(id, spec, place, flat, false),
    method: (id: number, spec: number, place: number, ...flat: unknown[]) => run(id, spec, place, flat, true),
    native: (id: number, spec: number, place: number, ...flat: unknown[]): unknown =>
      guarded(place, () => {
        const { args } = decoders[spec](flat);
        const result = natives[id](context, ...args);
        if (result instanceof Tensor) return handles.of(result);
        if (Array.isArray(result)) return encode(result, handles);
        return typeof result === "object" && result !== null ? handles.of(result) : (result ?? undefined);
      }),
    error: () => lastError,
    begin_call: (kind: CallKind, name: string, within: number) => rt.beginCall(kind, name, within),
    begin_iteration: (loop: number) => rt.beginCall("iteration", "iteration", loop),
    enter_call(call: number): void {
      rt.call = call;
    },
    release(...ids: number[]): void {
      for (const h of ids) handles.release(h);
    },
    location(
      id: number,
      file: string,
      line: number,
      column: number,
      endLine: number,
      endColumn: number,
      scope: string,
      cell: number,
    ): void {
      host.addLocation(id, { file, cell: cell < 0 ? null : cell, line, column, endLine, endColumn, scope });
    },
  });
}

/** Results that are not one tensor, as JSON: {"t": handle}, {"l": [...]}, {"v": number|string|bool|null}. */
export function encode(x: unknown, handles: Handles): string {
  return JSON.stringify(tree(x, handles));
}

function tree(x: unknown, handles: Handles): unknown {
  if (x instanceof Tensor) return { t: handles.of(x) };
  if (Array.isArray(x)) return { l: x.map((e) => tree(e, handles)) };
  if (typeof x === "number" && !Number.isFinite(x)) return { f: String(x) };
  if (typeof x === "object" && x !== null) return { g: handles.of(x) };
  return { v: x ?? null };
}
