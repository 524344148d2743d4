/** Runs programs on the real engine with a recorder attached, for tests. */
import { type BackwardArgs, backward } from "../engine/autograd/differentiate.ts";
import { float32 } from "../engine/dtype.ts";
import { createRuntime } from "../engine/engine.ts";
import type { Runtime } from "../engine/runtime.ts";
import type { Tensor } from "../engine/tensor.ts";
import { createRecorder, type Recorder, type RecorderOptions } from "./recorder.ts";

export interface Program {
  rt: Runtime;
  recorder: Recorder;
  /** A named tensor; `grad` makes it a leaf that requires a gradient. */
  tensor(name: string, values: number[], shape?: number[], grad?: boolean): Tensor;
  backward(t: Tensor, args?: BackwardArgs): void;
  name(t: Tensor, name: string): Tensor;
}

export function record(body: (p: Program) => void, options?: RecorderOptions): Recorder {
  const rt = createRuntime();
  const recorder = createRecorder(options);
  rt.observer = recorder;
  body({
    rt,
    recorder,
    tensor(name, values, shape = [], grad = false) {
      const t = rt.from(values, shape, float32);
      t.leafRequiresGrad = grad;
      if (name !== "") recorder.nameTensor(t, name);
      return t;
    },
    backward: (t, args) => backward([t], args),
    name(t, name) {
      recorder.nameTensor(t, name);
      return t;
    },
  });
  recorder.finish();
  return recorder;
}
