import { expect, it } from "vitest";
import { float32 } from "../dtype.ts";
import { fillNormal } from "./fill.ts";
import { Generator } from "./generator.ts";

const normals = (n: number, mean = 0, std = 1): Float32Array => {
  const out = new Float32Array(n);
  fillNormal(new Generator(1337), out, n, mean, std, float32, true);
  return out;
};

it("blocks of normals have the bits that PyTorch's vectorised kernel gives", () => {
  // PyTorch 2.6.0: torch.manual_seed(1337); torch.randn(16).view(torch.int32)
  expect([...new Int32Array(normals(16).buffer)]).toEqual([
    1043930160, -1114679829, -1095229294, -1083553065, 1059074600, 1020328496, 1064590082, 1032046889, 1052305594,
    1066761480, -1079195315, -1090348303, 1047633637, -1099593610, -1083453908, 1069910722,
  ]);
});

it("and so all the way through a long array", () => {
  // PyTorch 2.6.0: torch.empty(160000).normal_(0.5, 2.0).view(torch.int32).sum()
  expect(new Int32Array(normals(160_000, 0.5, 2).buffer).reduce((sum, bits) => sum + bits, 0)).toBe(32237022657990);
});
