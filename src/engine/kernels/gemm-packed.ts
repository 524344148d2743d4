import type { Data } from "../dtype.ts";
import { gemmModule, TILE_F32, TILE_F64 } from "./gemm-wasm.ts";

type Kernel = (
  a: number,
  b: number,
  c: number,
  rowPanels: number,
  columnPanels: number,
  k: number,
  ldc: number,
  accumulate: number,
) => void;

interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly f32: Kernel;
  readonly f64: Kernel;
  view32: Float32Array;
  view64: Float64Array;
}

/** Largest blocks that are packed at once: steps of k, rows of A, columns of B. */
const MAX_K = 512;
const MAX_ROWS = 512;
const MAX_COLUMNS = 1024;

const up = (n: number, to: number): number => Math.ceil(n / to) * to;

function build(): Machine | null {
  try {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(gemmModule()), { m: { m: memory } });
    return {
      memory,
      f32: exports.f32 as Kernel,
      f64: exports.f64 as Kernel,
      view32: new Float32Array(memory.buffer),
      view64: new Float64Array(memory.buffer),
    };
  } catch {
    // No WebAssembly or no SIMD here: the plain product does the work.
    return null;
  }
}

function reserve(machine: Machine, bytes: number): void {
  const missing = bytes - machine.memory.buffer.byteLength;
  if (missing <= 0) return;
  machine.memory.grow(Math.ceil(missing / 65536));
  machine.view32 = new Float32Array(machine.memory.buffer);
  machine.view64 = new Float64Array(machine.memory.buffer);
}

/**
 * Copies a lines×k block into panels: for each step of k the numbers of `width` lines side by side. `line` and `step` are the
 * distances between lines and along k. Missing lines and steps are zeros.
 */
function pack(
  target: Float32Array | Float64Array,
  at: number,
  width: number,
  source: Data,
  from: number,
  line: number,
  step: number,
  lines: number,
  k: number,
  padded: number,
): void {
  let out = at;
  for (let first = 0; first < lines; first += width) {
    const start = from + first * line;
    const have = Math.min(width, lines - first);
    if (have === width && width === 4) {
      let p = start;
      for (let t = 0; t < k; t++, p += step, out += 4) {
        target[out] = source[p];
        target[out + 1] = source[p + line];
        target[out + 2] = source[p + 2 * line];
        target[out + 3] = source[p + 3 * line];
      }
    } else if (have === width && width === 8) {
      let p = start;
      for (let t = 0; t < k; t++, p += step, out += 8) {
        target[out] = source[p];
        target[out + 1] = source[p + line];
        target[out + 2] = source[p + 2 * line];
        target[out + 3] = source[p + 3 * line];
        target[out + 4] = source[p + 4 * line];
        target[out + 5] = source[p + 5 * line];
        target[out + 6] = source[p + 6 * line];
        target[out + 7] = source[p + 7 * line];
      }
    } else
      for (let t = 0; t < k; t++, out += width)
        for (let i = 0; i < width; i++) target[out + i] = i < have ? source[start + i * line + t * step] : 0;
    const rest = (padded - k) * width;
    for (let i = 0; i < rest; i++) target[out++] = 0;
  }
}

/** Matrix product C = alpha·A·B over strided operands; C is row-major with row stride `ldc`. Offsets and strides in elements. */
export type MatrixProduct<Result> = (
  n: number,
  m: number,
  k: number,
  a: Data,
  ao: number,
  ra: number,
  ca: number,
  b: Data,
  bo: number,
  rb: number,
  cb: number,
  c: Data,
  co: number,
  ldc: number,
  alpha: number,
) => Result;

export interface PackedProduct {
  /** False when it cannot do the work (no WebAssembly, other carriers). */
  readonly multiply: MatrixProduct<boolean>;
}

/** Products through packed panels in WebAssembly memory, which is made at the first call. */
export function packedProduct(): PackedProduct {
  let machine: Machine | null | undefined;
  return {
    multiply(n, m, k, a, ao, ra, ca, b, bo, rb, cb, c, co, ldc, alpha) {
      const single = c instanceof Float32Array;
      if (!single && !(c instanceof Float64Array)) return false;
      if (machine === undefined) machine = build();
      if (machine === null) return false;
      const { rows, columns } = single ? TILE_F32 : TILE_F64;
      // Cᵀ = Bᵀ·Aᵀ when that pads less: few columns fill the tiles better as few rows.
      if (up(m, rows) * up(n, columns) < 0.9 * up(n, rows) * up(m, columns))
        blocks(machine, single, m, n, k, b, bo, cb, rb, a, ao, ca, ra, c, co, 1, ldc, alpha);
      else blocks(machine, single, n, m, k, a, ao, ra, ca, b, bo, rb, cb, c, co, ldc, 1, alpha);
      return true;
    },
  };
}

/** C (row stride rc, column stride cc) = alpha·A·B, block by block. */
function blocks(
  machine: Machine,
  single: boolean,
  n: number,
  m: number,
  k: number,
  a: Data,
  ao: number,
  ra: number,
  ca: number,
  b: Data,
  bo: number,
  rb: number,
  cb: number,
  c: Data,
  co: number,
  rc: number,
  cc: number,
  alpha: number,
): void {
  const { rows, columns, unroll, bytes } = single ? TILE_F32 : TILE_F64;
  const deep = up(Math.min(k, MAX_K), unroll);
  const atB = up(Math.min(n, MAX_ROWS), rows) * deep;
  const atC = atB + up(Math.min(m, MAX_COLUMNS), columns) * deep;
  reserve(machine, (atC + up(Math.min(n, MAX_ROWS), rows) * up(Math.min(m, MAX_COLUMNS), columns)) * bytes);
  const kernel = single ? machine.f32 : machine.f64;
  const view = single ? machine.view32 : machine.view64;
  for (let j = 0; j < m; j += MAX_COLUMNS) {
    const nj = Math.min(MAX_COLUMNS, m - j);
    const wide = up(nj, columns);
    for (let i = 0; i < n; i += MAX_ROWS) {
      const ni = Math.min(MAX_ROWS, n - i);
      for (let p = 0; p < k; p += MAX_K) {
        const np = Math.min(MAX_K, k - p);
        const padded = up(np, unroll);
        pack(view, 0, rows, a, ao + i * ra + p * ca, ra, ca, ni, np, padded);
        pack(view, atB, columns, b, bo + p * rb + j * cb, cb, rb, nj, np, padded);
        kernel(0, atB * bytes, atC * bytes, up(ni, rows) / rows, wide / columns, padded, wide * bytes, p > 0 ? 1 : 0);
      }
      unpack(view, atC, wide, c, co + i * rc + j * cc, rc, cc, ni, nj, alpha);
    }
  }
}

/** Copies the finished block to its place in C. */
function unpack(
  view: Float32Array | Float64Array,
  at: number,
  stride: number,
  c: Data,
  co: number,
  rc: number,
  cc: number,
  rows: number,
  columns: number,
  alpha: number,
): void {
  for (let r = 0; r < rows; r++) {
    const from = at + r * stride;
    let to = co + r * rc;
    if (alpha === 1 && cc === 1 && columns >= 64) c.set(view.subarray(from, from + columns), to);
    else for (let j = 0; j < columns; j++, to += cc) c[to] = alpha * view[from + j];
  }
}
