import vm from "node:vm";
import type { WorkerStart } from "../messages.ts";

/** What the process hands to a worker. */
export interface WorkerData {
  readonly start: WorkerStart;
  readonly control: SharedArrayBuffer;
  /** Scripts and files by name: texts and bytes. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** A realm with nothing but JavaScript's own objects, and what the worker needs to call it. */
export interface Realm {
  /** The value of a script. What it throws (a SyntaxError of the outer realm) must not get in. */
  readonly evaluate: (code: string, fileName: string) => unknown;
  /** An array buffer that is an object of the realm, with a copy of these bytes. */
  readonly buffer: (bytes: Uint8Array) => ArrayBuffer;
  /** A view of the same shared memory that is an object of the realm. */
  readonly shared: (memory: SharedArrayBuffer) => SharedArrayBuffer;
}

/**
 * Makes a bare V8 realm: no Node, no code from text. `DONT_CONTEXTIFY` gives an ordinary global object instead of one whose
 * accesses are intercepted by objects of the outer realm.
 */
export function createRealm(): Realm {
  const { DONT_CONTEXTIFY } = vm.constants as unknown as { DONT_CONTEXTIFY: vm.Context };
  if (DONT_CONTEXTIFY === undefined) throw new Error("Backstep needs Node 20.18 or newer");
  const context = vm.createContext(DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: true } });
  // There because the process wants to collect garbage at will (see process.ts).
  Reflect.deleteProperty(context, "gc");
  const evaluate = (code: string, filename: string): unknown => new vm.Script(code, { filename }).runInContext(context);
  const { ArrayBuffer: RealmBuffer, SharedArrayBuffer: RealmShared } = context as unknown as typeof globalThis;
  const sharedPrototype = RealmShared.prototype;
  return Object.freeze({
    evaluate,
    buffer: (bytes: Uint8Array) => {
      const made = new RealmBuffer(bytes.length);
      new Uint8Array(made).set(bytes);
      return made;
    },
    shared: (memory: SharedArrayBuffer) => Object.setPrototypeOf(memory, sharedPrototype) as SharedArrayBuffer,
  });
}
