import type { Runtime } from "../../engine/runtime.ts";
import type { Host } from "./host.ts";

/** Milliseconds between two looks at the heap. */
const LOOK = 50;
/** Share of the JavaScript heap that model code may fill: V8 ends the whole process when it is full. */
const FULL = 0.8;
/** Growth after which it is worth while to collect garbage again. */
const GROWTH = 0.04;

/**
 * Keeps a program from using up memory: past the limit the engine raises PyTorch's out-of-memory error, which a program may catch and
 * a person can read, and the trace stays.
 */
export class MemoryGuard {
  private readonly host: Host;
  private readonly rt: Runtime;
  /** Bytes that the trace holds; they have a budget of their own. */
  private readonly traceBytes: () => number;
  private nextLook = 0;
  private heapFull = false;
  /** Share from which on garbage is collected, to see what is really used. */
  private suspicious = FULL;

  constructor(host: Host, rt: Runtime, traceBytes: () => number) {
    this.host = host;
    this.rt = rt;
    this.traceBytes = traceBytes;
    rt.measureMemory = () => this.measure();
  }

  /** Looks at the JavaScript heap now and then. */
  tick(now: number): void {
    if (now < this.nextLook) return;
    this.nextLook = now + LOOK;
    const share = this.host.heapShare(false);
    this.heapFull &&= share > FULL;
    if (share < this.suspicious) return;
    const used = this.host.heapShare(true);
    this.suspicious = Math.max(FULL, used + GROWTH);
    this.heapFull = used > FULL;
    // The next tensor finds it out.
    if (this.heapFull) this.rt.measureSoon();
  }

  private measure(): number {
    if (this.heapFull) return Number.POSITIVE_INFINITY;
    const { host, rt } = this;
    const held = (collect: boolean): number => host.bufferBytes(collect) - this.traceBytes();
    const bytes = held(false);
    return bytes > rt.memoryLimit ? held(true) : bytes;
  }
}
