import { describe, expect, it } from "vitest";
import { groupsOf } from "./groups.ts";
import { mlpScene, sceneBuilder } from "./scenes.fixture.ts";

describe("groups", () => {
  it("follow module calls, and parameters belong to the module that uses them", () => {
    const scene = mlpScene([2, 4, 1]);
    const { groups, paths } = groupsOf(scene);
    expect(groups.map(({ title, depth, operators, parameters }) => [title, depth, operators, parameters])).toEqual([
      ["MLP", 0, 5, 4],
      ["0: Linear", 1, 2, 2],
      ["2: Linear", 1, 2, 2],
    ]);
    const weight = scene.nodes.findIndex(({ names }) => names[0] === "net.0.weight");
    expect(paths[weight]).toEqual(["m:/MLP", "m:/MLP/0: Linear"]);
  });

  it("know what enters and leaves", () => {
    const scene = mlpScene([2, 4, 1], 10);
    const linear = groupsOf(scene).groups.find(({ title }) => title === "2: Linear");
    expect(linear).toMatchObject({ inType: "float32 [10×4]", outType: "float32 [10×1]" });
    expect(linear?.inputs.map((id) => scene.nodes[id]?.op)).toEqual(["tanh"]);
  });

  it("keep a second call of the same module apart", () => {
    const s = sceneBuilder();
    let x = s.leaf("x");
    for (let call = 0; call < 2; call += 1) {
      for (let i = 0; i < 2; i += 1) x = s.op("sin", [x], [], { modules: ["Cell"] });
      x = s.op("cos", [x]);
    }
    const { groups } = groupsOf(s.build());
    expect(groups.map(({ id, title }) => [id, title])).toEqual([
      ["m:/Cell", "Cell"],
      ["m:/Cell#2", "Cell (call 2)"],
    ]);
  });

  it("group by notebook cell, with modules inside", () => {
    const s = sceneBuilder();
    const x = s.op("sin", [s.leaf("x", [], { loc: 0 })], [], { loc: 0 });
    s.op("cos", [s.op("exp", [x], [], { loc: 1, modules: ["M"] })], [], { loc: 1, modules: ["M"] });
    const place = { file: "a.ipynb", line: 1, column: 0, endLine: 1, endColumn: 1, scope: "<module>" };
    const locations = [0, 1].map((cell) => ({ ...place, cell }));
    const { groups } = groupsOf(s.build(), { by: "cell+call", locations });
    expect(groups.map(({ title, kind, depth }) => [title, kind, depth])).toEqual([
      ["cell 1", "cell", 0],
      ["cell 2", "cell", 0],
      ["M", "module", 1],
    ]);
  });
});
