import { grad as runGrad } from "../../../engine/autograd/differentiate.ts";
import { runtimeError, typeError } from "../../../engine/errors.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import { detach } from "../../../engine/ops/copies.ts";
import { view } from "../../../engine/ops/views.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { sameShape } from "../../../engine/shape.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { Tensor } from "./tensor.ts";
import { describeKind } from "./values.ts";

type Fn = (...inputs: Tensor[]) => unknown;
type Given = Tensor | readonly Tensor[];
export interface FunctionalOptions {
  createGraph?: boolean;
}

/** One tensor or several, and which of both it was. */
interface Several {
  readonly tensors: EngineTensor[];
  readonly isList: boolean;
}

function several(value: unknown, what: string): Several {
  const isList = Array.isArray(value);
  const list = isList ? (value as unknown[]) : [value];
  const tensors = list.map((v) => {
    if (v instanceof Tensor) return Tensor.raw(v);
    throw typeError(`The ${what} must be either a Tensor or a tuple of Tensors but has type ${describeKind(v)}`);
  });
  return { tensors, isList };
}

/** Inputs to differentiate with respect to: connected to what they came from under createGraph, else leaves of their own. */
const fresh = (inputs: readonly EngineTensor[], createGraph: boolean): EngineTensor[] =>
  inputs.map((t) => {
    if (createGraph && t.requiresGrad) return view(t, t.shape);
    const leaf = detach(t);
    leaf.leafRequiresGrad = true;
    return leaf;
  });

/** The vector of a product; 1 where there is only one element. */
function vectorOf(given: Given | null | undefined, like: readonly EngineTensor[], message: string): EngineTensor[] {
  if (given === null || given === undefined) {
    if (like.length !== 1 || like[0].numel !== 1) throw runtimeError(message);
    return [like[0].rt.full(like[0].shape, 1, like[0].dtype)];
  }
  const { tensors, isList } = several(given, "v");
  if (tensors.length !== like.length)
    throw runtimeError(
      isList
        ? `v is a tuple of invalid length: should be ${like.length} but got ${tensors.length}.`
        : "The given v should contain a single Tensor.",
    );
  tensors.forEach((t, i) => {
    if (!sameShape(t.shape, like[i].shape))
      throw runtimeError(
        `${isList ? `Entry ${i} in ` : ""}v has invalid size: should be torch.Size([${like[i].shape.join(", ")}]) but got torch.Size([${t.shape.join(", ")}]).`,
      );
  });
  return tensors;
}

/** Vector-Jacobian product with zeros where nothing flows; its own graph is recorded. */
function productWithZeros(
  outputs: readonly EngineTensor[],
  inputs: readonly EngineTensor[],
  upstream: readonly (EngineTensor | null)[],
  createGraph = true,
): EngineTensor[] {
  const zeros = (x: EngineTensor): EngineTensor => x.rt.full(x.shape, 0, x.dtype);
  const pairs = outputs.flatMap((o, i) => (o.requiresGrad ? [[o, upstream[i]] as const] : []));
  if (pairs.length === 0) return inputs.map(zeros);
  const grads = runGrad(
    pairs.map(([o]) => o),
    inputs,
    {
      gradOutputs: pairs.map(([, g]) => g),
      retainGraph: true,
      createGraph,
      allowUnused: true,
      materializeGrads: false,
    },
  );
  return grads.map((g, i) => g ?? zeros(inputs[i]));
}

/** Jv: the gradient of uᵀJv with respect to u. */
function pushForward(
  outputs: readonly EngineTensor[],
  inputs: readonly EngineTensor[],
  tangents: readonly EngineTensor[],
  createGraph = true,
): EngineTensor[] {
  const probes = outputs.map((o) => {
    const probe = o.rt.full(o.shape, 0, o.dtype);
    probe.leafRequiresGrad = true;
    return probe;
  });
  return productWithZeros(productWithZeros(outputs, inputs, probes), probes, tangents, createGraph);
}

/** The Jacobian of one output, a tensor of shape [...output, ...input] for each input, by one backward pass per element. */
function jacobianRows(output: EngineTensor, inputs: readonly EngineTensor[], createGraph = true): EngineTensor[] {
  const { rt } = output;
  const flat = run(rt, "reshape", output, [-1]);
  const rows = Array.from({ length: output.numel }, (_, k) =>
    productWithZeros([run(rt, "select", flat, 0, k)], inputs, [null], createGraph),
  );
  return inputs.map((x, i) => {
    const shape = [...output.shape, ...x.shape];
    if (rows.length === 0) return rt.full(shape, 0, output.dtype);
    return run(
      rt,
      "view",
      run(
        rt,
        "stack",
        rows.map((r) => r[i]),
      ),
      shape,
    );
  });
}

const NEEDS_OUTPUT =
  "The vector v can only be None if the user-provided function returns a single Tensor with a single element.";
const NEEDS_INPUT =
  "The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.";

/** torch.autograd.functional of one runtime. */
export function functionalExports(rt: Runtime) {
  const wrapped = (list: readonly EngineTensor[], isList: boolean, createGraph: boolean): Tensor | Tensor[] => {
    const shown = list.map((t) => Tensor.wrap(createGraph ? t : detach(t)));
    return isList ? shown : shown[0];
  };
  const evaluate = (f: Fn, inputs: readonly EngineTensor[]): Several =>
    several(f(...inputs.map(Tensor.wrap)), "outputs of the user-provided function");

  function scalar(f: Fn, inputs: readonly EngineTensor[], where: string): EngineTensor {
    const { tensors, isList } = evaluate(f, inputs);
    if (isList) throw runtimeError(`The function given to ${where} should return a single Tensor`);
    if (tensors[0].numel !== 1)
      throw runtimeError(`The Tensor returned by the function given to ${where} should contain a single element`);
    return tensors[0];
  }

  /** Vector products: outputs, and the product nested as the inputs (or outputs) are. */
  function product(kind: "vjp" | "jvp") {
    return (f: Fn, given: Given, v?: Given | null, { createGraph = false }: FunctionalOptions = {}) =>
      rt.withGrad(true, () => {
        const { tensors, isList } = several(given, `inputs given to ${kind}`);
        const inputs = fresh(tensors, createGraph);
        const outputs = evaluate(f, inputs);
        const result =
          kind === "vjp"
            ? productWithZeros(outputs.tensors, inputs, vectorOf(v, outputs.tensors, NEEDS_OUTPUT), createGraph)
            : pushForward(outputs.tensors, inputs, vectorOf(v, inputs, NEEDS_INPUT), createGraph);
        const nested = kind === "vjp" ? isList : outputs.isList;
        return [wrapped(outputs.tensors, outputs.isList, createGraph), wrapped(result, nested, createGraph)];
      });
  }

  /** Products with the Hessian of a scalar function: value, and vᵀH or Hv. */
  function secondProduct(kind: "vhp" | "hvp") {
    return (f: Fn, given: Given, v?: Given | null, { createGraph = false }: FunctionalOptions = {}) =>
      rt.withGrad(true, () => {
        const { tensors, isList } = several(given, `inputs given to ${kind}`);
        const inputs = fresh(tensors, createGraph);
        const vector = vectorOf(v, inputs, NEEDS_INPUT);
        const value = scalar(f, inputs, kind);
        const first = productWithZeros([value], inputs, [null]);
        const result =
          kind === "vhp"
            ? productWithZeros(first, inputs, vector, createGraph)
            : pushForward(first, inputs, vector, createGraph);
        return [wrapped([value], false, createGraph), wrapped(result, isList, createGraph)];
      });
  }

  function jacobian(f: Fn, given: Given, { createGraph = false }: FunctionalOptions = {}): unknown {
    return rt.withGrad(true, () => {
      const { tensors, isList } = several(given, "inputs given to jacobian");
      const inputs = fresh(tensors, createGraph);
      const outputs = evaluate(f, inputs);
      const rows = outputs.tensors.map((o) => wrapped(jacobianRows(o, inputs, createGraph), isList, createGraph));
      return outputs.isList ? rows : rows[0];
    });
  }

  function hessian(f: Fn, given: Given, options: FunctionalOptions = {}): unknown {
    const { isList } = several(given, "inputs given to hessian");
    const gradient = (...xs: Tensor[]): Tensor[] => {
      const inputs = xs.map(Tensor.raw);
      return productWithZeros([scalar(f, inputs, "hessian")], inputs, [null]).map(Tensor.wrap);
    };
    const rows = jacobian(gradient, given, options) as unknown[];
    return isList ? rows : rows[0];
  }

  return Object.freeze({
    vjp: product("vjp"),
    jvp: product("jvp"),
    vhp: secondProduct("vhp"),
    hvp: secondProduct("hvp"),
    jacobian,
    hessian,
  });
}
