import { expect, it } from "vitest";
import { catalog } from "./catalog.ts";
import { OPERATOR_DOCS, operatorDoc } from "./operator-docs.ts";

const named = (name: string): string => name.replace(/^(linalg|special|fft)_/, "");
/** What front ends show under a public name. */
const shown = catalog().filter(({ name, op }) => !name.startsWith("_") && op.def.places?.some((p) => p !== "_C"));

it("every public operator has a formula or a sentence", () => {
  const silent = shown.filter(({ name, op }) => op.def.formula === undefined && operatorDoc(name) === "");
  // Layers and machinery, which front ends show as other things.
  const machinery = /^(native_|rnn_|gru|lstm)/;
  expect(silent.map((e) => e.name).filter((name) => !machinery.test(name))).toEqual([]);
});

it("no sentence is about nothing", () => {
  const names = new Set(catalog().map((e) => named(e.name)));
  expect(Object.keys(OPERATOR_DOCS).filter((name) => !names.has(name))).toEqual([]);
});
