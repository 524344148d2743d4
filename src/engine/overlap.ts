import { runtimeError } from "./errors.ts";
import { isDense } from "./kernels/layout.ts";
import type { Tensor } from "./tensor.ts";

/** Error: elements of a tensor that is to be written stand in one place (an expanded tensor). */
export function checkNoOverlap(self: Tensor): void {
  for (let i = 0; i < self.shape.length; i++)
    if (self.strides[i] === 0 && self.shape[i] > 1)
      throw runtimeError(
        "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.",
      );
}

/** Error: a tensor that is to be written shares some of its memory, but not all in the same order, with one that is read. */
export function checkNoPartialOverlap(out: Tensor, input: Tensor): void {
  if (out === input || out.storage.address !== input.storage.address || out.storage.elements !== null) return;
  // As PyTorch, only where that is easy to see.
  if (out.numel === 0 || input.numel === 0 || !isDense(out) || !isDense(input)) return;
  const [a, b] = [bytesOf(out), bytesOf(input)];
  const same = a.from === b.from && a.to === b.to && out.strides.join() === input.strides.join();
  if (!same && a.from < b.to && b.from < a.to)
    throw runtimeError(
      "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. Please clone() the tensor before performing the operation.",
    );
}

/** Where a dense tensor lies in its storage. */
function bytesOf({ offset, numel, dtype }: Tensor): { readonly from: number; readonly to: number } {
  return { from: offset * dtype.itemsize, to: (offset + numel) * dtype.itemsize };
}
