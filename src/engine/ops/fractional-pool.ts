import { int64 } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { dense, denseArray } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { numelOf, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { planeScatter } from "./max-pool.ts";

/** First positions of `count` windows of size `k` over `n` inputs, spread by a random number in [0, 1). */
function intervals(sample: number, n: number, count: number, k: number): number[] {
  const alpha = count > 1 ? (n - k) / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? n - k : Math.trunc((i + sample) * alpha) - Math.trunc(sample * alpha),
  );
}

/** Largest element of windows at pseudo-random places (Graham 2014): values, and positions within the plane. */
function fractionalPool(dims: 2 | 3) {
  const name = `fractional_max_pool${dims}d`;
  const node = `FractionalMaxPool${dims}DBackward0`;
  return op({
    name,
    args: ["self", "kernel_size", "output_size", "random_samples"],
    node,
    nondifferentiable: [1],
    forward: (self: Tensor, kernel: Shape, output: Shape, samples: Tensor): Tensor[] => {
      check(
        (self.ndim === dims + 1 || self.ndim === dims + 2) && self.shape.slice(self.ndim - dims).every((n) => n > 0),
        () => `${name}(): Expected input to have non-zero size for non-batch dimensions, but got ${sizes(self.shape)}`,
      );
      const input = self.shape.slice(self.ndim - dims);
      const axes = ["time", "height", "width"].slice(3 - dims);
      input.forEach((n, d) => {
        check(
          output[d] + kernel[d] - 1 <= n,
          () => `${name}(): pool ${axes[d]} ${kernel[d]} too large relative to input ${axes[d]} ${n}`,
        );
      });
      const shape = [...self.shape.slice(0, self.ndim - dims), ...output];
      const out = self.rt.empty(shape, self.dtype);
      const indices = self.rt.empty(shape, int64);
      const { data, start } = dense(self);
      const random = denseArray(samples);
      const plane = numelOf(input);
      const windows = numelOf(output);
      for (let p = 0; p < self.numel / plane; p++) {
        // Two dimensions take their numbers from width to height, three from time to width.
        const starts = input.map((n, d) =>
          intervals(random[p * dims + (dims === 2 ? 1 - d : d)], n, output[d], kernel[d]),
        );
        for (let w = 0; w < windows; w++) {
          const first: number[] = new Array(dims);
          for (let d = dims - 1, rest = w; d >= 0; d--) {
            first[d] = starts[d][rest % output[d]];
            rest = Math.floor(rest / output[d]);
          }
          let best = Number.NEGATIVE_INFINITY;
          let where = first.reduce((at, x, d) => at * input[d] + x, 0);
          for (let k = 0; k < numelOf(kernel); k++) {
            let at = 0;
            let step = 1;
            for (let d = dims - 1, rest = k; d >= 0; d--) {
              at += (first[d] + (rest % kernel[d])) * step;
              step *= input[d];
              rest = Math.floor(rest / kernel[d]);
            }
            const v = data[start + p * plane + at];
            if (v > best || v !== v) {
              best = v;
              where = at;
            }
          }
          out.data[p * windows + w] = best;
          indices.data[p * windows + w] = where;
        }
      }
      return [out, indices];
    },
    keep: ([self, kernel_size, output_size], [, result1]) => ({ kernel_size, output_size, result1, self }),
    vjp: {
      self: (g, { self, result1 }): Tensor =>
        planeScatter(g, self, result1, dims, node.replace(/0$/, "Backward0"), node),
    },
    formula: {
      out: "\\max_{\\text{window}} {self}",
      vjp: { self: "{g} \\text{ at the maximum of each window}" },
      note: "the windows lie at pseudo-random places",
    },
    places: ["_C"],
    signatures: [
      `${name}(Tensor input, IntArrayRef[${dims}] kernel_size, IntArrayRef[${dims}] output_size, Tensor random_samples)`,
    ],
  });
}
export const fractionalMaxPool2d = fractionalPool(2);
export const fractionalMaxPool3d = fractionalPool(3);
