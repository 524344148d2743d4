import { catalog } from "../catalog.ts";
import { notImplemented } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import { callSurface, type Surface, surfaceOf } from "../schema/bind.ts";
import type { Tensor } from "../tensor.ts";

/** Surfaces by catalogue name; the first of a name wins. Layers and optimisers call operators by the names of PyTorch. */
const SURFACES: ReadonlyMap<string, Surface> = (() => {
  const map = new Map<string, Surface>();
  for (const { name, op } of catalog()) if (!map.has(name)) map.set(name, surfaceOf(op, name));
  return map;
})();

function surfaceNamed(name: string): Surface {
  const s = SURFACES.get(name);
  if (s === undefined) throw notImplemented(`the operator ${name} is not part of Backstep`);
  return s;
}

/** Runs the operator `name` with positional arguments. Errors: the operator's; NotImplementedError when there is none. */
export function run(rt: Runtime, name: string, ...args: unknown[]): Tensor {
  return callSurface(rt, surfaceNamed(name), args) as Tensor;
}

/** Runs the operator `name` on an input, with other arguments by name. */
export function runOn(rt: Runtime, name: string, input: Tensor, named: Readonly<Record<string, unknown>>): Tensor {
  return callSurface(rt, surfaceNamed(name), [input], { ...named }) as Tensor;
}

/** Runs the operator `name` with those of the given arguments that its signature knows. */
export function runWith(rt: Runtime, name: string, given: Readonly<Record<string, unknown>>): Tensor {
  const surface = surfaceNamed(name);
  const known = new Set(surface.overloads.flatMap((o) => o.signature.params.map((p) => p.name)));
  const kwargs = Object.fromEntries(Object.entries(given).filter(([k, v]) => known.has(k) && v !== undefined));
  return callSurface(rt, surface, [], kwargs) as Tensor;
}
