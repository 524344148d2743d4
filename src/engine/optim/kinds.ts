import { adadelta, adamax, nadam, radam } from "./adaptive-kinds.ts";
import { adagrad, adam, adamW, rmsprop, sgd } from "./basic-kinds.ts";
import { lbfgs } from "./lbfgs.ts";
import type { OptimizerKind } from "./optimizer.ts";
import { adafactor, asgd, rprop } from "./rare-kinds.ts";

/** Every optimiser. A new one adds its entry here. */
export const OPTIMIZERS: readonly OptimizerKind[] = [
  sgd,
  adam,
  adamW,
  rmsprop,
  adagrad,
  adadelta,
  adamax,
  nadam,
  radam,
  asgd,
  rprop,
  adafactor,
  lbfgs,
];
