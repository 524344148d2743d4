import { describe, expect, it } from "vitest";
import { catalog } from "../catalog.ts";
import { float32, int64 } from "../dtype.ts";
import { createRuntime } from "../engine.ts";
import { TorchError } from "../errors.ts";
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

  // Messages of PyTorch 2.6.0.
  it.each<[string, () => unknown, string]>([
    [
      "one signature beside a deprecated one",
      () => call("add", [x]),
      "add() received an invalid combination of arguments - got (Tensor), but expected (Tensor input, Tensor other, *, Number alpha = 1, Tensor out = None)",
    ],
    [
      "which arguments do not fit signatures of as many parameters",
      () => call("transpose", [x, "a"], {}, true),
      "transpose() received an invalid combination of arguments - got (str), but expected one of:\n * (int dim0, int dim1)\n * (name dim0, name dim1)\n",
    ],
    [
      "a type that is never right",
      () => call("view", [x, "a"], {}, true),
      "view() received an invalid combination of arguments - got (str), but expected one of:\n * (torch.dtype dtype)\n      didn't match because some of the arguments have invalid types: (!str!)\n * (tuple of ints size)\n      didn't match because some of the arguments have invalid types: (!str!)\n",
    ],
    [
      "keywords only, last one first",
      () => call("sum", [x], { axis: null, out: null }, true),
      "sum() received an invalid combination of arguments - got (out=NoneType, axis=NoneType, ), but expected one of:\n * (*, torch.dtype dtype = None)\n      didn't match because some of the keywords were incorrect: out, axis\n * (tuple of ints dim, bool keepdim = False, *, torch.dtype dtype = None)\n * (tuple of names dim, bool keepdim = False, *, torch.dtype dtype = None)\n",
    ],
    [
      "an int that is none behind the first",
      () => call("ones", [2, 3, new FloatScalar(4)]),
      "ones(): argument 'size' failed to unpack the object at pos 3 with error \"type must be tuple of ints,but got float\"",
    ],
    ["two missing ones", () => call("bmm", []), 'bmm() missing 2 required positional argument: "input", "mat2"'],
    [
      "a method without arguments",
      () => call("abs", [x, 1], {}, true),
      "TensorBase.abs() takes no arguments (1 given)",
    ],
    [
      "the same without keywords",
      () => call("abs", [x], { out: x }, true),
      "TensorBase.abs() takes no keyword arguments",
    ],
    ["a value given twice", () => call("exp", [x], { input: x }), "exp() got multiple values for argument 'input'"],
  ])("says like PyTorch: %s", (_what, wrong, message) => {
    expect(wrong).toThrow(new TorchError("TypeError", message));
  });

  it("takes deprecated overloads and warns once", () => {
    const warnings: string[] = [];
    const warning = createRuntime({ warn: (_category, text) => warnings.push(text) });
    const s = surfaces.get("add_");
    if (s === undefined) throw new Error("no add_");
    const t = warning.from([1, 1], [2], float32);
    for (let i = 0; i < 2; i++)
      callSurface(warning, s, [t, new FloatScalar(2), warning.from([1, 3], [2], float32)], {}, true);
    expect(t.toArray()).toEqual([5, 13]);
    expect(warnings).toEqual([
      "This overload of add_ is deprecated:\n\tadd_(Number alpha, Tensor other)\nConsider using one of the following signatures instead:\n\tadd_(Tensor other, *, Number alpha = 1) (Triggered internally at ../torch/csrc/utils/python_arg_parser.cpp:1661.)",
    ]);
  });

  it("adds numbers without any tensor", () => {
    const sum = call("add", [5, new FloatScalar(2)]) as Tensor;
    expect([sum.item(), sum.dtype.name]).toEqual([7, "float32"]);
  });
});
