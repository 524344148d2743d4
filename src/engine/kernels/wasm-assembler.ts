/** Writes WebAssembly modules byte by byte: as much of the format as hand-written kernels need. */

export type WasmType = "i32" | "v128";
const TYPE_CODE: Readonly<Record<WasmType, number>> = { i32: 0x7f, v128: 0x7b };

/** Unsigned LEB128. */
export function unsigned(n: number): number[] {
  const out: number[] = [];
  let rest = n;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return out;
}

/** Signed LEB128. */
function signed(n: number): number[] {
  const out: number[] = [];
  let rest = n;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    out.push(done ? low : low | 0x80);
    if (done) return out;
  }
}

/** SIMD instructions by number (prefix 0xFD). */
export const SIMD = {
  load: 0x00,
  splat32: 0x09,
  splat64: 0x0a,
  store: 0x0b,
  constant: 0x0c,
  addF32: 0xe4,
  mulF32: 0xe6,
  addF64: 0xf0,
  mulF64: 0xf2,
} as const;

/** The body of one function: locals are allocated by name, instructions appended in order. */
export class FunctionBody {
  readonly code: number[] = [];
  readonly locals: WasmType[] = [];
  private readonly parameters: number;

  constructor(parameters: number) {
    this.parameters = parameters;
  }

  /** A new local variable; returns its number. */
  local(type: WasmType): number {
    this.locals.push(type);
    return this.parameters + this.locals.length - 1;
  }

  get(local: number): this {
    this.code.push(0x20, ...unsigned(local));
    return this;
  }
  set(local: number): this {
    this.code.push(0x21, ...unsigned(local));
    return this;
  }
  tee(local: number): this {
    this.code.push(0x22, ...unsigned(local));
    return this;
  }
  constant(n: number): this {
    this.code.push(0x41, ...signed(n));
    return this;
  }
  add(): this {
    this.code.push(0x6a);
    return this;
  }
  sub(): this {
    this.code.push(0x6b);
    return this;
  }
  /** local += n */
  bump(local: number, n: number): this {
    return this.get(local).constant(n).add().set(local);
  }
  /** Repeats `body` until `counter`, stepped by `by` after each round, reaches 0. It runs at least once. */
  countdown(counter: number, by: number, body: () => void): this {
    this.code.push(0x03, 0x40);
    body();
    this.get(counter).constant(by).sub().tee(counter);
    this.code.push(0x0d, 0x00, 0x0b);
    return this;
  }
  /** Runs one branch or the other by the i32 on the stack. */
  ifElse(then: () => void, otherwise: () => void): this {
    this.code.push(0x04, 0x40);
    then();
    this.code.push(0x05);
    otherwise();
    this.code.push(0x0b);
    return this;
  }
  simd(instruction: number): this {
    this.code.push(0xfd, ...unsigned(instruction));
    return this;
  }
  /** A SIMD load or store; the address is on the stack. `align` is the logarithm of the alignment. */
  memory(instruction: number, align: number, offset: number): this {
    this.simd(instruction);
    this.code.push(...unsigned(align), ...unsigned(offset));
    return this;
  }
  /** The vector of zeros. */
  zero(): this {
    this.simd(SIMD.constant);
    for (let i = 0; i < 16; i++) this.code.push(0);
    return this;
  }

  bytes(): number[] {
    const groups = this.locals.map((t) => [1, TYPE_CODE[t]]);
    const body = [...unsigned(groups.length), ...groups.flat(), ...this.code, 0x0b];
    return [...unsigned(body.length), ...body];
  }
}

export interface WasmFunction {
  readonly name: string;
  /** Number of i32 parameters; there is no result. */
  readonly parameters: number;
  readonly body: FunctionBody;
}

const text = (s: string): number[] => [...unsigned(s.length), ...[...s].map((c) => c.charCodeAt(0))];
const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];

/** A module that imports its memory as `m.m` and exports the functions. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map((f) => [
    0x60,
    ...unsigned(f.parameters),
    ...new Array<number>(f.parameters).fill(TYPE_CODE.i32),
    0,
  ]);
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([[...text("m"), ...text("m"), 0x02, 0x00, 0x01]])),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(7, list(functions.map((f, i) => [...text(f.name), 0x00, ...unsigned(i)]))),
    ...section(10, list(functions.map((f) => f.body.bytes()))),
  );
}
