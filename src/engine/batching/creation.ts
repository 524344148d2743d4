import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { BatchRule } from "./batch.ts";

/** Constants in the shape of a batched tensor are batched, so that samples may be written into them. */
const like: BatchRule = { apply: (b, call, [self, ...rest]) => call(b.front(self as Tensor), ...rest) };

const made: BatchRule = {
  apply: (b, call, [self, size, ...rest]) => call(b.front(self as Tensor), [b.size, ...(size as Shape)], ...rest),
};

export const CREATION_RULES: readonly [string, BatchRule][] = [
  ...["zeros_like", "ones_like", "empty_like", "full_like"].map((n): [string, BatchRule] => [n, like]),
  ...["new_zeros", "new_ones", "new_empty", "new_full"].map((n): [string, BatchRule] => [n, made]),
];
