import { expect, it } from "vitest";
import { runSource } from "./program.fixture.ts";

it.each([
  ["const x = tensor([1]);", 'tensor is not defined (write import { tensor } from "backstep" at the top)'],
  [
    'import { tensor } from "backstep"; tensor([1], requires_grad=true);',
    "requires_grad is not defined (keyword arguments are an object at the end: { requiresGrad: … })",
  ],
  ['import { rellu } from "backstep"; rellu();', /named 'rellu' \(did you mean relu\?\)$/],
  ['import { noGRad } from "backstep"; noGRad();', /\(did you mean noGrad\?\)$/],
  ['import { zyx } from "backstep"; zyx();', /named 'zyx'$/],
  [
    'import { nn } from "backstep"; const C: any = nn.Linear; C(1, 2);',
    /without 'new' \(write new before the class\)$/,
  ],
  [
    'import { nn } from "backstep"; (new nn.Linear(1, 1) as any).named_parameters();',
    /is not a function \(names are in camel case here: namedParameters\)$/,
  ],
  [
    'import { nn, tensor } from "backstep"; new nn.CrossEntropyLoss()(tensor([[1, 2]]), tensor([1]));',
    "expected scalar type Long but found Float (numbers make float32: give classes and indices { dtype: int64 })",
  ],
])("%s", async (source, message) => {
  const { failure } = await runSource(source);
  expect(failure?.message).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
});

it("what a program catches has the words of the error alone", async () => {
  const { out } = await runSource("try { tensor; } catch (e) { console.log(e.message); }");
  expect(out).toBe("tensor is not defined\n");
});
