import { typeError } from "../../../engine/errors.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { deviceOf } from "../../../engine/schema/arguments.ts";
import type { Param } from "../../../engine/schema/parse.ts";
import { type DType, engineDtype } from "./dtypes.ts";
import { folded } from "./names.ts";
import { Tensor } from "./tensor.ts";
import { describeKind, isOptions } from "./values.ts";

/** Which values a parameter's declared type admits; numbers are checked as JavaScript has them. */
const ADMITS: Readonly<Partial<Record<Param["type"], (x: unknown) => boolean>>> = {
  int64_t: (x) => Number.isInteger(x),
  double: (x) => typeof x === "number",
  bool: (x) => typeof x === "boolean",
  str: (x) => typeof x === "string",
  Tensor: (x) => x instanceof Tensor,
  IntArrayRef: (x) => Number.isInteger(x) || (Array.isArray(x) && x.every(Number.isInteger)),
};
const TYPE_NAMES: Readonly<Partial<Record<Param["type"], string>>> = {
  int64_t: "a whole number",
  double: "a number",
  bool: "true or false",
  str: "a string",
  Tensor: "a Tensor",
  IntArrayRef: "whole numbers",
};

/** Arguments of `callee` by the names of its signature: positional ones first, then an object of the others. Error: TypeError. */
export function bindArguments(
  callee: string,
  params: readonly Param[],
  given: readonly unknown[],
): Record<string, unknown> {
  const last = given[given.length - 1];
  const options = isOptions(last) ? last : {};
  const positional = isOptions(last) ? given.slice(0, -1) : given;
  if (positional.length > params.length)
    throw typeError(
      `${callee} takes ${params.length + 1} positional arguments but ${positional.length + 1} were given`,
    );
  const byName = new Map(params.map((p) => [folded(p.name), p.name]));
  const named = new Map<string, unknown>();
  for (const [key, value] of Object.entries(options)) {
    const known = byName.get(folded(key));
    if (known === undefined) throw typeError(`${callee} got an unexpected keyword argument '${key}'`);
    if (value !== undefined) named.set(known, value);
  }
  const out: Record<string, unknown> = {};
  const missing: string[] = [];
  params.forEach((p, i) => {
    const value = positional[i] ?? named.get(p.name);
    if (value === undefined || value === null) {
      if (!p.hasDefault) missing.push(p.name);
      out[p.name] = p.defaultValue;
      return;
    }
    // Convolutions know paddings by name.
    const byName = p.name === "padding" && (value === "same" || value === "valid");
    if (!byName && ADMITS[p.type]?.(value) === false)
      throw typeError(`${callee}: ${p.name} must be ${TYPE_NAMES[p.type]}, not ${describeKind(value)}`);
    out[p.name] = value;
  });
  if (missing.length > 0)
    throw typeError(
      `${callee} missing ${missing.length} required positional argument${missing.length > 1 ? "s" : ""}: ${missing.map((m) => `'${m}'`).join(" and ")}`,
    );
  return out;
}

/** Where new parameters stand: options that every layer with parameters takes, beside its own. */
export interface Factory {
  dtype?: DType | null;
  device?: string | null;
}

/** Takes `dtype` and `device` out of the last argument. */
export function takeFactory(given: readonly unknown[]): { factory: Factory; rest: unknown[] } {
  const last = given[given.length - 1];
  if (!isOptions(last)) return { factory: {}, rest: [...given] };
  const { dtype, device, ...others } = last as Factory & Record<string, unknown>;
  return { factory: { dtype, device }, rest: [...given.slice(0, -1), others] };
}

/** Runs `make` with the dtype asked for in place of the default. Error: a device that is not there. */
export function withFactory<T>(rt: Runtime, { dtype, device }: Factory, make: () => T): T {
  const target = deviceOf(device) ?? rt.device;
  const before = rt.defaultDtype;
  if (dtype !== undefined && dtype !== null) rt.defaultDtype = engineDtype(dtype);
  try {
    return rt.on(target, make);
  } finally {
    rt.defaultDtype = before;
  }
}
