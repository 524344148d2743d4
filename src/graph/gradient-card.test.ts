import { describe, expect, it } from "vitest";
import type { BackwardEdge } from "../trace/events.ts";
import type { OperatorFormula, SceneGraph } from "../trace/graph-model.ts";
import { describeContext } from "./describe.ts";
import { fillFormula, nameLatex, vjpShape } from "./formula-text.ts";
import {
  broadcastWords,
  type CardContext,
  cardValues,
  dotProductText,
  gradientCard,
  reductionWords,
} from "./gradient-card.ts";
import { type TestRun, testRun } from "./run.fixture.ts";
import { SceneLookup } from "./scene-lookup.ts";
import { fanOutScene, regressionScene, sceneBuilder } from "./scenes.fixture.ts";

function contextOf(scene: SceneGraph, run: TestRun, inputs: OperatorFormula["inputs"]): CardContext {
  return {
    ...describeContext(new SceneLookup(scene), run.value, run.view),
    inputs: (node) => scene.edges.filter(({ to }) => to === node),
    formula: (node) => ({ op: scene.nodes[node]?.op ?? "", gradFn: null, forward: "", inputs }),
    forward: (node, output) => run.view.values.get(node)?.[output],
  };
}

function edgeEvent(run: TestRun, edge: number): BackwardEdge {
  return run.events.find((event) => event.kind === "bwd.edge" && event.edge === edge) as BackwardEdge;
}

describe("gradientCard", () => {
  it("scalars: symbol, numbers and arithmetic", () => {
    const scene = fanOutScene();
    const run = testRun(scene, { a: 2, b: -3 });
    const context = contextOf(scene, run, [
      { name: "self", vjp: "{g} \\odot {other}" },
      { name: "other", vjp: "{g} \\odot {self}" },
    ]);
    const card = gradientCard(edgeEvent(run, 0), context);
    expect(card).toMatchObject({
      title: "mul → a",
      sentence: "mul: contribution to a −3.0",
      product: "times",
      shapes: "scalar = scalar × scalar",
      arithmetic: "1.0 × −3.0 = −3.0",
      numbers: "{1.0} \\times {(-3.0)} = -3.0",
      notes: [],
    });
    expect(card.formula).toBe("\\frac{\\partial L}{\\partial a} = {\\frac{\\partial L}{\\partial c}} \\odot {b}");
    expect(card.local).toMatchObject({ symbol: "\\frac{\\partial c}{\\partial a} = {b}", text: "−3.0" });
    expect(cardValues(edgeEvent(run, 0), context)).toContain(card.local?.value);
  });

  it("matrix product: sides, shapes, the operand to show", () => {
    const scene = regressionScene();
    const run = testRun(scene);
    const rules = [
      { name: "self", vjp: "{g}\\,{other}^{\\top}" },
      { name: "other", vjp: "{self}^{\\top}\\,{g}" },
    ];
    const edge = scene.edges.find(({ from }) => scene.nodes[from]?.names[0] === "w")?.id as number;
    const card = gradientCard(edgeEvent(run, edge), contextOf(scene, run, rules));
    expect(card.product).toBe("left");
    expect(card.shapes).toBe("[3×1] = [3×8] · [8×1]");
    expect(card.arithmetic).toBeNull();
    expect(card.local?.value).toBe(run.view.values.get(0)?.[0]);
  });

  it("broadcasting is said in words", () => {
    const scene = regressionScene();
    const run = testRun(scene);
    const edge = scene.edges.find(({ from }) => scene.nodes[from]?.names[0] === "b")?.id as number;
    const rules = [
      { name: "self", vjp: "{g}" },
      { name: "other", vjp: "{g}" },
    ];
    expect(gradientCard(edgeEvent(run, edge), contextOf(scene, run, rules)).notes).toEqual([
      "summed over axis 0 (broadcast)",
    ]);
  });

  it("chosen subgradients are quoted, unknown formulas leave the product out", () => {
    const s = sceneBuilder();
    s.op("relu", [s.leaf("x")], [], { names: ["y"] });
    const scene = s.build();
    const run = testRun(scene, { x: 2 });
    const note = "relu'(0) = 0 is chosen";
    const card = gradientCard(
      edgeEvent(run, 0),
      contextOf(scene, run, [{ name: "self", vjp: "{g} \\odot [{self} > 0]", note }]),
    );
    expect(card.notes).toEqual([note]);
    expect(card.arithmetic).toBe("1.0 × 1.0 = 1.0");
    const unknown = gradientCard(edgeEvent(run, 0), { ...contextOf(scene, run, []), formula: () => undefined });
    expect(unknown).toMatchObject({ product: "other", local: null, numbers: null, arithmetic: null });
  });
});

describe("formula text", () => {
  it("fills placeholders and leaves LaTeX alone", () => {
    expect(fillFormula("\\frac{{g}}{{other}} + \\mathrm{view}({self})", { g: "G", other: "b", self: "a" })).toBe(
      "\\frac{{G}}{{b}} + \\mathrm{view}({a})",
    );
  });

  it.each([
    ["w", "w"],
    ["w1", "w_{1}"],
    ["theta_2", "\\theta_{2}"],
    ["fc1.weight", "\\mathrm{fc1.weight}"],
    ["a_b", "\\mathrm{a\\_b}"],
    ["a tensor", "\\mathrm{a\\ tensor}"],
    ["$x\\y", "\\mathrm{\\$x\\backslash y}"],
  ])("%s is written %s", (name, latex) => {
    expect(nameLatex(name)).toBe(latex);
  });

  it.each([
    ["{g}", "times", "1"],
    ["-{g}", "times", "-1"],
    ["{g} \\odot {other}", "times", "{other}"],
    ["-{g} \\odot \\frac{{self}}{{other}^2}", "times", "-\\frac{{self}}{{other}^2}"],
    ["\\frac{{g}}{{other}}", "times", "\\frac{1}{{other}}"],
    ["{g} / {self}", "times", "\\frac{1}{{self}}"],
    ["{g}\\,{mat2}^{\\top}", "right", "{mat2}^{\\top}"],
    ["{self}^{\\top}\\,{g}", "left", "{self}^{\\top}"],
    ["\\mathrm{view}({g})", "other", null],
  ])("%s is a product of kind %s", (template, kind, local) => {
    expect(vjpShape(template)).toEqual({ kind, local });
  });

  it("broadcast axes", () => {
    expect(broadcastWords([], [])).toBeNull();
    expect(broadcastWords([3], [4, 3])).toBe("summed over axis 0 (broadcast)");
    expect(broadcastWords([1, 3, 1], [4, 3, 2])).toBe("summed over axes 0 and 2 (broadcast)");
    expect(broadcastWords([2], [4, 3])).toBeNull();
    expect(reductionWords(1, [2, 3], [2])).toBe("spread back along axis 1, which the operator reduced");
    expect(reductionWords([-1, 0], [4, 3, 2], [1, 3, 1])).toBe(
      "spread back along axes 0 and 2, which the operator reduced",
    );
    expect(reductionWords(1, [2, 3], [2, 3])).toBeNull();
    expect(reductionWords(undefined, [2, 3], [])).toBeNull();
  });

  it("dot products are written out", () => {
    expect(dotProductText([1, 0.5], [2, 4])).toBe("1.0·2.0 + 0.5·4.0 = 4.0");
  });
});
