import { check } from "../errors.ts";
import { copyTensor } from "../kernels/copy.ts";
import { op } from "../op.ts";
import { type Shape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cat } from "./joining.ts";
import { equalLengths } from "./splitting.ts";

function copiedPieces(self: Tensor, lengths: Shape, d: number): Tensor[] {
  let at = 0;
  return lengths.map((length) => {
    const shape = self.shape.map((s, i) => (i === d ? length : s));
    const piece = copyTensor(self.alias(shape, self.strides, self.offset + at * self.strides[d]));
    at += length;
    return piece;
  });
}

/** The pieces' gradients in a row, zeros where a piece has none. */
function joined(g: Tensor, grads: readonly (Tensor | null)[], sizes: Shape, lengths: Shape, dim: number): Tensor {
  const zeros = (length: number): Tensor =>
    g.rt.quietly(() =>
      g.rt.full(
        sizes.map((s, i) => (i === dim ? length : s)),
        0,
        g.dtype,
      ),
    );
  return cat(
    grads.map((part, k) => part ?? zeros(lengths[k])),
    dim,
  );
}

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
    return copiedPieces(self, equalLengths(self.shape[d], size), d);
  },
  keep: ([self, split_size, dim]) => ({ self_sizes: self.shape, split_size, dim: wrapDim(dim ?? 0, self.ndim) }),
  vjp: {
    self: (g, { self_sizes, split_size, dim }, { grads }): Tensor =>
      joined(g, grads, self_sizes, equalLengths(self_sizes[dim], split_size), dim),
  },
  formula: { out: "\\mathrm{split}({self})", vjp: { self: "\\mathrm{cat}({g}_1, …, {g}_n)" } },
  places: ["torch", "Tensor"],
  signatures: ["unsafe_split(Tensor input, int64_t split_size, int64_t dim=0)"],
});

/** Consecutive pieces of the given lengths along `dim`, with memory of their own. */
export const unsafeSplitWithSizes = op({
  name: "unsafe_split_with_sizes",
  args: ["self", "split_sizes", "dim"],
  node: "UnsafeSplitWithSizesBackward0",
  forward: (self: Tensor, lengths: Shape, dim: number = 0): Tensor[] =>
    copiedPieces(self, lengths, wrapDim(dim, self.ndim)),
  keep: ([self, split_sizes, dim]) => ({ self_sizes: self.shape, split_sizes, dim: wrapDim(dim ?? 0, self.ndim) }),
  vjp: {
    self: (g, { self_sizes, split_sizes, dim }, { grads }): Tensor => joined(g, grads, self_sizes, split_sizes, dim),
  },
  formula: { out: "\\mathrm{split}({self})", vjp: { self: "\\mathrm{cat}({g}_1, …, {g}_n)" } },
});

/** At most `chunks` pieces; exactly as many of a dimension of size 0. */
export const unsafeChunk = op({
  name: "unsafe_chunk",
  args: ["self", "chunks", "dim"],
  forward: (self: Tensor, chunks: number, dim: number = 0): Tensor[] => {
    check(chunks > 0, () => `chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
    const size = self.shape[wrapDim(dim, self.ndim)];
    if (size === 0) return unsafeSplitWithSizes(self, new Array<number>(chunks).fill(0), dim);
    return unsafeSplit(self, Math.ceil(size / chunks), dim);
  },
  places: ["torch", "Tensor"],
  signatures: ["unsafe_chunk(Tensor input, int64_t chunks, int64_t dim=0)"],
});
