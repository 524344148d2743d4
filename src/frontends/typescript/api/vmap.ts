import { valueError } from "../../../engine/errors.ts";
import { cat } from "../../../engine/ops/joining.ts";
import { narrow } from "../../../engine/ops/slicing.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Randomness } from "../../../engine/transforms/levels.ts";
import { addBatchDim, enterVmap, leave, removeBatchDim } from "../../../engine/transforms/vmap.ts";
import { Tensor } from "./tensor.ts";
import { flatten } from "./tree.ts";

type Fn = (...args: unknown[]) => unknown;
type Dim = number | null;
/** One dimension for all, or one per argument (nested as the argument is); null where it is shared. */
type Dims = Dim | readonly Dims[] | { readonly [key: string]: Dims };

export interface VmapOptions {
  inDims?: Dims;
  outDims?: Dims;
  randomness?: Randomness;
  /** How many samples go at once; all unless given. */
  chunkSize?: number | null;
}

/** The batch dimension of every leaf of the arguments. */
function leafDims(inDims: Dims, args: readonly unknown[]): Dim[] {
  const perArgument = Array.isArray(inDims) ? (inDims as readonly Dims[]) : args.map(() => inDims);
  if (perArgument.length !== args.length)
    throw valueError(
      `vmap: in_dims is not compatible with the structure of \`inputs\`. in_dims has ${perArgument.length} entries but inputs has ${args.length}.`,
    );
  return args.flatMap((arg, i) => {
    const dim = perArgument[i];
    if (typeof dim === "object" && dim !== null) return flatten(dim).leaves as Dim[];
    return flatten(arg).leaves.map((t) => (t instanceof Tensor ? (dim as Dim) : null));
  });
}

function batchSize(leaves: readonly unknown[], dims: readonly Dim[]): number {
  const sizes = leaves.flatMap((t, i) => {
    const dim = dims[i];
    if (dim === null || !(t instanceof Tensor)) return [];
    if (t.ndim === 0 || dim < -t.ndim || dim >= t.ndim)
      throw valueError(
        `vmap: Got in_dim=${dim} for an input, but the input is a Tensor of dimensionality ${t.ndim} so expected in_dim to satisfy -${t.ndim} <= in_dim < ${t.ndim}.`,
      );
    return [t.size(dim)];
  });
  if (sizes.length === 0) throw valueError("vmap: got no inputs that are Tensors or have a batch dimension.");
  if (sizes.some((s) => s !== sizes[0]))
    throw valueError(
      `vmap: Expected all tensors to have the same size in the mapped dimension, got sizes [${sizes.join(", ")}] for the mapped dimension`,
    );
  return sizes[0];
}

/** What a function returned for some samples. */
interface Mapped {
  readonly leaves: readonly unknown[];
  /** Where the batch dimension of each leaf is; null where it is shared. */
  readonly places: readonly Dim[];
  readonly build: (leaves: readonly unknown[]) => unknown;
}

/** torch.func.vmap of one runtime: a function of one sample becomes one of a batch, which runs once for all samples of a chunk. */
export function vmapFunction(rt: Runtime) {
  /** Runs `f` on leaves with `size` samples each. Error: ValueError for a result that is no tensor. */
  const run = (
    f: (leaves: readonly unknown[]) => unknown,
    leaves: readonly unknown[],
    dims: readonly Dim[],
    size: number,
    options: VmapOptions,
  ): Mapped => {
    const level = enterVmap(rt, size, options.randomness ?? "error");
    try {
      const samples = leaves.map((t, k) => {
        const dim = dims[k];
        return dim === null || !(t instanceof Tensor) ? t : Tensor.wrap(addBatchDim(Tensor.raw(t), dim, level));
      });
      const result = flatten(f(samples));
      const outDims = flatten(options.outDims ?? 0).leaves as Dim[];
      const places = result.leaves.map((_, k) => (outDims.length === 1 ? outDims[0] : outDims[k]));
      const whole = result.leaves.map((leaf, k) => {
        const place = places[k];
        if (place === null) return leaf;
        if (!(leaf instanceof Tensor))
          throw valueError(`vmap: the function must only return Tensors, got type ${typeof leaf}`);
        return Tensor.wrap(removeBatchDim(Tensor.raw(leaf), level, place));
      });
      return { leaves: whole, places, build: result.build };
    } finally {
      leave(rt);
    }
  };

  return (f: Fn, options: VmapOptions = {}): Fn =>
    (...args) => {
      const { leaves, build } = flatten(args);
      const dims = leafDims(options.inDims ?? 0, args);
      const size = batchSize(leaves, dims);
      const chunk = options.chunkSize ?? size;
      if (chunk <= 0) throw valueError(`vmap: chunk_size should be None or greater than 0. (got ${chunk})`);
      const state = options.randomness === "same" ? rt.generator.snapshot() : null;
      const runs: Mapped[] = [];
      for (let at = 0; at < size || runs.length === 0; at += chunk) {
        if (state !== null) rt.generator.restore(state);
        const count = Math.min(chunk, size - at);
        const part = count === size ? leaves : leaves.map((t, k) => narrowed(t, dims[k], at, count));
        runs.push(run((samples) => f(...(build(samples) as unknown[])), part, dims, count, options));
      }
      const [first] = runs;
      return first.build(
        first.leaves.map((leaf, k) => {
          const place = first.places[k];
          if (runs.length === 1 || place === null) return leaf;
          return Tensor.wrap(
            cat(
              runs.map((r) => Tensor.raw(r.leaves[k] as Tensor)),
              place,
            ),
          );
        }),
      );
    };
}

/** Samples at … at + count - 1 of a leaf. */
const narrowed = (leaf: unknown, dim: Dim, at: number, count: number): unknown =>
  dim === null || !(leaf instanceof Tensor) ? leaf : Tensor.wrap(narrow(Tensor.raw(leaf), dim, at, count));
