import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeRunner } from "./node-runner.ts";
import { drive } from "./runner.fixture.ts";

/** Expressions by the rule that they ask for, and what numpy 2.2 and the other packages say beside PyTorch 2.6.0: the value's text, or the error's. */
const CASES: Readonly<Record<string, readonly (readonly [expression: string, said: string])[]>> = {
  "numpy: elements by integers": [
    [
      "a[0], a[-1], m[np.int64(1)], m[1, np.int64(-1)]",
      "(np.float64(0.0), np.float64(2.0), array([3, 4, 5]), np.int64(5))",
    ],
    [
      "said('a[3]'), said('m[0, -4]')",
      "('IndexError: index 3 is out of bounds for axis 0 with size 3', 'IndexError: index -4 is out of bounds for axis 1 with size 3')",
    ],
    [
      "put(m, (1, 2), 7), put(m, 0, a), put(f, 0, 0.1)",
      "(array([[0, 1, 2],\n       [3, 4, 7]]), array([[0, 1, 2],\n       [3, 4, 5]]), array([0.1, 1. ], dtype=float32))",
    ],
    [
      "put(m, (0, 0), 7.9), put(np.array([True, False]), 1, 2.0)",
      "(array([[7, 1, 2],\n       [3, 4, 5]]), array([ True,  True]))",
    ],
    ["[np.array([True, 0])[0]]", "[np.int64(1)]"],
  ],
  "numpy: negative zero": [
    ["(-np.zeros(2))[0], -np.zeros(2), (-torch.zeros(1)).item()", "(np.float64(-0.0), array([-0., -0.]), -0.0)"],
  ],
  "numpy: numbers beside arrays keep its dtype": [
    [
      "f * 2.5, (f + np.float64(1)).dtype, m * 0.5",
      "(array([0. , 2.5], dtype=float32), dtype('float64'), array([[0. , 0.5, 1. ],\n       [1.5, 2. , 2.5]]))",
    ],
    ["np.uint8([1, 2]) / 2, 1 / np.array([2, 4])", "(array([0.5, 1. ]), array([0.5 , 0.25]))"],
  ],
};

const PREAMBLE = `
import json
import numpy as np
import torch

a, m, f = np.arange(3.0), np.arange(6).reshape(2, 3), np.arange(2, dtype=np.float32)

def said(expression):
    try:
        return str(eval(expression))
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def put(x, index, value):
    x = x.copy()
    x[index] = value
    return x
`;

const program = drive(createNodeRunner());
afterAll(() => program.runner.close());

describe("companions say what their packages say", () => {
  const answers = new Map<string, string>();
  beforeAll(async () => {
    const asked = Object.values(CASES).flatMap((cases) => cases.map(([expression]) => expression));
    const list = JSON.stringify(JSON.stringify(asked));
    await program.run("python", `${PREAMBLE}\nprint(json.dumps({e: said(e) for e in json.loads(${list})}))`);
    for (const [expression, said] of Object.entries(JSON.parse(program.printed("out")) as Record<string, string>))
      answers.set(expression, said);
  });

  for (const [rule, cases] of Object.entries(CASES))
    it.each(cases)(`${rule}: %s`, (expression, said) => expect(answers.get(expression)).toBe(said));
});
