import { expect, it } from "vitest";
import { integerPower } from "./integer-power.ts";

it("rounds powers correctly", () => {
  // From exact rational arithmetic.
  expect(integerPower(0.9, 7)).toBe(0.4782969000000001);
  expect(integerPower(0.999, 10)).toBe(0.9900448802097482);
  expect(integerPower(0.9, 1000)).toBe(1.7478712517226947e-46);
  expect(integerPower(0.5, 3)).toBe(0.125);
  expect(integerPower(3, 0)).toBe(1);
});
