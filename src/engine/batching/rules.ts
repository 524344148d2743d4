import type { BatchRule } from "./batch.ts";
import { CREATION_RULES } from "./creation.ts";
import { INDEXING_RULES } from "./indexing.ts";
import { LOSS_RULES } from "./losses.ts";
import { NORM_RULES } from "./norms.ts";
import { POINTWISE_RULES } from "./pointwise.ts";
import { PRODUCT_RULES } from "./products.ts";
import { STRUCTURAL_RULES } from "./structural.ts";
import { WINDOW_RULES } from "./windows.ts";

/**
 * How operators work on a batch of samples, by name. A primitive without a rule runs sample by sample; a composite without
 * one is made of operators that have them.
 */
export const RULES: ReadonlyMap<string, BatchRule> = new Map([
  ...POINTWISE_RULES,
  ...STRUCTURAL_RULES,
  ...PRODUCT_RULES,
  ...INDEXING_RULES,
  ...LOSS_RULES,
  ...NORM_RULES,
  ...WINDOW_RULES,
  ...CREATION_RULES,
]);
