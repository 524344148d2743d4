import { check } from "./errors.ts";
import { copyTensor } from "./kernels/copy.ts";
import { laidOut, orderOf } from "./kernels/layout.ts";
import type { OpResult } from "./op.ts";
import { isContiguous } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** torch.memory_format: how the dimensions of a tensor are ordered in memory. */
export type MemoryFormat = "contiguous_format" | "preserve_format" | "channels_last" | "channels_last_3d";

/** Formats with channels (dimension 1) innermost: the order of dimensions in memory, outermost first. */
const CHANNELS_LAST: Readonly<Partial<Record<MemoryFormat, readonly number[]>>> = {
  channels_last: [0, 2, 3, 1],
  channels_last_3d: [0, 2, 3, 4, 1],
};

/** A copy without history in a format. Error: it is for tensors of another rank. */
export function copyInFormat(t: Tensor, format: MemoryFormat): Tensor {
  const order = CHANNELS_LAST[format];
  if (order === undefined) return format === "preserve_format" ? laidOut(t, orderOf(t) ?? rowOrder(t)) : copyTensor(t);
  check(t.ndim === order.length, () => `required rank ${order.length} tensor to use ${format} format`);
  return laidOut(t, order);
}
const rowOrder = (t: Tensor): number[] => t.shape.map((_, d) => d);

/** Tensor.is_contiguous(memory_format=…): do the elements lie in this format, without gaps? */
export function isInFormat(t: Tensor, format: MemoryFormat): boolean {
  const order = CHANNELS_LAST[format];
  if (order === undefined) return t.contiguous;
  return (
    t.ndim === order.length &&
    isContiguous(
      order.map((d) => t.shape[d]),
      order.map((d) => t.strides[d]),
    )
  );
}

/** Do strides look channels-last? Where sizes of 1 leave that open they do not (is_channels_last_strides in c10). */
export function isChannelsLast(t: Tensor): boolean {
  const order = Object.values(CHANNELS_LAST).find((o) => o.length === t.ndim);
  if (order === undefined || t.strides[1] === 0) return false;
  let least = 0;
  for (const d of [...order].reverse()) {
    if (t.shape[d] === 0 || t.strides[d] < least || (d === 0 && least === t.strides[1])) return false;
    least = t.strides[d] * Math.max(t.shape[d], 1);
  }
  return true;
}

/** The format that a tensor's strides suggest (suggest_memory_format). */
export const suggestedFormat = (t: Tensor): MemoryFormat =>
  !isChannelsLast(t) ? "contiguous_format" : t.ndim === 4 ? "channels_last" : "channels_last_3d";

/** The results of an operator on channels-last inputs: those of the inputs' rank become channels-last too. */
export function channelsLastResults<R extends OpResult>(out: R): R {
  const turned = (t: Tensor): Tensor => {
    const order = Object.values(CHANNELS_LAST).find((o) => o.length === t.ndim);
    return order === undefined ? t : laidOut(t, order);
  };
  return (out instanceof Tensor ? turned(out) : out.map(turned)) as R;
}
