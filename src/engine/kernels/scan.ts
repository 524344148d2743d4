import type { Data, DType } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { laneSizes } from "./blocks.ts";
import { castTensor } from "./copy.ts";
import { dense } from "./dense.ts";
import { settle } from "./elementwise.ts";

/** Runs along a dimension: `run(source, at, target, to, n, step)` fills one lane of the result. */
export function scan(
  self: Tensor,
  dim: number,
  dtype: DType,
  run: (source: Data, at: number, target: Data, to: number, n: number, step: number) => void,
): Tensor {
  const out = self.rt.empty(self.shape, dtype);
  const { outer, length, inner } = laneSizes(self.shape, dim);
  const { data, start } = dense(self.dtype === dtype ? self : castTensor(self, dtype));
  const { slots } = dtype;
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner * slots; i++) {
      const to = o * length * inner * slots + i;
      run(data, start + to, out.data, to, length, inner * slots);
    }
  return settle(out);
}
