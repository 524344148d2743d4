import { bool } from "../dtype.ts";
import { check } from "../errors.ts";
import { cabs } from "../kernels/complex.ts";
import { binary, binaryLoop } from "../kernels/elementwise.ts";
import { isMeta, noKernel } from "../meta.ts";
import { op } from "../op.ts";
import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** All equal, and of the same shape. */
export function tensorsEqual(self: Tensor, other: Tensor): boolean {
  checkSameType(self, other);
  if (isMeta(self) || isMeta(other)) throw noKernel("equal");
  if (!sameShape(self.shape, other.shape)) return false;
  const a = self.toArray();
  const b = other.toArray();
  return a.every((x, i) => x === b[i]);
}
export const equal = op({
  name: "equal",
  args: ["self", "other"],
  forward: (self: Tensor): Tensor => self,
  places: ["torch", "Tensor"],
  signatures: [{ text: "equal(Tensor input, Tensor other)", call: tensorsEqual }],
});

function close(self: Tensor, other: Tensor, rtol: number, atol: number, equalNan: boolean): Tensor {
  checkSameType(self, other);
  check(rtol >= 0, () => `rtol must be greater than or equal to zero, but got ${rtol}`);
  check(atol >= 0, () => `atol must be greater than or equal to zero, but got ${atol}`);
  const loop = binaryLoop((a, b) => {
    if (a === b || (equalNan && Number.isNaN(a) && Number.isNaN(b))) return 1;
    return Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= atol + rtol * Math.abs(b) ? 1 : 0;
  });
  return binary(self, other, loop, {
    result: bool,
    complex: (a, b) => [cabs([a[0] - b[0], a[1] - b[1]]) <= atol + rtol * cabs(b) ? 1 : 0, 0],
  });
}
const CLOSE = "(Tensor input, Tensor other, double rtol=1e-05, double atol=1e-08, bool equal_nan=False)";
export const isclose = op({
  name: "isclose",
  args: ["self", "other", "rtol", "atol", "equal_nan"],
  detached: true,
  forward: (self: Tensor, other: Tensor, rtol: number = 1e-5, atol: number = 1e-8, equalNan: boolean = false): Tensor =>
    close(self, other, rtol, atol, equalNan),
  places: ["torch", "Tensor"],
  signatures: [`isclose${CLOSE}`],
});
export const allclose = op({
  name: "allclose",
  args: ["self"],
  forward: (self: Tensor): Tensor => self,
  places: ["torch", "Tensor"],
  signatures: [
    {
      text: `allclose${CLOSE}`,
      call: (self: Tensor, other: Tensor, rtol: number, atol: number, equalNan: boolean): boolean =>
        isclose(self, other, rtol, atol, equalNan)
          .toArray()
          .every((x) => x === 1),
    },
  ],
});
function checkSameType(self: Tensor, other: Tensor): void {
  check(self.dtype === other.dtype, () => `${self.dtype.scalarName} did not match ${other.dtype.scalarName}`);
}
