import { grad as runGrad } from "../../../engine/autograd/differentiate.ts";
import { isDifferentiable } from "../../../engine/dtype.ts";
import { notImplemented, TorchError, valueError } from "../../../engine/errors.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import { detach } from "../../../engine/ops/copies.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { contiguousStrides } from "../../../engine/shape.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { Tensor } from "./tensor.ts";

type Fn = (...inputs: Tensor[]) => unknown;

export interface GradcheckOptions {
  /** Step of the central differences. */
  eps?: number;
  atol?: number;
  rtol?: number;
  /** With false a disagreement gives false instead of an error. */
  raiseException?: boolean;
}

const listOf = (x: unknown): unknown[] => (Array.isArray(x) ? x : [x]);

/** The results that can have gradients. */
const outputsOf = (result: unknown): EngineTensor[] =>
  listOf(result).flatMap((o) => (o instanceof Tensor && isDifferentiable(Tensor.raw(o).dtype) ? [Tensor.raw(o)] : []));

/** Which inputs are checked. Errors: ValueError when none requires gradient; complex ones. Warning: not float64. */
function checkedPlaces(rt: Runtime, inputs: readonly Tensor[]): number[] {
  const places = inputs.flatMap((x, i) => (x instanceof Tensor && x.requiresGrad ? [i] : []));
  if (places.length === 0)
    throw valueError(
      "gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True.",
    );
  for (const i of places) {
    const { dtype } = Tensor.raw(inputs[i]);
    if (dtype.kind === "complex") throw notImplemented("gradcheck of complex inputs is not part of Backstep");
    if (dtype.name !== "float64")
      rt.warn(
        "UserWarning",
        `Input #${i} requires gradient and is not a double precision floating point or complex. This check will likely fail if all the inputs are not of double precision floating point or complex. `,
      );
  }
  return places;
}

/** Where element k of a tensor stands in its memory. */
function elementOffset(t: EngineTensor, k: number): number {
  const steps = contiguousStrides(t.shape);
  return t.shape.reduce((at, size, d) => at + (Math.floor(k / steps[d]) % size) * t.strides[d], t.offset);
}

/** The Jacobian of each output by central differences, [elements of x, elements of the output]; x is put back as it was. */
function numericJacobians(f: Fn, inputs: readonly Tensor[], x: EngineTensor, eps: number): number[][][] {
  const values = (): number[][] => outputsOf(f(...inputs)).map((o) => o.toArray());
  const { data } = x.storage;
  const rows = Array.from({ length: x.numel }, (_, k) => {
    const at = elementOffset(x, k);
    const before = data[at];
    data[at] = before - eps;
    const low = values();
    data[at] = before + eps;
    const high = values();
    data[at] = before;
    return high.map((h, j) => h.map((v, i) => (v - low[j][i]) / (2 * eps)));
  });
  return (rows[0] ?? []).map((_, j) => rows.map((r) => r[j]));
}

/** The same Jacobian by one backward pass per element of the output. */
function analyticJacobian(rt: Runtime, x: EngineTensor, output: EngineTensor): number[][] {
  const columns = Array.from({ length: output.numel }, (_, k) => {
    if (!output.requiresGrad) return null;
    const seed = rt.from(
      Array.from({ length: output.numel }, (_, i) => (i === k ? 1 : 0)),
      output.shape,
      output.dtype,
    );
    const [g] = runGrad([output], [x], {
      gradOutputs: [seed],
      retainGraph: true,
      createGraph: false,
      allowUnused: true,
    });
    return g?.toArray() ?? null;
  });
  return Array.from({ length: x.numel }, (_, k) => columns.map((c) => c?.[k] ?? 0));
}

/** |a - b| ≤ atol + rtol |b| everywhere (torch.allclose). */
const close = (a: readonly number[][], b: readonly number[][], atol: number, rtol: number): boolean =>
  a.every((row, k) => row.every((v, i) => Math.abs(v - b[k][i]) <= atol + rtol * Math.abs(b[k][i])));

/** torch.autograd.gradcheck and gradgradcheck of one runtime. */
export function gradcheckExports(rt: Runtime) {
  // The evaluations change the inputs for a moment: they are no part of what a person steps through.
  const unseen = <T>(body: () => T): T => rt.quietly(() => rt.withGrad(true, body));

  const mismatch = (f: Fn, inputs: readonly Tensor[], { eps = 1e-6, atol = 1e-5, rtol = 1e-3 }: GradcheckOptions) => {
    const places = checkedPlaces(rt, inputs);
    const outputs = outputsOf(f(...inputs));
    for (const i of places) {
      const x = Tensor.raw(inputs[i]);
      const numeric = numericJacobians(f, inputs, x, eps);
      for (const [j, o] of outputs.entries()) {
        const analytic = analyticJacobian(rt, x, o);
        if (close(analytic, numeric[j], atol, rtol)) continue;
        const shown = (rows: readonly number[][]) => Tensor.wrap(rt.from(rows.flat(), [x.numel, o.numel], o.dtype));
        return `Jacobian mismatch for output ${j} with respect to input ${i},\nnumerical:${shown(numeric[j])}\nanalytical:${shown(analytic)}\n`;
      }
    }
    return null;
  };

  /**
   * Do the gradients of `f` agree with central differences? Inputs are float64 tensors that require gradient, and whatever else `f`
   * takes. Errors: GradcheckError with both Jacobians; ValueError when no input requires gradient.
   */
  const gradcheck = (f: Fn, inputs: Tensor | readonly Tensor[], options: GradcheckOptions = {}): boolean => {
    const problem = unseen(() => mismatch(f, listOf(inputs) as Tensor[], options));
    if (problem !== null && options.raiseException !== false) throw new TorchError("GradcheckError", problem);
    return problem === null;
  };

  /** gradcheck of the gradient of `f`, for random upstream gradients unless they are given. */
  const gradgradcheck = (
    f: Fn,
    inputs: Tensor | readonly Tensor[],
    gradOutputs: Tensor | readonly Tensor[] | null = null,
    options: GradcheckOptions = {},
  ): boolean => {
    const given = listOf(inputs) as Tensor[];
    const upstream =
      gradOutputs === null
        ? unseen(() => outputsOf(f(...given)).map((o) => Tensor.wrap(run(rt, "randn_like", detach(o))).requiresGrad_()))
        : (listOf(gradOutputs) as Tensor[]);
    const places = given.flatMap((x, i) => (x instanceof Tensor && x.requiresGrad ? [i] : []));
    const gradient = (...all: Tensor[]): Tensor[] => {
      const [xs, gs] = [all.slice(0, given.length), all.slice(given.length)];
      const found = runGrad(
        outputsOf(f(...xs)),
        places.map((i) => Tensor.raw(xs[i])),
        {
          gradOutputs: gs.map(Tensor.raw),
          retainGraph: true,
          createGraph: true,
          allowUnused: true,
        },
      );
      return found.flatMap((g) => (g === null ? [] : [Tensor.wrap(g)]));
    };
    return gradcheck(gradient, [...given, ...upstream], options);
  };
  return { gradcheck, gradgradcheck };
}
