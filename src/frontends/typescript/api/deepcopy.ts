import { runtimeError } from "../../../engine/errors.ts";
import { clone, detach } from "../../../engine/ops/copies.ts";
import { isParameter, ModuleBase, Parameter } from "./module.ts";
import { Tensor } from "./tensor.ts";

/**
 * copy.deepcopy: a copy that shares no memory, of tensors, modules, arrays, maps and plain objects; what occurs twice occurs twice
 * in the copy. Functions and other objects stay the same. Error: a tensor that was computed.
 */
export function deepcopy<T>(value: T, known: Map<unknown, unknown> = new Map()): T {
  const found = known.get(value);
  if (found !== undefined) return found as T;
  const made = copied(value, known);
  known.set(value, made);
  return made as T;
}

function copied(value: unknown, known: Map<unknown, unknown>): unknown {
  if (value instanceof Tensor) return copiedTensor(value);
  if (value instanceof ModuleBase) {
    const copy = ModuleBase.bareCopy(value);
    known.set(value, copy);
    // Parametrized tensors and the name that says so: attributes that are computed.
    for (const [key, own] of Object.entries(Object.getOwnPropertyDescriptors(value)))
      if (!own.enumerable && own.configurable) Object.defineProperty(copy, key, own);
    return fill(copy, value, known);
  }
  if (Array.isArray(value)) return value.map((v) => deepcopy(v, known));
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, deepcopy(v, known)]));
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return fill({}, value, known);
  return value;
}

function fill(copy: object, from: object, known: Map<unknown, unknown>): object {
  for (const [key, value] of Object.entries(from)) (copy as Record<string, unknown>)[key] = deepcopy(value, known);
  return copy;
}

function copiedTensor(t: Tensor): Tensor {
  const raw = Tensor.raw(t);
  if (!raw.isLeaf)
    throw runtimeError(
      "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001",
    );
  const fresh = Tensor.wrap(raw.rt.quietly(() => clone(detach(raw))));
  const copy = isParameter(t) ? new Parameter(fresh, raw.requiresGrad) : fresh;
  if (!isParameter(t) && raw.requiresGrad) copy.requiresGrad_(true);
  const { grad } = raw;
  if (grad !== null) copy.grad = Tensor.wrap(raw.rt.quietly(() => clone(detach(grad))));
  return copy;
}
