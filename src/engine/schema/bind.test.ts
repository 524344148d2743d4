import { describe, expect, it } from "vitest";
import { catalog } from "../catalog.ts";
import { float32, int64 } from "../dtype.ts";
import { createRuntime } from "../engine.ts";
import { FloatScalar } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import { callSurface, surfaceOf } from "./bind.ts";

const rt = createRuntime();
const surfaces = new Map(catalog().map(({ name, op }) => [name, surfaceOf(op, name)]));
const call = (name: string, args: unknown[], kwargs: Record<string, unknown> = {}, method = false): unknown => {
  const s = surfaces.get(name);
  if (s === undefined) throw new Error(`no operator ${name}`);
  return callSurface(rt, s, args, kwargs, method);
};
const x = rt.from([3, 1, 2], [3], float32);
const list = (...items: unknown[]): unknown[] => Object.assign(items, { pyType: "list" });

describe("the argument binder", () => {
  it("takes ints one by one for a list", () => {
    expect((call("view", [x, 3, 1], {}, true) as Tensor).shape).toEqual([3, 1]);
    expect((call("zeros", [2, 3]) as Tensor).shape).toEqual([2, 3]);
  });

  it("knows NumPy's names", () => {
    expect((call("sum", [x], { axis: 0, keepdims: true }) as Tensor).shape).toEqual([1]);
  });

  it("says which argument does not fit", () => {
    expect(() => call("zeros", ["3"])).toThrow(
      "zeros(): argument 'size' (position 1) must be tuple of ints, but found element of type str at pos 0",
    );
    expect(() => call("exp", [new FloatScalar(2)])).toThrow(
      "exp(): argument 'input' (position 1) must be Tensor, not float",
    );
    expect(() => call("topk", [x])).toThrow('topk() missing 1 required positional arguments: "k"');
    expect(() => call("t", [x, 1])).toThrow("t() takes 1 positional argument but 2 were given");
    expect(() => call("exp", [x], { foo: 1 })).toThrow("exp() got an unexpected keyword argument 'foo'");
  });

  it("raises for a wrong element of a list of tensors, whatever other overloads there are", () => {
    expect(() => call("cat", [list(x, 3)])).toThrow("expected Tensor as element 1 in argument 0, but got int");
  });

  it("lists the overloads when several could have been meant", () => {
    expect(() => call("cat", [x, x])).toThrow(
      "cat() received an invalid combination of arguments - got (Tensor, Tensor), but expected one of:\n * (tuple of Tensors tensors, int dim = 0, *, Tensor out = None)\n * (tuple of Tensors tensors, name dim, *, Tensor out = None)\n",
    );
  });

  it("writes results into out=", () => {
    const out = rt.empty([0], float32);
    expect(call("add", [x, 1], { out })).toBe(out);
    expect(out.toArray()).toEqual([4, 2, 3]);
    const pair = [rt.empty([0], float32), rt.empty([0], int64)];
    call("sort", [x], { out: pair });
    expect(pair.map((t) => t.toArray())).toEqual([
      [1, 2, 3],
      [1, 2, 0],
    ]);
  });

  it("refuses out= that does not fit", () => {
    expect(() => call("add", [x, 1], { out: rt.empty([3], int64) })).toThrow(
      "result type Float can't be cast to the desired output type Long",
    );
    const leaf = rt.from([1], [1], float32);
    leaf.leafRequiresGrad = true;
    expect(() => call("add", [leaf, 1], { out: rt.empty([1], float32) })).toThrow(
      "add(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.",
    );
  });

  it("every signature of the catalogue can be read", () => {
    expect(surfaces.size).toBeGreaterThan(300);
  });
});
