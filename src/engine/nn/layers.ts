import { activationLayers } from "./activations.ts";
import { convolutionLayers } from "./convolution.ts";
import { dropoutLayers } from "./dropout.ts";
import { embeddingLayers } from "./embedding.ts";
import { imageLayers } from "./images.ts";
import type { Layer } from "./layer.ts";
import { bilinearLayer, distanceLayers, flattenLayer, identityLayer, linearLayer, unflattenLayer } from "./linear.ts";
import { lossLayers } from "./losses.ts";
import { normLayers } from "./norms.ts";
import { poolingLayers } from "./pooling.ts";
import { recurrentLayers } from "./recurrent.ts";
import { recurrentCells } from "./recurrent-cells.ts";

/** Every kind of layer. A new one adds its entry in a file of its family. */
export const LAYERS: readonly Layer[] = [
  linearLayer,
  bilinearLayer,
  identityLayer,
  ...embeddingLayers,
  flattenLayer,
  unflattenLayer,
  ...dropoutLayers,
  ...activationLayers,
  ...convolutionLayers,
  ...poolingLayers,
  ...imageLayers,
  ...normLayers,
  ...recurrentLayers,
  ...recurrentCells,
  ...distanceLayers,
  ...lossLayers,
];
