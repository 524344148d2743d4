import type { Place } from "../../../engine/op.ts";
import { parseSignature } from "../../../engine/schema/parse.ts";
import { EXTRA_ACTIVATIONS } from "./extra/activations.ts";
import type { ExtraFunction } from "./extra/extra-function.ts";
import { EXTRA_FFT } from "./extra/fft.ts";
import { EXTRA_LAYERS } from "./extra/layers.ts";
import { EXTRA_LINALG, EXTRA_SPECIAL } from "./extra/special.ts";
import { EXTRA_TORCH } from "./extra/top-level.ts";
import { EXTRA_VISION } from "./extra/vision.ts";
import { type Callable, callablesAt, extraCallable } from "./operators.ts";

/** A namespace of functions, for the API and for its declarations. */
export type Namespace = "torch" | "functional" | "linalg" | "special" | "fft";

/** A function of a namespace: its name in PyTorch's spelling and what it calls. */
export interface Exposed {
  readonly name: string;
  readonly callable: Callable;
}

const PLACES: Readonly<Record<Namespace, Place>> = {
  torch: "torch",
  functional: "F",
  linalg: "linalg",
  special: "special",
  fft: "fft",
};

/** Kernels of recurrent networks take bare lists of weights: they serve the Python front end's layers. */
const HIDDEN = /^(_|rnn_|gru|lstm|native_)/;

const EXTRA: Readonly<Partial<Record<Namespace, readonly ExtraFunction[]>>> = {
  torch: EXTRA_TORCH,
  functional: [...EXTRA_ACTIVATIONS, ...EXTRA_LAYERS, ...EXTRA_VISION],
  linalg: EXTRA_LINALG,
  special: EXTRA_SPECIAL,
  fft: EXTRA_FFT,
};

function exposedIn(namespace: Namespace): readonly Exposed[] {
  const prefix = new RegExp(`^${namespace}_`);
  const found = new Map<string, Exposed>();
  for (const extra of EXTRA[namespace] ?? []) {
    const { name } = parseSignature(extra.signature);
    found.set(name, { name, callable: extraCallable(extra) });
  }
  for (const callable of callablesAt(PLACES[namespace])) {
    const name = callable.name.replace(prefix, "");
    if (!HIDDEN.test(name) && !found.has(name)) found.set(name, { name, callable });
  }
  return [...found.values()];
}

/** Functions of every namespace, in a fixed order. */
export const EXPOSED: Readonly<Record<Namespace, readonly Exposed[]>> = {
  torch: exposedIn("torch"),
  functional: exposedIn("functional"),
  linalg: exposedIn("linalg"),
  special: exposedIn("special"),
  fft: exposedIn("fft"),
};
