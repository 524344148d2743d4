import { assemble, FunctionBody, SIMD, type WasmFunction } from "./wasm-assembler.ts";

/** Rows and columns of C that the innermost loop keeps in registers, and how many steps of k it unrolls. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly unroll: number;
  /** Bytes of one number. */
  readonly bytes: 4 | 8;
}
export const TILE_F32: Tile = { rows: 4, columns: 8, unroll: 4, bytes: 4 };
export const TILE_F64: Tile = { rows: 4, columns: 4, unroll: 4, bytes: 8 };

/**
 * C (+)= A·B over packed panels. Parameters, all i32: addresses of A, B and C, number of row panels, of column panels, k (a
 * multiple of `unroll`), row stride of C in bytes, and whether to add to C. A's panels hold `rows` numbers for each step of k,
 * B's `columns`. The panel of B stays in the first-level cache while all panels of A pass.
 */
function productBody(tile: Tile): FunctionBody {
  const f = new FunctionBody(8);
  const [a, b, c, rowPanels, columnPanels, k, ldc, accumulate] = [0, 1, 2, 3, 4, 5, 6, 7];
  const vectors = (tile.columns * tile.bytes) / 16;
  const splat = tile.bytes === 4 ? SIMD.splat32 : SIMD.splat64;
  const add = tile.bytes === 4 ? SIMD.addF32 : SIMD.addF64;
  const mul = tile.bytes === 4 ? SIMD.mulF32 : SIMD.mulF64;
  const align = tile.bytes === 4 ? 2 : 3;
  const [pa, pb, pc, row, steps, leftA] = [0, 1, 2, 3, 4, 5].map(() => f.local("i32"));
  const sums = Array.from({ length: tile.rows }, () => Array.from({ length: vectors }, () => f.local("v128")));
  const bs = Array.from({ length: vectors }, () => f.local("v128"));
  const one = f.local("v128");
  /** Runs `body` with `row` at the start of each row of the tile of C. */
  const eachRow = (body: (r: number) => void): void => {
    f.get(pc).set(row);
    for (let r = 0; r < tile.rows; r++) {
      body(r);
      if (r < tile.rows - 1) f.get(row).get(ldc).add().set(row);
    }
  };
  const step = (u: number): void => {
    for (let v = 0; v < vectors; v++)
      f.get(pb)
        .memory(SIMD.load, 4, (u * vectors + v) * 16)
        .set(bs[v]);
    for (let r = 0; r < tile.rows; r++) {
      f.get(pa)
        .memory(splat, align, (u * tile.rows + r) * tile.bytes)
        .set(one);
      for (let v = 0; v < vectors; v++) f.get(one).get(bs[v]).simd(mul).get(sums[r][v]).simd(add).set(sums[r][v]);
    }
  };
  f.countdown(columnPanels, 1, () => {
    f.get(a).set(pa).get(c).set(pc).get(rowPanels).set(leftA);
    f.countdown(leftA, 1, () => {
      f.get(b).set(pb);
      f.get(accumulate).ifElse(
        () =>
          eachRow((r) => {
            for (let v = 0; v < vectors; v++)
              f.get(row)
                .memory(SIMD.load, 2, v * 16)
                .set(sums[r][v]);
          }),
        () => {
          for (const line of sums) for (const s of line) f.zero().set(s);
        },
      );
      f.get(k).set(steps);
      f.countdown(steps, tile.unroll, () => {
        for (let u = 0; u < tile.unroll; u++) step(u);
        f.bump(pa, tile.unroll * tile.rows * tile.bytes);
        f.bump(pb, tile.unroll * vectors * 16);
      });
      eachRow((r) => {
        for (let v = 0; v < vectors; v++)
          f.get(row)
            .get(sums[r][v])
            .memory(SIMD.store, 2, v * 16);
      });
      f.get(row).get(ldc).add().set(pc);
    });
    f.get(pb).set(b);
    f.bump(c, vectors * 16);
  });
  return f;
}

/** Bytes of the module with the products `f32` and `f64`. */
export function gemmModule(): Uint8Array<ArrayBuffer> {
  const functions: WasmFunction[] = [
    { name: "f32", parameters: 8, body: productBody(TILE_F32) },
    { name: "f64", parameters: 8, body: productBody(TILE_F64) },
  ];
  return assemble(functions);
}
