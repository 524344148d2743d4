import { TorchError, typeError, valueError } from "../../../engine/errors.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { sameShape } from "../../../engine/shape.ts";
import { call } from "./composed.ts";
import type { containers } from "./containers.ts";
import { isParameter, ModuleBase, Parameter } from "./module.ts";
import { Tensor } from "./tensor.ts";
import { describeKind } from "./values.ts";

/** A module that makes a tensor of another one; `rightInverse` makes the original of a value, and is needed to assign one. */
type Parametrization = ModuleBase & { rightInverse?(value: unknown): unknown };

type Lists = Pick<ReturnType<typeof containers>, "ModuleDict" | "ModuleList">;
/** A module by the names of its attributes. */
type Attributes = Record<string, unknown>;
const attributes = (m: ModuleBase): Attributes => m as unknown as Attributes;

/** Error: what a parametrization gave is no tensor of the dtype and shape that the tensor had. */
function checkSame(made: unknown, before: Tensor): asserts made is Tensor {
  if (!(made instanceof Tensor)) throw valueError(`A parametrization must return a tensor. Got ${describeKind(made)}.`);
  if (made.dtype !== before.dtype)
    throw valueError(
      `Registering a parametrization may not change the dtype of the tensor, unless \`unsafe\` flag is enabled.\nunparametrized dtype: ${before.dtype}\nparametrized dtype: ${made.dtype}`,
    );
  if (!sameShape(made.shape, before.shape))
    throw valueError(
      `Registering a parametrization may not change the shape of the tensor, unless \`unsafe\` flag is enabled.\nunparametrized shape: torch.Size([${before.shape.join(", ")}])\nparametrized shape: torch.Size([${made.shape.join(", ")}])`,
    );
}

/** torch.nn.utils.parametrize of one runtime: parameters that are functions of other parameters. */
export function parametrizeExports(rt: Runtime, { ModuleDict, ModuleList }: Lists) {
  /** Parametrized tensors that are computed once, while `cached` runs. */
  let cache: Map<ModuleBase, Tensor> | null = null;

  /** The original tensors of one parametrized tensor, and the functions that make it of them. */
  class ParametrizationList extends ModuleList {
    /** The names of the originals: "original", or "original0", "original1" … where there are several. */
    readonly originals: readonly string[];

    constructor(first: Parametrization, original: Tensor, unsafe: boolean) {
      super([first]);
      const made = rt.withGrad(false, () => first.rightInverse?.(original) ?? original);
      if (made instanceof Tensor) {
        if (made.dtype !== original.dtype)
          throw valueError(
            `When \`right_inverse\` outputs one tensor, it may not change the dtype.\noriginal.dtype: ${original.dtype}\nright_inverse(original).dtype: ${made.dtype}`,
          );
        if (made !== original) original.data = made.data;
        this.originals = ["original"];
        this.hold("original", original, original);
      } else {
        const all = Array.isArray(made) ? (made as Tensor[]) : [];
        if (all.length === 0 || !all.every((t) => t instanceof Tensor))
          throw valueError(
            `'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). Got ${describeKind(made)}`,
          );
        this.originals = all.map((_, i) => `original${i}`);
        for (const [i, t] of all.entries()) this.hold(`original${i}`, t, original);
      }
      if (!unsafe) checkSame(this.value(), original);
    }

    /** What an original becomes: a parameter as the tensor was, or a buffer. */
    private hold(name: string, t: Tensor, like: Tensor): void {
      if (isParameter(like)) this.registerParameter(name, isParameter(t) ? t : new Parameter(t, like.requiresGrad));
      else this.registerBuffer(name, t);
    }

    tensors(): Tensor[] {
      return this.originals.map((name) => attributes(this)[name] as Tensor);
    }
    /** The parametrized tensor. */
    value(): Tensor {
      return call(this) as Tensor;
    }
    override forward(): unknown {
      const [first, ...rest] = this.children();
      return rest.reduce<unknown>((x, f) => call(f, x), call(first, ...this.tensors()));
    }

    /** Sets the originals so that the parametrized tensor becomes `value`. Errors: a function without rightInverse; another dtype. */
    rightInverse(value: Tensor): void {
      const found = rt.withGrad(false, () =>
        this.children().reduceRight<unknown>((x, f: Parametrization) => {
          if (f.rightInverse !== undefined) return f.rightInverse(x);
          throw new TorchError("RuntimeError", `parametrization ${f.className} does not implement right_inverse.`);
        }, value),
      );
      const all = (Array.isArray(found) ? found : [found]) as Tensor[];
      for (const [i, t] of this.tensors().entries()) {
        if (all[i]?.dtype !== t.dtype)
          throw valueError(
            `The tensor returned by \`right_inverse\` has dtype ${all[i]?.dtype} while \`${this.originals[i]}\` has dtype ${t.dtype}`,
          );
        if (all[i] !== t) t.data = all[i].data;
      }
    }
  }

  const listsOf = (module: ModuleBase): InstanceType<typeof ModuleDict> | null => {
    const held = attributes(module)["parametrizations"];
    return held instanceof ModuleDict ? held : null;
  };
  const isParametrized = (module: ModuleBase, name?: string): boolean => {
    const names = listsOf(module)?.keys() ?? [];
    return name === undefined ? names.length > 0 : names.includes(name);
  };
  const listOf = (module: ModuleBase, name: string): ParametrizationList =>
    listsOf(module)?.get(name) as ParametrizationList;

  function computed(list: ParametrizationList): Tensor {
    if (cache === null) return list.value();
    const known = cache.get(list) ?? list.value();
    cache.set(list, known);
    return known;
  }

  /** Reading the attribute computes the tensor, assigning to it sets the originals. `this`, so that copies have their own. */
  const define = (module: ModuleBase, name: string): void => {
    Object.defineProperty(module, name, {
      configurable: true,
      get(this: ModuleBase) {
        return computed(listOf(this, name));
      },
      set(this: ModuleBase, value: Tensor) {
        listOf(this, name).rightInverse(value);
      },
    });
  };

  /**
   * A parameter or buffer becomes a function of its original: `module.weight` is then computed at each use. Errors: no such tensor;
   * the function changes dtype or shape, unless `unsafe`.
   */
  const registerParametrization = <M extends ModuleBase>(
    module: M,
    name: string,
    parametrization: Parametrization,
    { unsafe = false }: { unsafe?: boolean } = {},
  ): M => {
    if (!(parametrization instanceof ModuleBase))
      throw typeError(`a parametrization is a module, not ${describeKind(parametrization)}`);
    parametrization.train(module.training);
    const tensor = attributes(module)[name];
    if (isParametrized(module, name)) {
      if (!unsafe) checkSame(call(parametrization, tensor), tensor as Tensor);
      listOf(module, name).append(parametrization);
      return module;
    }
    if (!(tensor instanceof Tensor))
      throw valueError(
        `Module '${module}' does not have a parameter, a buffer, or a parametrized element with name '${name}'`,
      );
    const list = new ParametrizationList(parametrization, tensor, unsafe);
    ModuleBase.forget(module, name);
    if (!isParametrized(module)) {
      attributes(module)["parametrizations"] = new ModuleDict();
      Object.defineProperty(module, "className", { configurable: true, value: `Parametrized${module.className}` });
    }
    define(module, name);
    listsOf(module)?.addModule(name, list);
    return module;
  };

  /** Undoes it: the tensor keeps its present value, or gets back its original where `leaveParametrized` is false. */
  const removeParametrizations = <M extends ModuleBase>(
    module: M,
    name: string,
    { leaveParametrized = true }: { leaveParametrized?: boolean } = {},
  ): M => {
    if (!isParametrized(module, name)) throw valueError(`Module ${module} does not have a parametrization on ${name}`);
    const list = listOf(module, name);
    let [kept] = list.tensors();
    if (list.originals.length > 1) {
      if (!leaveParametrized)
        throw valueError(
          "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a sequence of tensors.",
        );
      const value = list.value().data;
      kept = isParameter(kept) ? new Parameter(value, kept.requiresGrad) : value;
    } else if (leaveParametrized) kept.data = list.value().data;
    ModuleBase.forget(module, name);
    ModuleBase.forget(listsOf(module) as ModuleBase, name);
    if (isParameter(kept)) module.registerParameter(name, kept);
    else module.registerBuffer(name, kept);
    if (!isParametrized(module)) {
      ModuleBase.forget(module, "parametrizations");
      ModuleBase.forget(module, "className");
    }
    return module;
  };

  return Object.freeze({
    ParametrizationList,
    isParametrized,
    registerParametrization,
    removeParametrizations,
    /** Inside, each parametrized tensor is computed once. */
    cached: <T>(body: () => T): T => {
      const before = cache;
      cache ??= new Map();
      try {
        return body();
      } finally {
        cache = before;
      }
    },
    typeBeforeParametrizations: (module: ModuleBase) => module.constructor,
  });
}
