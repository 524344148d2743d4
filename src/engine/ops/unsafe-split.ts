import { check } from "../errors.ts";
import { copyTensor } from "../kernels/copy.ts";
import { op } from "../op.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cat } from "./joining.ts";
import { equalLengths } from "./splitting.ts";

/**
 * Pieces of equal length (the last may be shorter) with memory of their own: unlike those of `split` each may be changed in
 * place. PyTorch's recurrent layers split their gates with it.
 */
export const unsafeSplit = op({
  name: "unsafe_split",
  args: ["self", "split_size", "dim"],
  node: "UnsafeSplitBackward0",
  forward: (self: Tensor, size: number, dim: number = 0): Tensor[] => {
    check(self.ndim !== 0, () => "split expects at least a 1-dimensional tensor");
    const d = wrapDim(dim, self.ndim);
    let at = 0;
    return equalLengths(self.shape[d], size).map((length) => {
      const shape = self.shape.map((s, i) => (i === d ? length : s));
      const piece = copyTensor(self.alias(shape, self.strides, self.offset + at * self.strides[d]));
      at += length;
      return piece;
    });
  },
  keep: ([self, split_size, dim]) => ({ self_sizes: self.shape, split_size, dim: wrapDim(dim ?? 0, self.ndim) }),
  vjp: {
    self: (g, { self_sizes, split_size, dim }, { grads }): Tensor => {
      const lengths = equalLengths(self_sizes[dim], split_size);
      const parts = grads.map(
        (part, k) =>
          part ??
          g.rt.quietly(() =>
            g.rt.full(
              self_sizes.map((s, i) => (i === dim ? lengths[k] : s)),
              0,
              g.dtype,
            ),
          ),
      );
      return cat(parts, dim);
    },
  },
  formula: { out: "\\mathrm{split}({self})", vjp: { self: "\\mathrm{cat}({g}_1, …, {g}_n)" } },
  places: ["torch", "Tensor"],
  signatures: ["unsafe_split(Tensor input, int64_t split_size, int64_t dim=0)"],
});

/** At most `chunks` pieces. */
export const unsafeChunk = op({
  name: "unsafe_chunk",
  args: ["self", "chunks", "dim"],
  forward: (self: Tensor, chunks: number, dim: number = 0): Tensor[] => {
    check(chunks > 0, () => `chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
    const size = self.shape[wrapDim(dim, self.ndim)];
    return unsafeSplit(self, Math.ceil(size / chunks), dim);
  },
  places: ["torch", "Tensor"],
  signatures: ["unsafe_chunk(Tensor input, int64_t chunks, int64_t dim=0)"],
});
