import { notImplemented, runtimeError } from "./errors.ts";
import type { AnyOpDef, OpResult } from "./op.ts";
import type { Runtime } from "./runtime.ts";
import { Tensor } from "./tensor.ts";
import { mapTensors, someTensor } from "./tensors-among.ts";

/**
 * Tensors on the "meta" device have a shape and a dtype, but no data. An operator on them computes with stand-ins that hold one
 * number each, however large their shape, and its results lose their data: what is left is what they would look like.
 */
export const isMeta = (t: Tensor): boolean => t.storage.elements !== null;

/** Operators that take tensors of several devices: copies from one to another, and indices. */
const ANY_DEVICE: ReadonlySet<string> = new Set(["_to_copy", "copy", "index", "index_put"]);

/** Operators whose results' sizes depend on data, with the overload that PyTorch names. */
const OF_DATA: Readonly<Record<string, string>> = {
  argwhere: "nonzero",
  bincount: "bincount",
  linalg_lstsq: "linalg_lstsq.out",
  masked_select: "masked_select",
  nonzero: "nonzero",
  unique: "_unique2",
  unique_consecutive: "unique_consecutive",
};

/** The error of an operator that needs data, named by PyTorch's overload. */
export const noKernel = (overload: string) =>
  notImplemented(
    `aten::${overload}: attempted to run this operator with Meta tensors, but there was no fake impl or Meta kernel registered. You may have run into this message while using an operator with PT2 compilation APIs (torch.compile/torch.export); in order to use this operator with those APIs you'll need to add a fake impl. Please see the following for next steps:  https://pytorch.org/tutorials/advanced/custom_ops_landing_page.html`,
  );

export const noData = () => notImplemented("Cannot copy out of meta tensor; no data!");

/** Is one of the arguments a tensor without data? */
export const anyMeta = (args: readonly unknown[]): boolean => someTensor(args, isMeta);

/** Takes the data away from a result. A view of a tensor without data has none already. */
export function withoutData<R extends OpResult>(result: R): R {
  for (const t of Array.isArray(result) ? result : [result])
    if (!isMeta(t)) t.storage = t.rt.metaStorage(t.dtype, t.storage.data.length / t.dtype.slots);
  return result;
}

/** A tensor of the same shape that takes no room: all its elements are one. */
function standIn(t: Tensor): Tensor {
  const one = t.rt.full([1], t.dtype.kind === "float" ? 1 : 0, t.dtype);
  const made = new Tensor(
    t.rt,
    one.storage,
    0,
    t.shape,
    t.shape.map(() => 0),
    t.dtype,
  );
  made.wrappedNumber = t.wrappedNumber;
  return made;
}

/** Arguments with stand-ins for the tensors without data, which `originals` remembers. */
export function withStandIns(args: readonly unknown[], originals = new Map<Tensor, Tensor>()): unknown[] {
  return mapTensors(args, (t) => {
    if (!isMeta(t)) return t;
    const made = standIn(t);
    originals.set(made, t);
    return made;
  });
}

/** Runs an operator with at least one argument without data. Errors: tensors of two devices, results that depend on data. */
export function runWithoutData<R extends OpResult>(rt: Runtime, def: AnyOpDef, args: readonly unknown[]): R {
  const overload = OF_DATA[def.name];
  if (overload !== undefined) throw noKernel(overload);
  if (!ANY_DEVICE.has(def.name)) checkOneDevice(def.name, args);
  if (def.view !== undefined) return def.forward(...args);
  const originals = new Map<Tensor, Tensor>();
  const draws = rt.generator.snapshot();
  try {
    const out: OpResult = def.forward(...withStandIns(args, originals));
    const own = (t: Tensor): Tensor => originals.get(t) ?? withoutData(t);
    return (Array.isArray(out) ? out.map(own) : own(out)) as R;
  } finally {
    rt.generator.restore(draws);
  }
}

/** Runs a composite operator with at least one argument without data. */
export function composeWithoutData<R extends OpResult>(rt: Runtime, def: AnyOpDef, args: readonly unknown[]): R {
  return withoutData(rt.on("meta", () => def.forward(...args) as R));
}

/** Error: one of the tensors is on another device than the first. Tensors of no dimension go with any; an addend comes last. */
function checkOneDevice(operator: string, args: readonly unknown[]): void {
  const given = operator === "addmm" ? [...args.slice(1), args[0]] : args;
  const tensors = given.flat().filter((a): a is Tensor => a instanceof Tensor && a.ndim > 0);
  const other = tensors.find((t) => isMeta(t) !== isMeta(tensors[0]));
  if (other === undefined) return;
  const name = (t: Tensor): string => (isMeta(t) ? "meta" : "cpu");
  throw runtimeError(`Tensor on device ${name(other)} is not on the expected device ${name(tensors[0])}!`);
}
