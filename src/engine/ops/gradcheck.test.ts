import { describe, expect, it } from "vitest";
import { catalog } from "../catalog.ts";
import { arrayGradients } from "./arrays.gradcheck.fixture.ts";
import { functionalGradients } from "./functional.gradcheck.fixture.ts";
import { watchFormulas } from "./gradcheck.fixture.ts";
import { linearAlgebraGradients } from "./linalg.gradcheck.fixture.ts";
import { pointwiseGradients } from "./pointwise.gradcheck.fixture.ts";

/** Derivatives that PyTorch does not have: it raises an error here, and so do we. */
const REFUSED = [
  "igamma by self",
  "igamma_ by self",
  "igammac by self",
  "igammac_ by self",
  "special_zeta by self",
  "asinh_ by self",
  "acosh_ by self",
  "atanh_ by self",
  "unique by self",
  "unique_consecutive by self",
];
/** How a Gamma distribution moves with its parameter: not the derivative of the algorithm that draws from it. */
const OF_A_DISTRIBUTION = ["_standard_gamma by self"];
/** Draws that PyTorch gives a gradient of zeros, whatever they are made of. */
const ZERO = ["normal by mean", "normal by std"];

const used = watchFormulas();
pointwiseGradients();
arrayGradients();
linearAlgebraGradients();
functionalGradients();

describe("gradient checks", () => {
  it("use the derivative of every differentiable operator by each of its inputs", () => {
    const missing = new Set<string>();
    for (const { op } of catalog())
      if (op.def.node !== "NotImplemented")
        for (const [input, formula] of Object.entries(op.def.vjp ?? {}))
          if (!used.has(formula)) missing.add(`${op.def.name} by ${input}`);
    expect([...missing].sort()).toEqual([...REFUSED, ...OF_A_DISTRIBUTION, ...ZERO].sort());
  });
});
