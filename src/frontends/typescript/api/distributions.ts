import type { Constraint, DistributionKind, Parameters } from "../../../engine/distributions/kind.ts";
import { DISTRIBUTIONS } from "../../../engine/distributions/kinds.ts";
import { klDivergence as engineKl } from "../../../engine/distributions/kl.ts";
import type { DType } from "../../../engine/dtype.ts";
import { notImplemented, typeError, valueError } from "../../../engine/errors.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Shape } from "../../../engine/shape.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { camelCase, folded } from "./names.ts";
import { Tensor } from "./tensor.ts";
import { describeKind, isOptions } from "./values.ts";

const sizeText = (shape: Shape): string => `torch.Size([${shape.join(", ")}])`;
const tupleText = (shape: Shape): string => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
/** As an f-string shows it: a single number without "tensor(…)". */
const text = (t: EngineTensor): string => Tensor.wrap(t)[Symbol.toPrimitive]("string");

/** Error: values outside of a constraint, in PyTorch's words. */
function checkHolds(constraint: Constraint, t: EngineTensor, head: string, tail: string): void {
  const { rt } = t;
  const holds = rt.quietly(() => run(rt, "all", constraint.holds(t)).item() !== 0);
  if (!holds)
    throw valueError(`${head} (Tensor of shape ${tupleText(t.shape)}) ${tail}, but found invalid values:\n${text(t)}`);
}

/** The parameters of one distribution by their names in the table. */
class Held implements Parameters {
  readonly rt: Runtime;
  readonly given: Readonly<Record<string, EngineTensor>>;
  readonly dtype: DType;
  readonly batchShape: Shape;
  readonly eventShape: Shape;
  private readonly kind: DistributionKind;
  private readonly found = new Map<string, EngineTensor>();

  constructor(rt: Runtime, kind: DistributionKind, given: Readonly<Record<string, EngineTensor>>) {
    this.rt = rt;
    this.kind = kind;
    this.given = given;
    const { eventDims = 0, consumedDims = 0 } = kind;
    const shaping = given[kind.shaping ?? kind.oneOf?.find((n) => n in given) ?? Object.keys(given)[0]];
    this.dtype = shaping.dtype;
    this.batchShape = shaping.shape.slice(0, shaping.ndim - eventDims - consumedDims);
    this.eventShape = eventDims === 0 ? [] : shaping.shape.slice(shaping.ndim - eventDims);
  }
  get = (name: string): EngineTensor => {
    const known = this.given[name] ?? this.found.get(name);
    if (known !== undefined) return known;
    const derive = this.kind.derived?.[name];
    if (derive === undefined) throw typeError(`${this.kind.name} has no parameter ${name}`);
    const made = this.rt.withGrad(true, () => derive(this));
    this.found.set(name, made);
    return made;
  };
}

/** Arguments by the names of the table: positional ones first, then an object of the others. */
function bind(kind: DistributionKind, args: readonly unknown[]): Record<string, unknown> {
  const names = Object.keys(kind.parameters);
  const last = args[args.length - 1];
  const named = isOptions(last) ? last : {};
  const out: Record<string, unknown> = { ...kind.defaults };
  (isOptions(last) ? args.slice(0, -1) : args).forEach((value, i) => {
    if (value !== null && value !== undefined) out[names[i]] = value;
  });
  for (const [key, value] of Object.entries(named)) {
    const name = names.find((n) => folded(n) === folded(key));
    if (name === undefined) throw typeError(`${kind.name}.__init__() got an unexpected keyword argument '${key}'`);
    out[name] = value;
  }
  const required = names.filter((n) => !kind.oneOf?.includes(n) && !(n in out));
  if (required.length > 0)
    throw typeError(`${kind.name}.__init__() missing 1 required positional argument: '${required[0]}'`);
  if (kind.oneOf !== undefined && kind.oneOf.filter((n) => n in out).length !== 1)
    throw valueError(
      kind.oneOf.length === 2
        ? "Either `probs` or `logits` must be specified, but not both."
        : "Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.",
    );
  return out;
}

/** Numbers and tensors as tensors; of one shape where each is a number per sample. */
function tensorsOf(rt: Runtime, kind: DistributionKind, bound: Readonly<Record<string, unknown>>) {
  const values = Object.values(bound);
  const like = values.find((v) => v instanceof Tensor) as Tensor | undefined;
  const dtype = like === undefined ? rt.defaultDtype : Tensor.raw(like).dtype;
  const made = Object.entries(bound).map(([name, v]): [string, EngineTensor] => {
    if (v instanceof Tensor) return [name, Tensor.raw(v)];
    if (typeof v === "number") return [name, rt.full([], v, dtype)];
    throw valueError(`Input arguments must all be numbers or tensors, but ${camelCase(name)} is ${describeKind(v)}`);
  });
  const isScalar = (kind.eventDims ?? 0) + (kind.consumedDims ?? 0) === 0;
  const shaped =
    isScalar && made.length > 1
      ? (run(
          rt,
          "broadcast_tensors",
          made.map(([, t]) => t),
        ) as unknown as EngineTensor[])
      : made.map(([, t]) => t);
  return Object.fromEntries(made.map(([name], i) => [name, shaped[i]]));
}

/** torch.distributions.Distribution: something to sample from, with a density. */
export abstract class Distribution {
  abstract readonly batchShape: readonly number[];
  abstract readonly eventShape: readonly number[];
  abstract readonly hasRsample: boolean;
  abstract rsample(shape?: readonly number[]): Tensor;
  abstract sample(shape?: readonly number[]): Tensor;
  abstract logProb(value: Tensor): Tensor;
  abstract entropy(): Tensor;
  abstract readonly mean: Tensor;
  abstract readonly variance: Tensor;
  get stddev(): Tensor {
    const raw = Tensor.raw(this.variance);
    return Tensor.wrap(run(raw.rt, "sqrt", raw));
  }
}

const lacks = (name: string, what: string) => notImplemented(`${name} does not implement ${what}`);

/** A distribution of a family of the table. */
class FamilyMember extends Distribution {
  readonly kind: DistributionKind;
  readonly held: Held;

  constructor(rt: Runtime, kind: DistributionKind, args: readonly unknown[]) {
    super();
    const given = tensorsOf(rt, kind, bind(kind, args));
    this.kind = kind;
    this.held = new Held(rt, kind, kind.prepare?.(given) ?? given);
    for (const [name, t] of Object.entries(this.held.given)) {
      const constraint = kind.parameters[name];
      const tail = `of distribution ${String(this)} to satisfy the constraint ${constraint.text}`;
      checkHolds(constraint, t, `Expected parameter ${name}`, tail);
    }
    for (const name of new Set([...Object.keys(kind.parameters), ...Object.keys(kind.derived ?? {})]))
      Object.defineProperty(this, camelCase(name), { get: () => Tensor.wrap(this.held.get(name)), enumerable: true });
  }
  get batchShape(): readonly number[] {
    return this.held.batchShape;
  }
  get eventShape(): readonly number[] {
    return this.held.eventShape;
  }
  get hasRsample(): boolean {
    return this.kind.reparameterized === true;
  }
  private shape(samples: readonly number[]): number[] {
    return [...samples, ...this.batchShape, ...this.eventShape];
  }
  rsample(shape: readonly number[] = []): Tensor {
    if (!this.hasRsample) throw notImplemented(`${this.kind.name} has no rsample`);
    return Tensor.wrap(this.kind.sample(this.held, this.shape(shape)));
  }
  sample(shape: readonly number[] = []): Tensor {
    return this.held.rt.withGrad(false, () => Tensor.wrap(this.kind.sample(this.held, this.shape(shape))));
  }
  private checked(value: unknown): EngineTensor {
    if (!(value instanceof Tensor)) throw valueError("The value argument to log_prob must be a Tensor");
    const raw = Tensor.raw(value);
    const { eventShape } = this;
    if (raw.shape.slice(raw.ndim - eventShape.length).join() !== eventShape.join())
      throw valueError(
        `The right-most size of value must match event_shape: ${sizeText(raw.shape)} vs ${sizeText(eventShape)}.`,
      );
    const support = this.kind.support(this.held);
    const tail = `to be within the support (${support.text}) of the distribution ${String(this)}`;
    checkHolds(support, raw, "Expected value argument", tail);
    return raw;
  }
  logProb(value: Tensor): Tensor {
    return Tensor.wrap(this.kind.logProb(this.held, this.checked(value)));
  }
  cdf(value: Tensor): Tensor {
    if (this.kind.cdf === undefined) throw lacks(this.kind.name, "cdf");
    return Tensor.wrap(this.kind.cdf(this.held, this.checked(value)));
  }
  icdf(value: Tensor): Tensor {
    if (this.kind.icdf === undefined) throw lacks(this.kind.name, "icdf");
    return Tensor.wrap(this.kind.icdf(this.held, Tensor.raw(value)));
  }
  entropy(): Tensor {
    if (this.kind.entropy === undefined) throw lacks(this.kind.name, "entropy");
    return Tensor.wrap(this.kind.entropy(this.held));
  }
  get mean(): Tensor {
    return Tensor.wrap(this.kind.mean(this.held));
  }
  get variance(): Tensor {
    return Tensor.wrap(this.kind.variance(this.held));
  }
  get mode(): Tensor {
    if (this.kind.mode === undefined) throw lacks(this.kind.name, "mode");
    return Tensor.wrap(this.kind.mode(this.held));
  }
  /** "Normal(loc: 0.0, scale: 1.0)" */
  override toString(): string {
    const parts = Object.entries(this.held.given).map(
      ([name, t]) =>
        `${name}: ${t.numel === 1 ? (t.ndim === 0 ? String(Tensor.wrap(t)[Symbol.toPrimitive]("string")) : text(t)) : sizeText(t.shape)}`,
    );
    return `${this.kind.name}(${parts.join(", ")})`;
  }
}

/** Takes the last batch dimensions as dimensions of the event. */
export class Independent extends Distribution {
  readonly baseDist: Distribution;
  readonly reinterpretedBatchNdims: number;
  constructor(base: Distribution, reinterpretedBatchNdims: number) {
    super();
    if (reinterpretedBatchNdims > base.batchShape.length)
      throw valueError(
        `Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual ${reinterpretedBatchNdims} vs ${base.batchShape.length}`,
      );
    this.baseDist = base;
    this.reinterpretedBatchNdims = reinterpretedBatchNdims;
  }
  get batchShape(): readonly number[] {
    const { batchShape } = this.baseDist;
    return batchShape.slice(0, batchShape.length - this.reinterpretedBatchNdims);
  }
  get eventShape(): readonly number[] {
    const { batchShape, eventShape } = this.baseDist;
    return [...batchShape.slice(batchShape.length - this.reinterpretedBatchNdims), ...eventShape];
  }
  get hasRsample(): boolean {
    return this.baseDist.hasRsample;
  }
  private summed(t: Tensor): Tensor {
    const raw = Tensor.raw(t);
    const n = this.reinterpretedBatchNdims;
    if (n === 0) return t;
    return Tensor.wrap(run(raw.rt, "sum", run(raw.rt, "reshape", raw, [...raw.shape.slice(0, -n), -1]), -1));
  }
  rsample(shape: readonly number[] = []): Tensor {
    return this.baseDist.rsample(shape);
  }
  sample(shape: readonly number[] = []): Tensor {
    return this.baseDist.sample(shape);
  }
  logProb(value: Tensor): Tensor {
    return this.summed(this.baseDist.logProb(value));
  }
  entropy(): Tensor {
    return this.summed(this.baseDist.entropy());
  }
  /** The divergence from another one of the same kind. */
  divergence(q: Independent): Tensor {
    if (q.reinterpretedBatchNdims !== this.reinterpretedBatchNdims) throw notImplemented("kl_divergence");
    return this.summed(klDivergence(this.baseDist, q.baseDist));
  }
  get mean(): Tensor {
    return this.baseDist.mean;
  }
  get variance(): Tensor {
    return this.baseDist.variance;
  }
  override toString(): string {
    return `Independent(${String(this.baseDist)}, ${this.reinterpretedBatchNdims})`;
  }
}

/** KL(p ‖ q) for each batch element. */
function klDivergence(p: Distribution, q: Distribution): Tensor {
  if (p instanceof Independent && q instanceof Independent) return p.divergence(q);
  if (p instanceof FamilyMember && q instanceof FamilyMember)
    return Tensor.wrap(engineKl(p.kind.name, p.held, q.kind.name, q.held));
  throw notImplemented(`No KL(p || q) is implemented for p type ${describeKind(p)} and q type ${describeKind(q)}`);
}

/** The namespace `distributions` of one runtime. */
export function distributionExports(rt: Runtime): Readonly<Record<string, unknown>> {
  const classes = DISTRIBUTIONS.map((kind) => {
    const C = class extends FamilyMember {
      constructor(...args: unknown[]) {
        super(rt, kind, args);
      }
    };
    Object.defineProperty(C, "name", { value: kind.name });
    return [kind.name, C] as const;
  });
  return Object.freeze({ Distribution, ...Object.fromEntries(classes), Independent, klDivergence });
}
