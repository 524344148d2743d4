import { valueError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { run, runWith } from "./named-operators.ts";

/** torch.nn.functional.local_response_norm: divides by (k + α mean of squares over `size` neighbouring channels)^β. */
export function localResponseNorm(input: Tensor, size: number, alpha: number, beta: number, k: number): Tensor {
  const { rt, shape } = input;
  if (input.ndim < 3)
    throw valueError(
      `Expected 3D or higher dimensionality                          input (got ${input.ndim} dimensions)`,
    );
  if (input.numel === 0) return input;
  const around = [Math.trunc(size / 2), Math.trunc((size - 1) / 2)];
  const squares = run(rt, "mul", input, input);
  let mean: Tensor;
  if (input.ndim === 3) {
    const padded = runWith(rt, "pad", { input: run(rt, "unsqueeze", squares, 1), pad: [0, 0, ...around] });
    mean = run(rt, "squeeze", run(rt, "avg_pool2d", padded, [size, 1], 1), 1);
  } else {
    const volume = run(rt, "view", squares, [shape[0], 1, shape[1], shape[2], -1]);
    const padded = runWith(rt, "pad", { input: volume, pad: [0, 0, 0, 0, ...around] });
    mean = run(rt, "view", run(rt, "squeeze", run(rt, "avg_pool3d", padded, [size, 1, 1], 1), 1), [...shape]);
  }
  return run(rt, "div", input, run(rt, "pow", run(rt, "add", run(rt, "mul", mean, alpha), k), beta));
}
