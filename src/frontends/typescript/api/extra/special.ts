import { run, runWith } from "../../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../../engine/runtime.ts";
import type { Tensor } from "../../../../engine/tensor.ts";
import type { ExtraFunction } from "./extra-function.ts";

/** Names that `special` gives to functions of the top level. */
const SAME: Readonly<Record<string, string>> = {
  digamma: "Tensor input",
  erf: "Tensor input",
  erfc: "Tensor input",
  erfinv: "Tensor input",
  exp2: "Tensor input",
  expm1: "Tensor input",
  i0: "Tensor input",
  log1p: "Tensor input",
  sinc: "Tensor input",
  logit: "Tensor input, double? eps=None",
  round: "Tensor input, *, int64_t decimals=0",
  logsumexp: "Tensor input, IntArrayRef[1] dim, bool keepdim=False",
};
const RENAMED: Readonly<Record<string, readonly [string, string]>> = {
  gammaln: ["lgamma", "Tensor input"],
  psi: ["digamma", "Tensor input"],
  expit: ["sigmoid", "Tensor input"],
  multigammaln: ["mvlgamma", "Tensor input, int64_t p"],
  gammainc: ["igamma", "Tensor input, Tensor other"],
  gammaincc: ["igammac", "Tensor input, Tensor other"],
};

const alias = (name: string, target: string, params: string): ExtraFunction => ({
  signature: `${name}(${params})`,
  doc: `Another name of ${target}.`,
  call: (rt: Runtime, ...args: unknown[]) => run(rt, target, ...args),
});

export const EXTRA_SPECIAL: readonly ExtraFunction[] = [
  ...Object.entries(SAME).map(([name, params]) => alias(name, name, params)),
  ...Object.entries(RENAMED).map(([name, [target, params]]) => alias(name, target, params)),
];

/** Functions of `linalg` that the catalogue keeps private or elsewhere. */
export const EXTRA_LINALG: readonly ExtraFunction[] = [
  {
    signature: "cross(Tensor input, Tensor other, *, int64_t dim=-1)",
    doc: "Cross product of vectors of three numbers.",
    call: (rt, input: Tensor, other: Tensor, dim: number) => runWith(rt, "linalg_cross", { input, other, dim }),
  },
  alias("matmul", "matmul", "Tensor input, Tensor other"),
];
