import type { Tensor } from "../tensor.ts";
import { type Layer, layer } from "./layer.ts";
import { run } from "./named-operators.ts";
import { pythonText } from "./python-text.ts";

interface Dropout {
  readonly name: string;
  readonly op: string;
  /** Dimensions of an input that has a batch; others get one for the operator. */
  readonly batched?: number;
  readonly doc: string;
}

function dropout({ name, op, batched, doc }: Dropout): Layer {
  return layer({
    name,
    signature: `${name}(double p=0.5, bool inplace=False)`,
    doc,
    inputs: ["input"],
    forward: (self, input) => {
      const { rt } = self;
      const twin = self.get("inplace") === true ? `${op}_` : op;
      const apply = (x: Tensor): Tensor => run(rt, twin, x, self.get("p"), self.training);
      if (batched === undefined || input.ndim === batched) return apply(input);
      return run(rt, "squeeze", apply(run(rt, "unsqueeze", input, 0)), 0);
    },
    extraRepr: (self) => `p=${pythonText(self.get("p"))}, inplace=${pythonText(self.get("inplace"))}`,
  });
}

const CHANNELS = "While training, drops whole channels with probability p.";

export const dropoutLayers: readonly Layer[] = [
  dropout({
    name: "Dropout",
    op: "dropout",
    doc: "While training, sets each element to zero with probability p and scales the others by 1/(1-p).",
  }),
  dropout({ name: "Dropout1d", op: "feature_dropout", batched: 3, doc: CHANNELS }),
  dropout({ name: "Dropout2d", op: "feature_dropout", doc: CHANNELS }),
  dropout({ name: "Dropout3d", op: "feature_dropout", batched: 5, doc: CHANNELS }),
  dropout({
    name: "AlphaDropout",
    op: "alpha_dropout",
    doc: "Dropout that keeps the mean and variance of self-normalising networks.",
  }),
  dropout({
    name: "FeatureAlphaDropout",
    op: "feature_alpha_dropout",
    doc: "Alpha dropout of whole channels.",
  }),
];
