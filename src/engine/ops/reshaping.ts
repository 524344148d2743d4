import { isIntegral } from "../dtype.ts";
import { check, runtimeError } from "../errors.ts";
import { dense } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { canBroadcastTo, inferShape, numelOf, type Shape, wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { contiguous } from "./copies.ts";
import { sum, sumTo } from "./sum.ts";
import { expand, permute, reshape, transpose, transpose_, unsqueeze, view } from "./views.ts";

/** Dimensions start_dim … end_dim become one. */
export const flatten = op({
  name: "flatten",
  args: ["self", "start_dim", "end_dim"],
  forward: (self: Tensor, startDim: number = 0, endDim: number = -1): Tensor => {
    const start = wrapDim(startDim, self.ndim);
    const end = wrapDim(endDim, self.ndim);
    check(start <= end, () => "flatten() has invalid args: start_dim cannot come after end_dim");
    if (self.ndim === 0) return reshape(self, [1]);
    if (start === end) return self;
    const { shape } = self;
    return reshape(self, [...shape.slice(0, start), numelOf(shape.slice(start, end + 1)), ...shape.slice(end + 1)]);
  },
  places: ["torch", "Tensor"],
  signatures: [
    namedOverload("flatten(Tensor input, int64_t start_dim, int64_t end_dim, DimName out_dim)"),
    "flatten(Tensor input, int64_t start_dim=0, int64_t end_dim=-1)",
    namedOverload("flatten(Tensor input, DimName start_dim, DimName end_dim, DimName out_dim)"),
    namedOverload("flatten(Tensor input, DimnameList dims, DimName out_dim)"),
  ],
});

/** One dimension becomes several. */
export const unflatten = op({
  name: "unflatten",
  args: ["self", "dim", "sizes"],
  forward: (self: Tensor, dim: number, sizes: Shape): Tensor => {
    const d = wrapDim(dim, self.ndim);
    check(sizes.length > 0, () => "unflatten: sizes must be non-empty");
    let inner: number[];
    try {
      inner = inferShape(sizes, self.shape[d] ?? 1);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!error.message.includes("is invalid for input of size"))
        throw runtimeError(`unflatten got an unexpected error:\n${error.message}`);
      throw runtimeError(
        `unflatten: Provided sizes [${sizes.join(", ")}] don't multiply up to the size of dim ${d} (${self.shape[d]}) in the input tensor`,
      );
    }
    return view(self, [...self.shape.slice(0, d), ...inner, ...self.shape.slice(d + 1)]);
  },
  places: ["torch", "Tensor"],
  signatures: [
    namedOverload("unflatten(Tensor input, DimName dim, IntArrayRef sizes, DimnameList names)"),
    "unflatten(Tensor input, int64_t dim, IntArrayRef sizes)",
  ],
});

export const ravel = op({
  name: "ravel",
  args: ["self"],
  forward: (self: Tensor): Tensor => view(contiguous(self), [-1]),
  places: ["torch", "Tensor"],
  signatures: ["ravel(Tensor input)"],
});

function like(name: string, how: (self: Tensor, shape: Shape) => Tensor) {
  return op({
    name,
    args: ["self", "other"],
    forward: (self: Tensor, other: Tensor): Tensor => how(self, other.shape),
    places: ["Tensor"],
    signatures: [`${name}(Tensor input, Tensor other)`],
  });
}
export const expandAs = like("expand_as", expand);
export const viewAs = like("view_as", view);
export const reshapeAs = like("reshape_as", reshape);

export const broadcastTo = op({
  name: "broadcast_to",
  args: ["self", "size"],
  forward: (self: Tensor, size: Shape): Tensor => expand(self, size),
  places: ["torch", "Tensor"],
  signatures: ["broadcast_to(Tensor input, IntArrayRef size)"],
});

/** Moves dimensions to new places; the others keep their order. */
export const movedim = op({
  name: "movedim",
  args: ["self", "source", "destination"],
  forward: (self: Tensor, source: Shape, destination: Shape): Tensor => {
    check(
      source.length === destination.length,
      () =>
        `movedim: Invalid source or destination dims: source ([${source.join(", ")}] dims) should contain the same number of dims as destination ([${destination.join(", ")}] dims)`,
    );
    const from = source.map((d) => wrapDim(d, self.ndim));
    const to = destination.map((d) => wrapDim(d, self.ndim));
    check(new Set(from).size === from.length, () => `movedim: repeated dim in \`source\` ([${source.join(", ")}])`);
    check(
      new Set(to).size === to.length,
      () => `movedim: repeated dim in \`destination\` ([${destination.join(", ")}])`,
    );
    if (self.ndim === 0) return self;
    const order = new Array<number>(self.ndim).fill(-1);
    for (const [i, d] of to.entries()) order[d] = from[i];
    const rest = self.shape.map((_, d) => d).filter((d) => !from.includes(d));
    for (let i = 0, k = 0; i < order.length; i++) if (order[i] < 0) order[i] = rest[k++];
    return permute(self, order);
  },
  places: ["torch", "Tensor"],
  aliases: ["moveaxis"],
  signatures: [
    {
      text: "movedim(Tensor input, int64_t source, int64_t destination)",
      call: (self: Tensor, source: number, destination: number) => movedim(self, [source], [destination]),
    },
    "movedim(Tensor input, IntArrayRef source, IntArrayRef destination)",
  ],
});

function swapping(name: string, first: string, second: string) {
  return op({
    name,
    args: ["self", "dim0", "dim1"],
    forward: (self: Tensor, dim0: number, dim1: number): Tensor => transpose(self, dim0, dim1),
    places: ["torch", "Tensor"],
    signatures: [`${name}(Tensor input, int64_t ${first}, int64_t ${second})`],
  });
}
export const swapaxes = swapping("swapaxes", "axis0", "axis1");
export const swapdims = swapping("swapdims", "dim0", "dim1");

function swappingInPlace(name: string, first: string, second: string) {
  return op({
    name,
    args: ["self", "dim0", "dim1"],
    forward: (self: Tensor, dim0: number, dim1: number): Tensor => transpose_(self, dim0, dim1),
    places: ["Tensor"],
    signatures: [`${name}(Tensor input, int64_t ${first}, int64_t ${second})`],
  });
}
export const swapaxes_ = swappingInPlace("swapaxes_", "axis0", "axis1");
export const swapdims_ = swappingInPlace("swapdims_", "dim0", "dim1");

/** Summed down to a shape that would broadcast to its own. */
export const sumToSize = op({
  name: "sum_to_size",
  args: ["self", "size"],
  forward: (self: Tensor, size: Shape): Tensor => {
    check(
      canBroadcastTo(size, self.shape),
      () => `size {[${size.join(", ")}]} is not expandable to size {[${self.shape.join(", ")}]}.`,
    );
    // Where PyTorch sums nothing but says so, small integers become int64 all the same.
    return size.length === 0 && isIntegral(self.dtype) ? sum(self) : sumTo(self, size);
  },
  places: ["Tensor"],
  signatures: ["sum_to_size(Tensor input, IntArrayRef size)"],
});

/** At least `least` dimensions: how a tensor of fewer gets them, by its number of dimensions. */
function atleast(name: string, least: number, grow: readonly ((self: Tensor) => Tensor)[]) {
  return op({
    name,
    args: ["self"],
    forward: (self: Tensor): Tensor => (self.ndim < least ? grow[self.ndim](self) : self),
    places: ["_C"],
    signatures: [`${name}(Tensor input)`],
  });
}
export const atleast1d = atleast("atleast_1d", 1, [(x) => reshape(x, [1])]);
export const atleast2d = atleast("atleast_2d", 2, [(x) => reshape(x, [1, 1]), (x) => unsqueeze(x, 0)]);
export const atleast3d = atleast("atleast_3d", 3, [
  (x) => reshape(x, [1, 1, 1]),
  (x) => unsqueeze(unsqueeze(x, 0), -1),
  (x) => unsqueeze(x, -1),
]);

/** Copies laid next to each other: repeats[i] times along dimension i. */
export const repeat = op({
  name: "repeat",
  args: ["self", "repeats"],
  node: "RepeatBackward0",
  forward: (self: Tensor, repeats: Shape): Tensor => {
    check(
      repeats.length >= self.ndim,
      () => "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor",
    );
    const padded = [...new Array<number>(repeats.length - self.ndim).fill(1), ...self.shape];
    const shape = padded.map((s, i) => s * repeats[i]);
    for (const s of shape)
      check(s >= 0, () => `Trying to create tensor with negative dimension ${s}: [${shape.join(", ")}]`);
    const out = self.rt.empty(shape, self.dtype);
    const n = out.numel * self.dtype.slots;
    if (n === 0) return out;
    const { data, start } = dense(self);
    const size = self.numel * self.dtype.slots;
    // Grow from the innermost dimension: each step lays copies of the blocks made so far next to each other.
    let from = data.subarray(start, start + size) as typeof data;
    let block = self.dtype.slots;
    for (let d = padded.length - 1; d >= 0; d--) {
      block *= padded[d];
      if (repeats[d] !== 1) {
        const to = self.dtype.alloc((from.length * repeats[d]) / self.dtype.slots);
        for (let at = 0, k = 0; at < from.length; at += block)
          for (let r = 0; r < repeats[d]; r++, k += block)
            if (block < 64) for (let i = 0; i < block; i++) to[k + i] = from[at + i];
            else to.set(from.subarray(at, at + block), k);
        from = to;
      }
      block *= repeats[d];
    }
    out.data.set(from);
    return out;
  },
  keep: ([self, repeats]) => ({ self_sizes: self.shape, repeats }),
  vjp: {
    self: (g, { self_sizes, repeats }): Tensor => {
      if (repeats.includes(0)) return g.rt.full(self_sizes, 0, g.dtype);
      const lead = repeats.length - self_sizes.length;
      const split: number[] = [];
      const summed: number[] = [];
      for (const [i, r] of repeats.entries()) {
        if (i < lead || r !== 1) {
          summed.push(split.length);
          split.push(r);
        }
        if (i >= lead) split.push(self_sizes[i - lead]);
      }
      return summed.length === 0 ? g : sum(reshape(g, split), summed);
    },
  },
  formula: {
    out: "\\mathrm{repeat}({self})",
    vjp: { self: "\\textstyle\\sum_{\\text{copies}} {g}" },
    note: "the gradients of all copies add up",
  },
  places: ["Tensor"],
  signatures: ["repeat(Tensor input, IntArrayRef repeats)"],
});

export const tile = op({
  name: "tile",
  args: ["self", "dims"],
  forward: (self: Tensor, dims: Shape): Tensor =>
    repeat(self, dims.length < self.ndim ? [...new Array<number>(self.ndim - dims.length).fill(1), ...dims] : dims),
  places: ["torch", "Tensor"],
  signatures: ["tile(Tensor input, IntArrayRef dims)"],
});
