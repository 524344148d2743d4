import { valueError } from "../../../engine/errors.ts";
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

/** torch.func.vmap of one runtime: a function of one sample becomes one of a batch, which runs once for all samples. */
export function vmapFunction(rt: Runtime) {
  return (f: Fn, { inDims = 0, outDims = 0, randomness = "error" }: VmapOptions = {}): Fn =>
    (...args) => {
      const { leaves, build } = flatten(args);
      const dims = leafDims(inDims, args);
      const level = enterVmap(rt, batchSize(leaves, dims), randomness);
      try {
        const samples = leaves.map((t, k) => {
          const dim = dims[k];
          return dim === null || !(t instanceof Tensor) ? t : Tensor.wrap(addBatchDim(Tensor.raw(t), dim, level));
        });
        const result = flatten(f(...(build(samples) as unknown[])));
        const places = flatten(outDims).leaves as Dim[];
        return result.build(
          result.leaves.map((leaf, k) => {
            const place = places.length === 1 ? places[0] : places[k];
            if (place === null) return leaf;
            if (!(leaf instanceof Tensor))
              throw valueError(`vmap: the function must only return Tensors, got type ${typeof leaf}`);
            return Tensor.wrap(removeBatchDim(Tensor.raw(leaf), level, place));
          }),
        );
      } finally {
        leave(rt);
      }
    };
}
