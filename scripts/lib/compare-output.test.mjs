import { expect, test } from "vitest";
import { differences, sameLine, tellingErrors, tellingLines } from "./compare-output.mjs";

test.each([
  ["loss 0.1234", "loss 0.1235", true],
  ["loss 0.1234", "loss 0.1334", false],
  ["epoch 3", "epoch 4", false],
  ["loss 0.5", "cost 0.5", false],
  ["tensor([ 0.1234, 1.0000])", "tensor([-0.0000, 1.0000])", false],
  ["tensor([-0.0001, 1.0000])", "tensor([0.0001, 1.0000])", true],
  ["tensor([1.0000])", "tensor([ 1.0000])", false],
  ["1.2345e-07", "1.2347e-07", true],
  ["[[0.4546905 ]]", "[[0.45469052]]", true],
  ["nan", "0.1", false],
  ["0.0 nan", "0.0  nan", false],
])("%j and %j say the same: %j", (a, b, same) => {
  expect(sameLine(a, b, 1e-4)).toBe(same);
});

test("addresses, times, progress bars and overwritten text do not count", () => {
  expect(
    tellingLines(
      "<object at 0x7f283ae972a0>\ntook 1.25 seconds\n 50%|#####     | 5/10 [00:01<00:01, 4it/s]\nold\rnew\n\n",
    ),
  ).toEqual(["<object at 0x…>", "took … s", "new"]);
});

test("a line too many does not make the rest differ", () => {
  expect(differences(["a", "b", "c"], ["a", "x", "b", "c"], 0)).toEqual([{ line: 2, peer: [], ours: ["x"] }]);
  expect(differences(["a", "b", "c"], ["a", "c", "d"], 0)).toEqual([
    { line: 2, peer: ["b"], ours: [] },
    { line: 4, peer: [], ours: ["d"] },
  ]);
});

test("of a traceback the program's own frames and the exception count", () => {
  const traceback = (/** @type {string} */ folder, /** @type {string} */ library) =>
    [
      `${folder}a.py:5: UserWarning: slow${library === "" ? "" : " (Triggered internally at ./x.cpp:1.)"}`,
      "  f(x)",
      "Traceback (most recent call last):",
      `  File "${folder}a.py", line 9, in <module>`,
      "    f()",
      ...(library === "" ? [] : [`  File "${library}", line 20, in forward`, "    return g()", "           ^^^"]),
      "ValueError: no",
    ].join("\n");
  const ours = tellingErrors(traceback("", ""), "a.py");
  expect(tellingErrors(traceback("/tmp/", "/usr/lib/x.py"), "a.py")).toEqual(ours);
  expect(ours[0]).toBe("UserWarning: slow");
  expect(ours).toContain("  line 9, in <module>");
  expect(ours.at(-1)).toBe("ValueError: no");
});
