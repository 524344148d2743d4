/**
 * The only way out of the realm that model code runs in: one function of the host, called with a number and primitives (or an
 * array buffer of the realm). What the host throws is dropped here, so that none of its objects ever gets in.
 */
export const HOST_OPS = {
  /** Milliseconds since some moment. */
  now: 0,
  /** Hands a message (JSON) to the process. */
  post: 1,
  /** The next message that waits for the realm, as JSON; nothing when none waits or comes in so many milliseconds (at most 1000). */
  poll: 2,
  /** Asks for `TIMER` with this number after so many milliseconds. */
  timer: 3,
  /** 32 random bits. */
  random: 4,
  /** Text of an array buffer: buffer, label, 1 = fatal. */
  decode: 5,
  /** Writes a text as UTF-8 into an array buffer; bytes written. */
  encode: 6,
  /** Sleeps so many milliseconds, at most 100. */
  sleep: 7,
  /** Bytes of all array buffers of this thread, after a collection of garbage when asked with 1. */
  bufferBytes: 8,
  /** A file of the front ends (only while starting). */
  read: 9,
  /** Answers a request with bytes: request number, array buffer. */
  postBytes: 10,
  /** The realm is ready for model code: what only its start needed is closed. */
  started: 11,
  /** How much of the JavaScript heap is used (0 to 1), after a collection of garbage when asked with 1. */
  heapShare: 12,
  /** Compiles the one program of a worker: code, file name; the value of its expression. */
  compile: 13,
} as const;

export type HostValue = string | number | boolean | ArrayBuffer | undefined;
export type HostCall = (op: number, a?: HostValue, b?: HostValue, c?: HostValue) => unknown;

/** What the host calls in the realm: `receive(what, a, b)`. */
export const RECEIVE = { message: 0, timer: 1, bytes: 2, rejection: 3 } as const;
/** `rejection` comes with an object of the realm itself: the reason of a promise's rejection that nobody handles. */
export type Receive = (what: number, a: unknown, b?: HostValue) => void;

/** The host's services with types; every one of them returns something harmless when the host fails. */
export interface Host {
  now(): number;
  post(message: object): void;
  poll(patience?: number): string | null;
  timer(id: number, milliseconds: number): void;
  random(): number;
  decode(bytes: ArrayBuffer, label: string, fatal: boolean): string | null;
  encode(text: string, into: ArrayBuffer): number;
  sleep(milliseconds: number): void;
  bufferBytes(collect: boolean): number;
  read(name: string): unknown;
  postBytes(request: number, bytes: ArrayBuffer): void;
  started(): void;
  heapShare(collect: boolean): number;
  /** The value of an expression, once per worker; null when it does not compile. */
  compile(code: string, fileName: string): unknown;
}

export function wrapHost(call: HostCall): Host {
  const safe = (op: number, a?: HostValue, b?: HostValue, c?: HostValue): unknown => {
    try {
      return call(op, a, b, c);
    } catch {
      // For instance a stack overflow at the host's door: its error object belongs to the host.
      return undefined;
    }
  };
  const number = (x: unknown): number => (typeof x === "number" ? x : 0);
  return Object.freeze({
    now: () => number(safe(HOST_OPS.now)),
    post: (message: object) => void safe(HOST_OPS.post, JSON.stringify(message)),
    poll: (patience = 0) => {
      const text = safe(HOST_OPS.poll, patience);
      return typeof text === "string" ? text : null;
    },
    timer: (id: number, milliseconds: number) => void safe(HOST_OPS.timer, id, milliseconds),
    random: () => number(safe(HOST_OPS.random)),
    decode: (bytes: ArrayBuffer, label: string, fatal: boolean) => {
      const text = safe(HOST_OPS.decode, bytes, label, fatal ? 1 : 0);
      return typeof text === "string" ? text : null;
    },
    encode: (text: string, into: ArrayBuffer) => number(safe(HOST_OPS.encode, text, into)),
    sleep: (milliseconds: number) => void safe(HOST_OPS.sleep, milliseconds),
    bufferBytes: (collect: boolean) => number(safe(HOST_OPS.bufferBytes, collect ? 1 : 0)),
    read: (name: string) => safe(HOST_OPS.read, name),
    postBytes: (request: number, bytes: ArrayBuffer) => void safe(HOST_OPS.postBytes, request, bytes),
    started: () => void safe(HOST_OPS.started),
    heapShare: (collect: boolean) => number(safe(HOST_OPS.heapShare, collect ? 1 : 0)),
    compile: (code: string, fileName: string) => safe(HOST_OPS.compile, code, fileName) ?? null,
  });
}
