import type { Runtime, SavedTensorHooks } from "../../../engine/runtime.ts";
import { Tensor } from "./tensor.ts";
import { needTensor } from "./values.ts";

/** Runs a function whose saved tensors hooks take. */
export function withSavedHooks<R>(rt: Runtime, hooks: SavedTensorHooks, body: () => R): R {
  rt.savedHooks.push(hooks);
  try {
    return body();
  } finally {
    rt.savedHooks.pop();
  }
}

/** torch.autograd.graph. */
export function graphExports(rt: Runtime) {
  /** Inside `body`, what backward passes need is kept as `pack` makes it of the tensor, and `unpack` gives the tensor back. */
  const savedTensorsHooks = <P, R>(pack: (t: Tensor) => P, unpack: (packed: P) => Tensor, body: () => R): R =>
    withSavedHooks(
      rt,
      {
        pack: (t) => pack(Tensor.wrap(t)),
        unpack: (packed) => needTensor(unpack(packed as P), "what unpack gives"),
      },
      body,
    );
  return Object.freeze({ savedTensorsHooks });
}
