import { check } from "../errors.ts";
import { op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { conj } from "./complex-parts.ts";
import { transpose } from "./views.ts";

/** Transposes matrices; of complex ones the conjugate, unless `plain`. */
function matrixTranspose(name: string, shown: string, places: readonly ("torch" | "Tensor" | "_C")[], plain: boolean) {
  return op({
    name,
    args: ["self"],
    forward: (self: Tensor): Tensor => {
      check(
        self.ndim !== 1,
        () => `tensor.${shown} is only supported on matrices or batches of matrices. Got 1-D tensor.`,
      );
      const turned = self.ndim === 0 ? self : transpose(self, -2, -1);
      return plain || self.dtype.kind !== "complex" ? turned : conj(turned);
    },
    places,
    signatures: [`${name}(Tensor input)`],
  });
}
export const mT = matrixTranspose("mT", "mT", ["_C"], true);
export const mH = matrixTranspose("mH", "mH", ["_C"], false);
export const adjoint = matrixTranspose("adjoint", "adjoint()", ["torch", "Tensor"], false);

/** Conjugate transpose of a matrix. */
export const hermitian = op({
  name: "H",
  args: ["self"],
  forward: (self: Tensor): Tensor => {
    check(
      self.ndim === 2 || self.ndim === 0,
      () =>
        `tensor.H is only supported on matrices (2-D tensors). Got ${self.ndim}-D tensor.${self.ndim > 2 ? " For batches of matrices, consider using tensor.mH" : ""}`,
    );
    const turned = self.ndim === 0 ? self : transpose(self, 0, 1);
    return self.dtype.kind === "complex" ? conj(turned) : turned;
  },
  places: ["_C"],
  signatures: ["H(Tensor input)"],
});
