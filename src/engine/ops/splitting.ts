import { int64 } from "../dtype.ts";
import { check, indexError, sizes } from "../errors.ts";
import { op } from "../op.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { type Shape, wrapDim } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { slice, sliceBackward } from "./slicing.ts";
import { unsqueeze } from "./views.ts";

/** One view per position of `dim`. */
export const unbind = op({
  name: "unbind",
  args: ["self", "dim"],
  node: "UnbindBackward0",
  view: "multi_output",
  forward: (self: Tensor, dim: number = 0): Tensor[] => {
    const d = wrapDim(dim, self.ndim);
    if (self.ndim === 0) throw indexError(`Dimension specified as ${dim} but tensor has no dimensions`);
    return Array.from({ length: self.shape[d] }, (_, i) =>
      self.alias(
        self.shape.filter((_s, k) => k !== d),
        self.strides.filter((_s, k) => k !== d),
        self.offset + i * self.strides[d],
      ),
    );
  },
  keep: ([self, dim]) => ({ self_sizes: self.shape, dim: wrapDim(dim ?? 0, self.ndim) }),
  vjp: {
    self: (_g, { self_sizes, dim }, { grads }): Tensor | null =>
      assemble(
        grads.map((g) => g && unsqueeze(g, dim)),
        self_sizes,
        dim,
        grads.map(() => 1),
      ),
  },
  formula: { out: "{self}_1, …, {self}_n", vjp: { self: "\\mathrm{stack}({g}_1, …, {g}_n)" } },
  places: ["torch", "Tensor"],
  signatures: ["unbind(Tensor input, int64_t dim=0)", namedOverload("unbind(Tensor input, DimName dim)")],
});

/** Consecutive pieces of the given lengths along `dim`. */
export const splitWithSizes = op({
  name: "split_with_sizes",
  args: ["self", "split_sizes", "dim"],
  node: "SplitWithSizesBackward0",
  view: "multi_output",
  forward: (self: Tensor, lengths: Shape, dim: number = 0): Tensor[] => {
    check(self.ndim !== 0, () => "split expects at least a 1-dimensional tensor");
    const d = wrapDim(dim, self.ndim);
    check(
      lengths.every((l) => l >= 0),
      () =>
        `split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=${sizes(lengths)}`,
    );
    const total = lengths.reduce((a, b) => a + b, 0);
    check(
      total === self.shape[d],
      () =>
        `split_with_sizes expects split_sizes to sum exactly to ${self.shape[d]} (input tensor's size at dimension ${d}), but got split_sizes=${sizes(lengths)}`,
    );
    return pieces(self, lengths, d);
  },
  keep: ([self, lengths, dim]) => ({ self_sizes: self.shape, lengths, dim: wrapDim(dim ?? 0, self.ndim) }),
  vjp: {
    self: (_g, { self_sizes, lengths, dim }, { grads }): Tensor | null => assemble(grads, self_sizes, dim, lengths),
  },
  formula: { out: "\\mathrm{split}({self})", vjp: { self: "\\mathrm{cat}({g}_1, …, {g}_n)" } },
  places: ["torch", "Tensor"],
  signatures: ["split_with_sizes(Tensor input, IntArrayRef split_sizes, int64_t dim=0)"],
});

/** Pieces of equal length (the last may be shorter). */
export const splitEqual = op({
  name: "split",
  args: ["self", "split_size", "dim"],
  node: "SplitBackward0",
  view: "multi_output",
  forward: (self: Tensor, size: number, dim: number = 0): Tensor[] => {
    check(self.ndim !== 0, () => "split expects at least a 1-dimensional tensor");
    check(size >= 0, () => `split expects split_size be non-negative, but got split_size=${size}`);
    const d = wrapDim(dim, self.ndim);
    check(
      size > 0 || self.shape[d] === 0,
      () => `split_size can only be 0 if dimension size is 0, but got dimension size of ${self.shape[d]}`,
    );
    return pieces(self, equalLengths(self.shape[d], size), d);
  },
  keep: ([self, size, dim]) => {
    const d = wrapDim(dim ?? 0, self.ndim);
    return { self_sizes: self.shape, lengths: equalLengths(self.shape[d], size), dim: d };
  },
  vjp: {
    self: (_g, { self_sizes, lengths, dim }, { grads }): Tensor | null => assemble(grads, self_sizes, dim, lengths),
  },
  formula: { out: "\\mathrm{split}({self})", vjp: { self: "\\mathrm{cat}({g}_1, …, {g}_n)" } },
});

export function equalLengths(total: number, size: number): number[] {
  if (total === 0) return [0];
  const out: number[] = [];
  for (let at = 0; at < total; at += size) out.push(Math.min(size, total - at));
  return out;
}

function pieces(self: Tensor, lengths: Shape, d: number): Tensor[] {
  let at = 0;
  return lengths.map((length) => {
    const shape = [...self.shape];
    shape[d] = length;
    const piece = self.alias(shape, self.strides, self.offset + at * self.strides[d]);
    at += length;
    return piece;
  });
}

/** Sum of the pieces' gradients, each in its place: the derivative of splits. Missing ones are zeros. */
function assemble(grads: readonly (Tensor | null)[], shape: Shape, dim: number, lengths: Shape): Tensor | null {
  let at = 0;
  let total: Tensor | null = null;
  for (let i = 0; i < grads.length; i++) {
    const g = grads[i];
    if (g !== null) {
      const part = sliceBackward(g, shape, dim, at, 1);
      total = total === null ? part : add(total, part);
    }
    at += lengths[i];
  }
  return total;
}

/** torch.split: pieces of one length, or of the given lengths. */
export const split = op({
  name: "split",
  args: ["self", "split_size", "dim"],
  forward: (self: Tensor, size: number | Shape, dim: number = 0): Tensor[] =>
    typeof size === "number" ? splitEqual(self, size, dim) : splitWithSizes(self, size, dim),
  places: ["torch", "Tensor"],
  signatures: [
    "split(Tensor input, int64_t split_size, int64_t dim=0)",
    "split(Tensor input, IntArrayRef split_size, int64_t dim=0)",
    "split(Tensor input, int64_t split_size_or_sections, int64_t dim=0)",
    "split(Tensor input, IntArrayRef split_size_or_sections, int64_t dim=0)",
  ],
});

/** At most `chunks` pieces of equal length (the last may be shorter). */
export const chunk = op({
  name: "chunk",
  args: ["self", "chunks", "dim"],
  forward: (self: Tensor, chunks: number, dim: number = 0): Tensor[] => {
    check(self.ndim > 0, () => "chunk expects at least a 1-dimensional tensor");
    check(chunks > 0, () => `chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
    const d = wrapDim(dim, self.ndim);
    const size = self.shape[d];
    if (size === 0) return splitWithSizes(self, new Array<number>(chunks).fill(0), d);
    return splitEqual(self, Math.ceil(size / chunks), d);
  },
  places: ["torch", "Tensor"],
  signatures: ["chunk(Tensor input, int64_t chunks, int64_t dim=0)"],
});

/** Exactly `sections` pieces whose lengths differ by at most one, or pieces that end at the given indices. */
export const tensorSplit = op({
  name: "tensor_split",
  args: ["self", "indices_or_sections", "dim"],
  forward: (self: Tensor, where: number | Shape | Tensor, dim: number = 0): Tensor[] => {
    check(
      self.ndim > 0,
      () => `tensor_split expected at least a 1-dimensional tensor, but got a tensor with ${self.ndim} dims`,
    );
    const d = wrapDim(dim, self.ndim);
    if (where instanceof Tensor) return tensorSplit(self, splitPlaces(where), d);
    const size = self.shape[d];
    if (typeof where !== "number")
      return [...where, size].map((end, i) => slice(self, d, i === 0 ? 0 : where[i - 1], end));
    check(where > 0, () => `number of sections must be larger than 0, got ${where}`);
    let at = 0;
    return Array.from({ length: where }, (_, i) => {
      const length = Math.floor(size / where) + (i < size % where ? 1 : 0);
      at += length;
      return slice(self, d, at - length, at);
    });
  },
  places: ["torch", "Tensor"],
  signatures: [
    "tensor_split(Tensor input, Tensor tensor_indices_or_sections, int64_t dim=0)",
    "tensor_split(Tensor input, int64_t sections, int64_t dim=0)",
    "tensor_split(Tensor input, IntArrayRef indices, int64_t dim=0)",
    { text: "tensor_split(Tensor input, int64_t indices_or_sections, int64_t dim=0)", hidden: true },
    { text: "tensor_split(Tensor input, IntArrayRef indices_or_sections, int64_t dim=0)", hidden: true },
  ],
});

function splitPlaces(where: Tensor): number | number[] {
  check(
    where.dtype === int64,
    () => `tensor_split expected tensor_indices_or_sections to have dtype of long, but got ${where.dtype.scalarName}`,
  );
  check(
    where.ndim <= 1,
    () =>
      `tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but got a tensor with ${where.ndim} dims`,
  );
  return where.ndim === 0 ? where.item() : where.toArray();
}

/** hsplit, vsplit, dsplit: tensor_split along a fixed dimension, into equal pieces only. */
function splitAlong(name: string, least: number, dimOf: (ndim: number) => number) {
  return op({
    name,
    args: ["self", "indices_or_sections"],
    forward: (self: Tensor, where: number | Shape): Tensor[] => {
      check(
        self.ndim >= least,
        () =>
          `torch.${name} requires a tensor with at least ${least} dimension, but got a tensor with ${self.ndim} dimensions!`,
      );
      const d = dimOf(self.ndim);
      if (typeof where === "number")
        check(
          where !== 0 && self.shape[d] % where === 0,
          () =>
            `torch.${name} attempted to split along dimension ${d}, but the size of the dimension ${self.shape[d]} is not divisible by the split_size ${where}!`,
        );
      return tensorSplit(self, where, d);
    },
    places: ["torch", "Tensor"],
    signatures: [
      `${name}(Tensor input, int64_t sections)`,
      `${name}(Tensor input, IntArrayRef indices)`,
      { text: `${name}(Tensor input, int64_t indices_or_sections)`, hidden: true },
      { text: `${name}(Tensor input, IntArrayRef indices_or_sections)`, hidden: true },
    ],
  });
}
export const hsplit = splitAlong("hsplit", 1, (ndim) => (ndim === 1 ? 0 : 1));
export const vsplit = splitAlong("vsplit", 2, () => 0);
export const dsplit = splitAlong("dsplit", 3, () => 2);
