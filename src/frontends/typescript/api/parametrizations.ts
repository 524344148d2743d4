import { TorchError, valueError } from "../../../engine/errors.ts";
import { run, runOn } from "../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { ModuleBase } from "./module.ts";
import type { parametrizeExports } from "./parametrize.ts";
import { Tensor } from "./tensor.ts";

const OUTPUT_FIRST = /^ConvTranspose[123]d$/;
const wrap = Tensor.wrap;
const raw = Tensor.raw;

/** ‖v‖ over all dimensions but `dim`, which stay with size 1; over all for dim -1. */
function normExceptDim(rt: Runtime, v: EngineTensor, dim: number): EngineTensor {
  if (dim === -1) return run(rt, "norm", v);
  const others = v.shape.map((_, d) => d).filter((d) => d !== dim);
  return run(rt, "norm", v, 2, others, true);
}

/** torch.nn.utils.parametrizations of one runtime: weight norm, spectral norm, orthogonal matrices. */
export function parametrizationExports(
  rt: Runtime,
  { registerParametrization }: Pick<ReturnType<typeof parametrizeExports>, "registerParametrization">,
) {
  abstract class Own extends ModuleBase {
    get runtime(): Runtime {
      return rt;
    }
  }

  /** g v/‖v‖: length and direction apart (Salimans and Kingma 2016). */
  class _WeightNorm extends Own {
    readonly dim: number;
    constructor(dim: number | null) {
      super();
      this.dim = dim ?? -1;
    }
    override forward(length: Tensor, direction: Tensor): Tensor {
      const v = raw(direction);
      return wrap(run(rt, "mul", v, run(rt, "div", raw(length), normExceptDim(rt, v, this.dim))));
    }
    rightInverse(weight: Tensor): Tensor[] {
      return [wrap(normExceptDim(rt, raw(weight), this.dim)), weight];
    }
  }

  /** W/σ(W), the largest singular value σ by power iteration (Miyato et al. 2018). */
  class _SpectralNorm extends Own {
    readonly dim: number;
    readonly eps: number;
    readonly nPowerIterations: number;
    declare _u: Tensor;
    declare _v: Tensor;

    constructor(weight: Tensor, nPowerIterations: number, dim: number, eps: number) {
      super();
      const { ndim } = weight;
      if (dim >= ndim || dim < -ndim)
        throw new TorchError(
          "IndexError",
          `Dimension out of range (expected to be in range of [-${ndim}, ${ndim - 1}] but got ${dim})`,
        );
      if (nPowerIterations <= 0)
        throw valueError(`Expected n_power_iterations to be positive, but got n_power_iterations=${nPowerIterations}`);
      this.dim = dim < 0 ? dim + ndim : dim;
      this.eps = eps;
      this.nPowerIterations = nPowerIterations;
      if (ndim === 1) return;
      const matrix = this.matrix(raw(weight));
      const drawn = matrix.shape.map((n) => run(rt, "normal_", rt.empty([n], matrix.dtype)));
      for (const [i, name] of ["_u", "_v"].entries()) this.registerBuffer(name, wrap(this.unit(drawn[i])));
      this.iterate(matrix, 15);
    }
    private unit(x: EngineTensor): EngineTensor {
      return rt.withGrad(false, () => runOn(rt, "normalize", x, { dim: 0, eps: this.eps }));
    }
    private matrix(weight: EngineTensor): EngineTensor {
      const others = weight.shape.map((_, d) => d).filter((d) => d !== this.dim);
      const first = this.dim === 0 ? weight : run(rt, "permute", weight, [this.dim, ...others]);
      return run(rt, "flatten", first, 1);
    }
    private iterate(matrix: EngineTensor, times: number): void {
      rt.withGrad(false, () => {
        const [u, v] = [raw(this._u), raw(this._v)];
        for (let i = 0; i < times; i++) {
          run(rt, "copy_", u, this.unit(run(rt, "mv", matrix, v)));
          run(rt, "copy_", v, this.unit(run(rt, "mv", run(rt, "t", matrix), u)));
        }
      });
    }
    override forward(weight: Tensor): Tensor {
      const w = raw(weight);
      if (w.ndim === 1) return wrap(runOn(rt, "normalize", w, { dim: 0, eps: this.eps }));
      const matrix = this.matrix(w);
      if (this.training) this.iterate(matrix, this.nPowerIterations);
      const [u, v] = [run(rt, "clone", raw(this._u)), run(rt, "clone", raw(this._v))];
      return wrap(run(rt, "div", w, run(rt, "vdot", u, run(rt, "mv", matrix, v))));
    }
    rightInverse(value: Tensor): Tensor {
      return value;
    }
  }

  const weightOf = (module: ModuleBase, name: string): Tensor => {
    const weight = (module as unknown as Record<string, unknown>)[name];
    if (weight instanceof Tensor) return weight;
    throw valueError(`Module '${module}' has no parameter or buffer with name '${name}'`);
  };

  return Object.freeze({
    /** The parameter becomes length (original0) times direction (original1); `dim` keeps its lengths apart, null has one length. */
    weightNorm: <M extends ModuleBase>(module: M, name = "weight", options: { dim?: number | null } = {}): M =>
      registerParametrization(module, name, new _WeightNorm(options.dim === undefined ? 0 : options.dim), {
        unsafe: true,
      }),
    /** The parameter is divided by its largest singular value, which each training call approximates a little better. */
    spectralNorm: <M extends ModuleBase>(
      module: M,
      name = "weight",
      { nPowerIterations = 1, eps = 1e-12, dim }: { nPowerIterations?: number; eps?: number; dim?: number | null } = {},
    ): M => {
      const weight = weightOf(module, name);
      const own = dim ?? (OUTPUT_FIRST.test(module.className) ? 1 : 0);
      return registerParametrization(module, name, new _SpectralNorm(weight, nPowerIterations, own, eps));
    },
  });
}
