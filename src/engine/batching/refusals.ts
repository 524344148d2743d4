import { runtimeError, sizes, type TorchError } from "../errors.ts";
import type { AnyOpDef } from "../op.ts";
import { broadcastShapes, type Shape } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import type { Batch } from "./batch.ts";

const dynamic = (name: string): string =>
  `vmap: We do not support batching operators that can output dynamic shape. Attempted to vmap over aten::${name}. Please voice your support in https://github.com/pytorch/functorch/issues/256`;

/** Operators that have no result of one shape for all samples, or none that is a tensor. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ["nonzero", dynamic("nonzero")],
  ["argwhere", dynamic("nonzero")],
  ["where", dynamic("where")],
  ["unique", dynamic("_unique2")],
  ["unique_consecutive", dynamic("unique_consecutive")],
  [
    "masked_select",
    "vmap: Attempted to vmap over `mask` in torch.masked_select(self, mask) We cannot support this because for each batch this would return a differently shaped Tensor. Please voice your support in https://github.com/pytorch/functorch/issues/256",
  ],
  [
    "allclose",
    "vmap over torch.allclose isn't supported yet. Please voice your support over at github.com/pytorch/functorch/issues/275",
  ],
  ["equal", "Batching rule not implemented for aten::equal. We could not generate a fallback."],
]);

/** Operators by the names that programs call that PyTorch runs sample by sample, and what its warning calls them. */
const SAMPLE_BY_SAMPLE: ReadonlyMap<string, string> = new Map([
  ["ctc_loss", "ctc_loss.Tensor"],
  ["embedding_bag", "embedding_bag.padding_idx"],
  ["histogram", "histogram.bin_ct"],
  ["isin", "isin.Tensor_Tensor"],
  ["nanquantile", "nanquantile.scalar"],
  ["quantile", "quantile.scalar"],
  ...`bilinear bincount count_nonzero histc index_reduce linalg_lu matrix_exp multi_margin_loss multilabel_margin_loss pdist put
    renorm take triplet_margin_loss vander`
    .split(/\s+/)
    .map((name): [string, string] => [name, name]),
]);

/** Warns of an operator that PyTorch has no batching rule for. Error: it does not vmap the operator at all. */
export function checkSupported(name: string, args: readonly unknown[], b: Batch): void {
  const slow = SAMPLE_BY_SAMPLE.get(name);
  if (slow !== undefined)
    args
      .find((a) => a instanceof Tensor)
      ?.rt.warn(
        "UserWarning",
        `There is a performance drop because we have not yet implemented the batching rule for aten::${slow}. Please file us an issue on GitHub so that we can prioritize its implementation. (Triggered internally at ../aten/src/ATen/functorch/BatchedFallback.cpp:81.)`,
      );
  if ((name === "masked_select" && !b.has(args[1])) || (name === "where" && args.length > 1)) return;
  if (name === "one_hot" && (args[1] === undefined || args[1] === -1))
    throw runtimeError(
      "When vmap-ing torch.nn.functional.one_hot, please provide an explicit positive num_classes argument.",
    );
  const message = UNSUPPORTED.get(name);
  if (message !== undefined) throw runtimeError(message);
}

/** How messages name in-place operators for which PyTorch has a batching rule; the others by their own name and the level. */
const SPOKEN: ReadonlyMap<string, string> = new Map([
  ...[
    "sub_",
    "mul_",
    "div_",
    "copy_",
    "clamp_min_",
    "clamp_max_",
    "logical_and_",
    "logical_or_",
    "logical_xor_",
    "masked_fill_",
  ].map((n): [string, string] => [n, "inplace arithmetic"]),
  ...["fill_", "index_put_", "index_add_", "index_fill_"].map((n): [string, string] => [n, n]),
]);

/** The error of an in-place operator that would have to write all samples into a tensor that holds one. */
export function unbatchedTarget(def: AnyOpDef, self: Tensor, args: readonly unknown[], b: Batch): TorchError {
  if (def.name === "add_" || def.name === "atan2_") {
    const others = args.filter((a): a is Tensor => b.has(a)).map((t): Shape => [b.size, ...t.shape]);
    const shape = others.reduce(broadcastShapes, self.shape);
    return runtimeError(`output with shape ${sizes(self.shape)} doesn't match the broadcast shape ${sizes(shape)}`);
  }
  const spoken = SPOKEN.get(def.name);
  const name = spoken ?? `aten::${def.name}`;
  const where = spoken === undefined ? `at level ${b.level.number}` : "in a vmap";
  return runtimeError(
    `vmap: ${name}(self, *extra_args) is not possible because there exists a Tensor \`other\` in extra_args that has more elements than \`self\`. This happened due to \`other\` being vmapped over but \`self\` not being vmapped over ${where}. Please try to use out-of-place operators instead of ${name}. If said operator is being called inside the PyTorch framework, please file a bug report instead.`,
  );
}
