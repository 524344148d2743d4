import { notImplemented, valueError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { run } from "./named-operators.ts";
import { type Size, spread } from "./sizes.ts";

/** Resampling operators by mode, with the dimensions of the input each needs. */
const SMOOTH: Readonly<Record<string, { readonly ndim: number; readonly op: string }>> = {
  linear: { ndim: 3, op: "upsample_linear1d" },
  bilinear: { ndim: 4, op: "upsample_bilinear2d" },
  bicubic: { ndim: 4, op: "upsample_bicubic2d" },
  trilinear: { ndim: 5, op: "upsample_trilinear3d" },
};

/** torch.nn.functional.interpolate: the spatial dimensions at another size, or by a factor. */
export function resample(
  input: Tensor,
  size: Size | null,
  factor: Size | null,
  mode: string,
  alignCorners: boolean | null,
): Tensor {
  const { rt } = input;
  if (size !== null && factor !== null) throw valueError("only one of size or scale_factor should be defined");
  if (size === null && factor === null) throw valueError("either size or scale_factor should be defined");
  const dims = input.ndim - 2;
  const output = size === null ? null : spread(single(size), dims);
  const factors = factor === null ? null : spread(factor, dims);
  if (mode === "nearest") return run(rt, `upsample_nearest${dims}d`, input, output, factors);
  if (mode === "nearest-exact") return run(rt, `_upsample_nearest_exact${dims}d`, input, output, factors);
  if (mode === "area") {
    const target = output ?? input.shape.slice(2).map((n, i) => Math.floor(n * (factors as number[])[i]));
    return run(rt, `adaptive_avg_pool${dims}d`, input, target);
  }
  const found = SMOOTH[mode];
  if (found === undefined || found.ndim !== input.ndim)
    throw notImplemented(
      `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${input.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode})`,
    );
  return run(rt, found.op, input, output, alignCorners ?? false, factors);
}

/** A list of one size stands for all dimensions. */
const single = (size: Size): Size => (typeof size !== "number" && size.length === 1 ? size[0] : size);
