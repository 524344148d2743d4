import { tripletMarginWithDistanceLoss } from "../../../engine/nn/loss-functions.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { Binder, type Composed } from "./composed.ts";
import { ModuleBase } from "./module.ts";
import { Tensor } from "./tensor.ts";
import { needTensor } from "./values.ts";

export const TRIPLET_LOSS: Composed = {
  name: "TripletMarginWithDistanceLoss",
  signature:
    "TripletMarginWithDistanceLoss(object distance_function=None, double margin=1.0, bool swap=False, str reduction='mean')",
  doc: "As TripletMarginLoss, with any distance between two batches of vectors.",
  types: { distanceFunction: "((a: Tensor, b: Tensor) => Tensor) | null" },
  forward: "forward(Tensor anchor, Tensor positive, Tensor negative)",
  result: "Tensor",
};

interface TripletOptions {
  distanceFunction?: ((a: Tensor, b: Tensor) => Tensor) | null;
  margin?: number;
  swap?: boolean;
  reduction?: string;
}

/** nn.functional.tripletMarginWithDistanceLoss: the distance is a function of the program's. */
export function tripletLossFunction(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletOptions = {},
): Tensor {
  const { distanceFunction: own, margin = 1, swap = false, reduction = "mean" } = options;
  const [a, p, n] = [anchor, positive, negative].map((t) => needTensor(t, "tripletMarginWithDistanceLoss: input"));
  const distance = own ? (x: typeof a, y: typeof a) => Tensor.raw(own(Tensor.wrap(x), Tensor.wrap(y))) : null;
  return Tensor.wrap(tripletMarginWithDistanceLoss(a, p, n, distance, margin, swap, reduction));
}

/** nn.TripletMarginWithDistanceLoss of one runtime. */
export function tripletLossClass(rt: Runtime) {
  const binder = new Binder(TRIPLET_LOSS);
  return class TripletMarginWithDistanceLoss extends ModuleBase {
    readonly options: TripletOptions;
    constructor(...given: unknown[]) {
      super();
      this.options = binder.made(given).bound as TripletOptions;
    }
    get runtime(): Runtime {
      return rt;
    }
    override forward(...given: unknown[]): Tensor {
      const { anchor, positive, negative } = binder.called(given) as Record<string, Tensor>;
      return tripletLossFunction(anchor, positive, negative, this.options);
    }
  };
}
