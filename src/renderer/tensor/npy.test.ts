import { describe, expect, it } from "vitest";
import type { ValueSummary } from "../../trace/query.ts";
import { npyBytes } from "./npy.ts";

const npy = (dtype: string, shape: number[], data: (number | string)[]): Uint8Array =>
  npyBytes(
    {
      id: 0,
      shape,
      dtype,
      strides: [],
      storage: 0,
      preview: [],
      text: "",
      stats: null,
      full: true,
      requiresGrad: false,
    } satisfies ValueSummary,
    data,
  );
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const dataOf = (bytes: Uint8Array): Uint8Array => bytes.slice(10 + bytes[8] + 256 * bytes[9]);

describe("NumPy files", () => {
  // The same arrays as numpy 2.2's own np.save wrote them.
  it.each([
    [
      "float32",
      [2, 2],
      [1.5, -0.0, "nan", "-inf"],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAMA/AAAAgAAAwH8AAID/",
    ],
    [
      "float64",
      [],
      [0.1],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqamZmZmZm5Pw==",
    ],
    [
      "float16",
      [5],
      [1, 65504, 2 ** -24, -0.333251953125, "inf"],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDUsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAPP97AQBVtQB8",
    ],
    [
      "int64",
      [1, 2],
      [9007199254740992, -1],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAgAP//////////",
    ],
    [
      "int32",
      [2],
      [7, -8],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGk0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoHAAAA+P///w==",
    ],
    [
      "int16",
      [1],
      [300],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGkyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAosAQ==",
    ],
    [
      "int8",
      [1],
      [-5],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnfGkxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAr7",
    ],
    [
      "uint8",
      [1],
      [250],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAr6",
    ],
    [
      "bool",
      [2],
      [1, 0],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnfGIxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAA==",
    ],
    [
      "complex64",
      [2],
      ["1.5-2j", "0+1.0000000116860974e-7j"],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGM4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAMA/AAAAwAAAAACVv9Yz",
    ],
    [
      "complex128",
      [0],
      [],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGMxNicsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgwLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo=",
    ],
    [
      "float32",
      [2, 0, 3],
      [],
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDAsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo=",
    ],
  ])("%s %j is the file that numpy.save writes", (dtype, shape, data, file) => {
    expect(base64(npy(dtype, shape, data))).toBe(file);
  });

  it("writes bfloat16 as float32, and refuses types that NumPy has not", () => {
    expect([...new Float32Array(dataOf(npy("bfloat16", [2], [1.5, -2])).buffer)]).toEqual([1.5, -2]);
    expect(() => npy("float8_e5m2", [1], [1])).toThrow("NumPy files hold no float8_e5m2.");
  });
});
