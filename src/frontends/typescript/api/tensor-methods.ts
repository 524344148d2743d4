import { DTYPES, type DTypeName, type DType as EngineDType } from "../../../engine/dtype.ts";
import { TorchError, typeError } from "../../../engine/errors.ts";
import { type IndexItem, SliceArg } from "../../../engine/index-item.ts";
import { cast, clone } from "../../../engine/ops/copies.ts";
import { getitem, setitem } from "../../../engine/ops/indexing.ts";
import type { Scalar } from "../../../engine/scalar.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { creation, type TensorOptions } from "./creation.ts";
import { DType, engineDtype } from "./dtypes.ts";
import { EXTRA_TORCH } from "./extra/top-level.ts";
import { camelCase } from "./names.ts";
import { asMethod, CALLABLES, type Callable, callablesAt, extraCallable, invoke } from "./operators.ts";
import { Tensor } from "./tensor.ts";
import { describeKind, isOptions, toEngine, toIndexItems } from "./values.ts";

/** Methods and getters of tensors that run operators but are no plain catalogue entries. */
type Method = (this: Tensor, ...args: never[]) => unknown;

const whole = (): SliceArg => new SliceArg(null, null, null);

function pick(t: Tensor, items: readonly IndexItem[]): Tensor {
  return Tensor.wrap(getitem(Tensor.raw(t), items));
}

function put(t: Tensor, items: readonly IndexItem[], value: unknown): Tensor {
  setitem(Tensor.raw(t), items, toEngine(value) as EngineTensor | Scalar);
  return t;
}

/** `x.at(0, "1:3")` is Python's `x[0, 1:3]`. */
const at = function (this: Tensor, ...items: unknown[]): Tensor {
  return pick(this, toIndexItems(items));
};

/** What the class itself has: operators of the same name are left out. */
const WRITTEN = new Set(Object.getOwnPropertyNames(Tensor.prototype));

const METHODS: Readonly<Record<string, Method>> = {
  at,
  index: at,
  /** `x.slice(1, 3)` is `x[1:3]`; `x.slice(0, 2, { dim: 1, step: 1 })`. */
  slice(this: Tensor, start: number | null = null, stop: number | null = null, options: unknown = {}) {
    const { dim = 0, step = null } = isOptions(options) ? (options as { dim?: number; step?: number }) : {};
    const at = dim < 0 ? dim + this.ndim : dim;
    return pick(this, [...Array.from({ length: at }, whole), new SliceArg(start, stop, step)]);
  },
  /** `x.set([0, "1:3"], value)` is `x[0, 1:3] = value`; one index needs no array. */
  set(this: Tensor, index: unknown, value: unknown) {
    return put(this, toIndexItems(Array.isArray(index) ? index : [index]), value);
  },

  /** `x.to(float64)`, `x.to(other)`, `x.to("cpu")`, `x.to(float64, { copy: true })` */
  to(this: Tensor, target: unknown, options: unknown = {}) {
    const settings = (isOptions(target) ? target : isOptions(options) ? options : {}) as {
      dtype?: DType;
      copy?: boolean;
    };
    const raw = Tensor.raw(this);
    const dtype = targetDtype(isOptions(target) ? settings.dtype : target, raw);
    if (dtype !== raw.dtype) return Tensor.wrap(cast(raw, dtype));
    return settings.copy === true ? Tensor.wrap(clone(raw)) : this;
  },
  typeAs(this: Tensor, other: Tensor) {
    return Tensor.wrap(cast(Tensor.raw(this), Tensor.raw(other).dtype));
  },
  newTensor(this: Tensor, data: unknown, options: TensorOptions = {}) {
    const { rt } = Tensor.raw(this);
    return creation(rt).tensor(data, { dtype: this.dtype, ...options });
  },
  where(this: Tensor, condition: unknown, other: unknown) {
    return invoke(Tensor.raw(this).rt, CALLABLES.get("where") as Callable, [condition, this, other], false);
  },
  cpu(this: Tensor) {
    return this;
  },
  cuda(): never {
    throw new TorchError("AssertionError", "Torch not compiled with CUDA enabled");
  },
};

function targetDtype(target: unknown, raw: EngineTensor): EngineDType {
  if (target instanceof DType) return engineDtype(target);
  if (target instanceof Tensor) return Tensor.raw(target).dtype;
  if (target === undefined || target === "cpu") return raw.dtype;
  if (typeof target === "string" && target.startsWith("cuda"))
    throw new TorchError("AssertionError", "Torch not compiled with CUDA enabled");
  throw typeError(`to() takes a dtype, a tensor or "cpu", not ${describeKind(target)}`);
}

/** `x.double()` and its kin. */
export const CONVERSIONS: Readonly<Record<string, DTypeName>> = {
  float: "float32",
  double: "float64",
  half: "float16",
  bfloat16: "bfloat16",
  long: "int64",
  int: "int32",
  short: "int16",
  char: "int8",
  byte: "uint8",
  bool: "bool",
  cfloat: "complex64",
  cdouble: "complex128",
};

/** `x.T`: attributes that are operators without arguments, by catalogue name. */
const GETTERS: Readonly<Record<string, string>> = {
  T: "numpy_T",
  mT: "mT",
  H: "H",
  mH: "mH",
  real: "real",
  imag: "imag",
};

/** Functions of the top level, written here, that are methods too. */
const EXTRA_METHODS: readonly Callable[] = EXTRA_TORCH.filter(({ signature }) =>
  /^(unique|unique_consecutive|is_nonzero)\(/.test(signature),
).map(extraCallable);

/** Operators that are methods of tensors, by their names there; each name once. */
export const OPERATOR_METHODS: ReadonlyMap<string, Callable> = (() => {
  const map = new Map<string, Callable>();
  const written = [WRITTEN, new Set(Object.keys(METHODS)), new Set(Object.keys(CONVERSIONS))];
  for (const c of [...callablesAt("Tensor"), ...EXTRA_METHODS]) {
    const name = camelCase(c.name);
    if (!map.has(name) && !written.some((w) => w.has(name))) map.set(name, c);
  }
  return map;
})();

function define(prototype: object, name: string, value: unknown): void {
  if (Object.hasOwn(prototype, name)) return;
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}

function install(prototype: object): void {
  for (const [name, method] of Object.entries(METHODS)) define(prototype, name, method);
  for (const [name, dtype] of Object.entries(CONVERSIONS))
    define(prototype, name, function (this: Tensor) {
      return Tensor.wrap(cast(Tensor.raw(this), DTYPES[dtype]));
    });
  for (const [name, op] of Object.entries(GETTERS)) {
    const c = CALLABLES.get(op);
    if (c !== undefined && !Object.hasOwn(prototype, name))
      Object.defineProperty(prototype, name, {
        configurable: true,
        get(this: Tensor) {
          return invoke(Tensor.raw(this).rt, c, [this], true);
        },
      });
  }
  for (const [name, c] of OPERATOR_METHODS) {
    const method = asMethod(c);
    Object.defineProperty(method, "name", { value: name });
    define(prototype, name, method);
    // PyTorch's own spelling works too.
    define(prototype, c.name, method);
  }
  define(prototype, "requires_grad_", Tensor.prototype.requiresGrad_);
  define(prototype, "retain_grad", Tensor.prototype.retainGrad);
  define(prototype, "register_hook", Tensor.prototype.registerHook);
  Object.defineProperty(prototype, "requires_grad", Object.getOwnPropertyDescriptor(prototype, "requiresGrad") ?? {});
  Object.defineProperty(prototype, "grad_fn", Object.getOwnPropertyDescriptor(prototype, "gradFn") ?? {});
  Object.defineProperty(prototype, "is_leaf", Object.getOwnPropertyDescriptor(prototype, "isLeaf") ?? {});
  /** `for (const row of x)` takes the first dimension apart. */
  Object.defineProperty(prototype, Symbol.iterator, {
    configurable: true,
    value(this: Tensor) {
      if (this.ndim === 0) throw typeError("iteration over a 0-d tensor");
      const rows = invoke(Tensor.raw(this).rt, CALLABLES.get("unbind") as never, [this, 0], true) as Tensor[];
      return rows[Symbol.iterator]();
    },
  });
  Object.setPrototypeOf(prototype, indexing());
}

const INTEGER = /^-?(?:0|[1-9]\d*)$/;

/**
 * The prototype of the prototype: properties that tensors do not have. `x[0]` picks, `x[0] = value` overwrites; looking up
 * what tensors do have never comes here, so it costs nothing.
 */
function indexing(): object {
  return new Proxy(Object.create(Object.prototype) as object, {
    get(target, key, receiver): unknown {
      if (typeof key === "string" && INTEGER.test(key) && receiver instanceof Tensor)
        return pick(receiver, [Number(key)]);
      return Reflect.get(target, key, receiver);
    },
    set(target, key, value, receiver): boolean {
      if (typeof key === "string" && INTEGER.test(key) && receiver instanceof Tensor) {
        put(receiver, [Number(key)], value);
        return true;
      }
      return Reflect.set(target, key, value, receiver);
    },
  });
}

install(Tensor.prototype);
