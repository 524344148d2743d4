import { Autocast } from "./autocast.ts";
import type { GradMath } from "./autograd/grad-math.ts";
import { type Data, type DType, float32 } from "./dtype.ts";
import { TorchError } from "./errors.ts";
import { defaultPrintOptions, type PrintOptions } from "./format/print-options.ts";
import { createGemm, type Gemm } from "./kernels/gemm.ts";
import type { CallKind, EngineObserver } from "./observer.ts";
import { Generator } from "./random/generator.ts";
import { contiguousStrides, numelOf, type Shape } from "./shape.ts";
import { Storage } from "./storage.ts";
import { Tensor } from "./tensor.ts";
import type { Interpreter, TransformLevel } from "./transforms/levels.ts";

/** The CPU, and the device of tensors without data. */
export type Device = "cpu" | "meta";

/** Replaces what a saved tensor is kept as (torch.autograd.graph.saved_tensors_hooks). */
export interface SavedTensorHooks {
  pack(tensor: Tensor): unknown;
  unpack(packed: unknown): Tensor;
}

export interface RuntimeOptions {
  /** Bytes of live tensor memory allowed before PyTorch's out-of-memory error; default 4 GB. */
  memoryLimit?: number;
  warn?: (category: string, message: string) => void;
  /** Differentiable operators that autograd itself uses. */
  math: GradMath;
  /** Who rewrites operators while function transforms are under way. */
  interpreter: (rt: Runtime) => Interpreter;
}

/** Bytes of new tensors after which memory is measured. */
const MEASURE_EVERY = 32 * 2 ** 20;

const outOfMemory = (bytes: number): TorchError =>
  new TorchError(
    "RuntimeError",
    `[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate ${bytes} bytes. Error code 12 (Cannot allocate memory)`,
  );

/**
 * Everything mutable about one engine: modes, random stream, counters, the observer. Each tensor knows its runtime, so
 * operators find it through their inputs and no global state is needed.
 */
export class Runtime {
  gradEnabled = true;
  inferenceMode = false;
  /** Backward passes that do not say whether keep the graph, as with retain_graph=True. */
  keepGraphs = false;
  anomalyMode = false;
  anomalyCheckNan = true;
  defaultDtype: DType = float32;
  readonly autocast = new Autocast();
  /** Where tensors go whose maker names no device (torch.set_default_device); it need not be there before one is made. */
  defaultDevice = "cpu";
  /** Where memory is taken outside of kernels, which compute on the CPU. */
  device: Device = "cpu";
  /** Was there ever a tensor without data (meta.ts)? */
  metaSeen = false;
  readonly generator = new Generator();
  readonly gemm: Gemm = createGemm();
  printOptions: PrintOptions = defaultPrintOptions;
  observer: EngineObserver | null = null;
  /** > 0 while an operator's own kernel or an unrecorded backward pass runs: nothing is announced. */
  muted = 0;
  /** > 0 while an optimiser updates parameters. */
  inOptimizer = 0;
  /** Source location id of the statement being executed, set by the front end. */
  location = 0;
  /** Which execution of its line the statement is, counted over all lines from 1 by the front end; 0 = unknown. */
  visit = 0;
  /** The innermost call under way, as `beginCall` numbered it, set by the front end; 0 = none. */
  call = 0;
  /** True while a backward pass is on the stack. */
  inBackward = 0;
  readonly savedHooks: SavedTensorHooks[] = [];
  /** Function transforms under way (torch.func), the outermost first, and who rewrites operators for them. */
  transforms: readonly TransformLevel[] = [];
  interpreter: Interpreter | null = null;
  readonly makeInterpreter: (rt: Runtime) => Interpreter;
  warn: (category: string, message: string) => void;
  /** Where the program is now, as its language prints a traceback; anomaly mode keeps it with each backward node. */
  traceback: (() => string) | null = null;
  memoryLimit: number;
  /** How much memory tensors hold, measured by whoever can see it; asked again each time a good deal more was taken. */
  measureMemory: (() => number) | null = null;
  readonly math: GradMath;
  /** Bytes taken since memory was measured last. */
  private taken = 0;
  private nextTensor = 1;
  private nextStorage = 1;
  private nextSequence = 0;
  private nextNode = 1;
  private nextHook = 1;
  private nextCall = 1;
  private readonly warned = new Set<string>();

  /** Use `createRuntime` (engine.ts), which supplies the parts that know operators. */
  constructor(options: RuntimeOptions) {
    this.math = options.math;
    this.makeInterpreter = options.interpreter;
    this.warn = options.warn ?? (() => {});
    this.memoryLimit = options.memoryLimit ?? 4 * 2 ** 30;
  }

  /** A call that is from now on the one under way; its number. Who ends it sets `call` back. */
  beginCall(kind: CallKind, name: string, within = this.call): number {
    this.call = this.nextCall++;
    this.observer?.callBegan(this.call, within, kind, name);
    return this.call;
  }
  takeTensorId(): number {
    return this.nextTensor++;
  }
  takeSequence(): number {
    return this.nextSequence++;
  }
  takeNodeId(): number {
    return this.nextNode++;
  }
  takeHookId(): number {
    return this.nextHook++;
  }

  /** A warning that PyTorch gives once in a process (TORCH_WARN_ONCE): `place` says which of its lines gives it. */
  warnOnce(place: string, message: string): void {
    if (this.warned.has(place)) return;
    this.warned.add(place);
    this.warn("UserWarning", message);
  }

  /** Lets memory be measured at the next new tensor. */
  measureSoon(): void {
    this.taken = MEASURE_EVERY;
  }

  /** Memory of a new tensor. Error: no more is allowed. */
  storage(dtype: DType, data: Data): Storage {
    this.taken += data.byteLength;
    if (this.taken > MEASURE_EVERY && this.measureMemory !== null) {
      this.taken = 0;
      if (this.measureMemory() > this.memoryLimit) throw outOfMemory(data.byteLength);
    }
    if (this.device === "meta") return this.metaStorage(dtype, data.length / dtype.slots);
    return new Storage(this.nextStorage++, dtype, data);
  }

  /** The memory of a storage read as another dtype whose numbers are kept in PyTorch's own bytes, as both must be; null where it is not aligned for that. */
  reading(storage: Storage, dtype: DType): Storage | null {
    const known = storage.readings?.find((s) => s.dtype === dtype);
    if (known !== undefined) return known;
    const { buffer, byteOffset, byteLength } = storage.data;
    const example = dtype.alloc(0);
    if (byteOffset % example.BYTES_PER_ELEMENT !== 0) return null;
    const Typed = example.constructor as new (buffer: ArrayBufferLike, start: number, length: number) => Data;
    const whole = Math.floor(byteLength / dtype.itemsize) * dtype.slots;
    const made = new Storage(this.nextStorage++, dtype, new Typed(buffer, byteOffset, whole));
    storage.readings ??= [storage];
    storage.readings.push(made);
    made.readings = storage.readings;
    return made;
  }

  /** Memory without data. */
  metaStorage(dtype: DType, elements: number): Storage {
    this.metaSeen = true;
    return new Storage(this.nextStorage++, dtype, dtype.alloc(0), elements);
  }

  /** Runs `body` with memory taken on a device. */
  on<T>(device: Device, body: () => T): T {
    const before = this.device;
    this.device = device;
    try {
      return body();
    } finally {
      this.device = before;
    }
  }

  /** Uninitialised (zero) contiguous tensor. Error: sizes too large for memory. */
  empty(shape: Shape, dtype: DType): Tensor {
    const n = numelOf(shape);
    const bytes = n * dtype.itemsize;
    const meta = this.device === "meta";
    if (bytes > this.memoryLimit && !meta) throw outOfMemory(bytes);
    const storage = meta ? this.metaStorage(dtype, n) : this.storage(dtype, dtype.alloc(n));
    return new Tensor(this, storage, 0, [...shape], contiguousStrides(shape), dtype);
  }

  /** Contiguous tensor over an array that the caller gives away (row-major, carrier values already rounded). */
  wrap(data: Data, shape: Shape, dtype: DType): Tensor {
    return new Tensor(this, this.storage(dtype, data), 0, [...shape], contiguousStrides(shape), dtype);
  }

  full(shape: Shape, value: number, dtype: DType): Tensor {
    const t = this.empty(shape, dtype);
    const v = dtype.round(value);
    if (v !== 0 || Object.is(v, -0)) {
      const d = t.storage.data;
      if (dtype.slots === 2) for (let i = 0; i < d.length; i += 2) d[i] = v;
      else d.fill(v);
    }
    return t;
  }

  /** Row-major values (rounded to the dtype) as a new tensor. */
  from(values: ArrayLike<number>, shape: Shape, dtype: DType): Tensor {
    const t = this.empty(shape, dtype);
    const d = t.storage.data;
    for (let i = 0; i < values.length; i++) d[i] = dtype.round(values[i]);
    return t;
  }

  scalar(value: number, dtype: DType): Tensor {
    return this.full([], value, dtype);
  }

  /** Run `body` with gradient recording switched on or off. */
  withGrad<T>(enabled: boolean, body: () => T): T {
    const before = this.gradEnabled;
    this.gradEnabled = enabled;
    try {
      return body();
    } finally {
      this.gradEnabled = before;
    }
  }

  /** Run `body` without gradient recording and without telling the observer. */
  quietly<T>(body: () => T): T {
    const before = this.gradEnabled;
    this.gradEnabled = false;
    this.muted++;
    try {
      return this.autocast.off(body);
    } finally {
      this.gradEnabled = before;
      this.muted--;
    }
  }
}
