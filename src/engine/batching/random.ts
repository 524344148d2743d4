import { runtimeError } from "../errors.ts";
import type { AnyOp, OpResult } from "../op.ts";
import { mul } from "../ops/arithmetic.ts";
import { copy_ } from "../ops/copies.ts";
import { onesLike } from "../ops/creation.ts";
import { select } from "../ops/slicing.ts";
import type { Tensor } from "../tensor.ts";
import { mapTensors } from "../tensors-among.ts";
import type { Batch } from "./batch.ts";
import { sampleBySample } from "./fallback.ts";
import { intoFirst, outOfFirst } from "./joining.ts";

/** Where an operator that draws random numbers has the shape of its result. */
type Draw = "size" | "like" | "mask" | "fill";

const DRAWS: ReadonlyMap<string, Draw> = new Map([
  ...names("size", "rand randn randint randperm normal"),
  ...names(
    "like",
    "rand_like randn_like randint_like bernoulli poisson multinomial _standard_gamma binomial rrelu_with_noise",
  ),
  ...names("mask", "dropout feature_dropout alpha_dropout feature_alpha_dropout"),
  ...names("fill", "uniform_ normal_ bernoulli_ exponential_ random_ geometric_ cauchy_ log_normal_"),
]);

function names(draw: Draw, list: string): [string, Draw][] {
  return list.split(" ").map((n) => [n, draw]);
}

export const drawsRandomNumbers = (name: string): boolean => DRAWS.has(name);

const REFUSED =
  "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform the randomness operation out of vmap";

/** A result as the batch has it, or the same for every sample. */
interface Drawn {
  readonly value: OpResult;
  readonly batched: boolean;
}

/**
 * An operator that draws random numbers under vmap: every sample has its own numbers, or all have the same. Error: the vmap
 * allows none.
 */
export function randomly(b: Batch, call: AnyOp, args: readonly unknown[]): Drawn {
  const draw = DRAWS.get(call.def.name) as Draw;
  const { randomness } = b.level;
  if (draw === "mask" && (args[1] === 0 || args[2] === false))
    return { value: b.lifted(args[0] as Tensor), batched: true };
  if (randomness === "error") throw runtimeError(REFUSED);
  return randomness === "same" ? SAME[draw](b, call, args) : DIFFERENT[draw](b, call, args);
}

type Drawing = (b: Batch, call: AnyOp, args: readonly unknown[]) => Drawn;

/** One sample's arguments. */
const sample = (b: Batch, args: readonly unknown[]): unknown[] =>
  mapTensors(args, (t) => (b.has(t) ? select(t.value, t.dim, 0) : t));
const once: Drawing = (b, call, args) => ({ value: call(...sample(b, args)), batched: false });

const SAME: Readonly<Record<Draw, Drawing>> = {
  size: once,
  like: once,
  mask: (b, call, args) => {
    const [one] = sample(b, args) as [Tensor];
    return { value: mul(b.lifted(args[0] as Tensor), call(onesLike(one), ...args.slice(1)) as Tensor), batched: true };
  },
  fill: (b, call, [self, ...rest]) => {
    const target = self as Tensor;
    if (!b.has(target)) return { value: call(target, ...rest), batched: false };
    const one = onesLike(select(target.value, target.dim, 0));
    return { value: copy_(b.front(target), call(one, ...rest) as Tensor), batched: true };
  },
};

const DIFFERENT: Readonly<Record<Draw, Drawing>> = {
  size: (b, call, args) => {
    const at = call.def.args.indexOf("size");
    const size = args[at];
    if (!Array.isArray(size)) return each(b, call, args);
    return { value: call(...args.with(at, [b.size, ...size])), batched: true };
  },
  like: (b, call, args) => ({ value: call(...mapTensors(args, (t) => b.lifted(t))), batched: true }),
  mask: (b, call, [self, ...rest]) => {
    const x = b.lifted(self as Tensor);
    // Whole channels are dropped: those of all samples.
    if (!call.def.name.startsWith("feature")) return { value: call(x, ...rest), batched: true };
    return { value: outOfFirst(call(intoFirst(x), ...rest) as Tensor, b.size), batched: true };
  },
  fill: (b, call, [self, ...rest]) => {
    const target = self as Tensor;
    if (!b.has(target)) throw runtimeError(UNBATCHED);
    return { value: call(b.front(target), ...rest), batched: true };
  },
};

/** Every sample by itself. */
const each: Drawing = (b, call, args) => ({ value: sampleBySample(b, call, args), batched: true });

const UNBATCHED =
  "vmap: Cannot ask for different inplace randomness on an unbatched tensor. This will appear like same randomness. " +
  "If this is necessary for your usage, please file an issue with functorch.";
