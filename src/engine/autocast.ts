import { bfloat16, type DType, float32, float64 } from "./dtype.ts";
import { runtimeError } from "./errors.ts";
import type { Runtime } from "./runtime.ts";
import type { Tensor } from "./tensor.ts";
import { mapTensors, tensorsAmong } from "./tensors-among.ts";

/** What torch.autocast does to an operator's floating point arguments before it runs. */
export type CastPolicy = "lower_precision_fp" | "fp32" | "promote";

/**
 * PyTorch's lists for the CPU, by ATen names (aten/src/ATen/autocast_mode.cpp). What is in none runs as it is called. For an LSTM they
 * name its kernel (mkldnn_rnn_layer), which here only ends a layer.
 */
const OPERATORS: Readonly<Record<CastPolicy, string>> = {
  lower_precision_fp: `addbmm addmm baddbmm bmm conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d linalg_vecdot
    linear lstm matmul mm prelu scaled_dot_product_attention`,
  fp32: `adaptive_avg_pool3d adaptive_max_pool3d avg_pool3d binary_cross_entropy binary_cross_entropy_with_logits cdist cholesky
    cholesky_inverse cholesky_solve cosine_embedding_loss cross_entropy_loss ctc_loss fft_fft fft_fft2 fft_fftn fft_hfft fft_ifft
    fft_ifft2 fft_ifftn fft_ihfft fft_irfft fft_irfft2 fft_irfftn fft_rfft fft_rfft2 fft_rfftn fractional_max_pool2d
    fractional_max_pool3d geqrf grid_sampler hinge_embedding_loss huber_loss inverse kl_div l1_loss linalg_cholesky
    linalg_cholesky_ex linalg_cond linalg_eig linalg_eigh linalg_eigvals linalg_eigvalsh linalg_householder_product linalg_inv
    linalg_inv_ex linalg_lstsq linalg_matrix_rank linalg_qr linalg_solve linalg_svd linalg_svdvals linalg_tensorinv
    linalg_tensorsolve lu_solve margin_ranking_loss max_pool3d max_unpool2d max_unpool3d mse_loss multi_margin_loss
    multilabel_margin_loss nanquantile nll_loss orgqr pinverse poisson_nll_loss polar prod qr quantile reflection_pad1d
    reflection_pad2d replication_pad1d replication_pad2d replication_pad3d smooth_l1_loss soft_margin_loss stft svd trace
    triangular_solve triplet_margin_loss view_as_complex`,
  promote: "cat index_copy stack",
};

const POLICIES: ReadonlyMap<string, CastPolicy> = new Map(
  (Object.keys(OPERATORS) as CastPolicy[]).flatMap((policy) =>
    OPERATORS[policy].split(/\s+/).map((name): [string, CastPolicy] => [name, policy]),
  ),
);

/** State of autocast on the CPU (torch.autocast sets it). */
export class Autocast {
  enabled = false;
  dtype: DType = bfloat16;
  /** Are the casts of float32 leaves that need gradients kept until the outermost region ends? */
  cacheEnabled = true;
  nesting = 0;
  private casts = new WeakMap<Tensor, Tensor>();

  clearCache(): void {
    this.casts = new WeakMap();
  }

  /** Runs a kernel: whatever operators it calls keep their arguments. */
  off<T>(body: () => T): T {
    const before = this.enabled;
    this.enabled = false;
    try {
      return body();
    } finally {
      this.enabled = before;
    }
  }

  /** A floating point tensor, unless it is float64, in another dtype. */
  cast(t: Tensor, dtype: DType): Tensor {
    if (t.dtype.kind !== "float" || t.dtype === float64 || t.dtype === dtype) return t;
    const keep =
      this.cacheEnabled && dtype === this.dtype && t.dtype === float32 && t.requiresGrad && t.isLeaf && t.view === null;
    if (!keep) return t.rt.math.cast(t, dtype);
    let made = this.casts.get(t);
    if (made === undefined) {
      made = t.rt.math.cast(t, dtype);
      this.casts.set(t, made);
    }
    return made;
  }

  /** The widest of the dtypes of the floating point tensors. Error: one is neither float32 nor the lower precision. */
  widest(tensors: readonly Tensor[]): DType {
    let widest = this.dtype;
    for (const { dtype } of tensors) {
      if (dtype.kind !== "float" || dtype === float64) continue;
      if (widest === float32 || dtype === float32) widest = float32;
      else if (dtype !== this.dtype) throw runtimeError("Unexpected floating ScalarType in at::autocast::prioritize");
    }
    return widest;
  }
}

function castArguments(autocast: Autocast, policy: CastPolicy, args: readonly unknown[]): unknown[] {
  const dtype =
    policy === "fp32"
      ? float32
      : policy === "lower_precision_fp"
        ? autocast.dtype
        : autocast.widest(tensorsAmong(args));
  return mapTensors(args, (t) => autocast.cast(t, dtype));
}

/** An operator's call as it is inside torch.autocast regions: by the policy for its ATen name, if there is one. */
export function autocasting<A extends unknown[], R>(
  name: string,
  runtimeOf: (args: readonly unknown[]) => Runtime | null,
  call: (...args: A) => R,
): (...args: A) => R {
  const policy = POLICIES.get(name);
  if (policy === undefined) return call;
  return (...args) => {
    const autocast = runtimeOf(args)?.autocast;
    if (!autocast?.enabled) return call(...args);
    const cast = castArguments(autocast, policy, args) as A;
    return autocast.off(() => call(...cast));
  };
}
