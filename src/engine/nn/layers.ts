import { activationLayers } from "./activations.ts";
import { convolutionLayers } from "./convolution.ts";
import type { Layer } from "./layer.ts";
import { dropoutLayer, embeddingLayer, flattenLayer, identityLayer, linearLayer, unflattenLayer } from "./linear.ts";
import { lossLayers } from "./losses.ts";
import { normLayers } from "./norms.ts";

/** Every kind of layer. A new one adds its entry in a file of its family. */
export const LAYERS: readonly Layer[] = [
  linearLayer,
  identityLayer,
  embeddingLayer,
  flattenLayer,
  unflattenLayer,
  dropoutLayer,
  ...activationLayers,
  ...convolutionLayers,
  ...normLayers,
  ...lossLayers,
];
