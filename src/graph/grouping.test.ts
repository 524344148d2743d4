import { describe, expect, it } from "vitest";
import { collapse, defaultCollapsed, groupsOf } from "./grouping.ts";
import { mlpScene, sceneBuilder, transformerScene } from "./scenes.fixture.ts";

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
    const { groups } = groupsOf(s.build(), { by: "cell+module", locations });
    expect(groups.map(({ title, kind, depth }) => [title, kind, depth])).toEqual([
      ["cell 1", "cell", 0],
      ["cell 2", "cell", 0],
      ["M", "module", 1],
    ]);
  });
});

describe("collapse", () => {
  it("replaces a group by one node and bundles its edges", () => {
    const scene = transformerScene(1);
    const attn = groupsOf(scene).groups.find(({ title }) => title === "attn")?.id as string;
    const visible = collapse(scene, new Set([attn]));
    const node = visible.nodes.find(({ key }) => key === `g:${attn}`);
    expect(node?.group?.title).toBe("attn");
    const members = visible.nodes.flatMap(({ members: ids }) => ids).sort((a, b) => a - b);
    expect(members).toEqual(scene.nodes.map(({ id }) => id));
    const keys = new Set(visible.nodes.map(({ key }) => key));
    for (const edge of visible.edges) {
      expect(keys.has(edge.from) && keys.has(edge.to)).toBe(true);
      expect(edge.from).not.toBe(edge.to);
    }
    // Three projections read the layer norm's result: one bundle.
    const norm = scene.nodes.find(({ op }) => op === "layer_norm");
    const bundle = visible.edges.filter(({ from, to }) => from === `n${norm?.id}` && to === `g:${attn}`);
    expect(bundle).toHaveLength(1);
    expect(bundle[0]?.edges).toHaveLength(3);
  });

  it("an outer collapsed group hides an inner one, which is still collapsed when the outer opens", () => {
    const scene = transformerScene(1);
    const ids = groupsOf(scene).groups.map(({ id }) => id);
    const outer = ids.find((id) => id.endsWith("Block")) as string;
    const inner = ids.find((id) => id.endsWith("/attn")) as string;
    const both = collapse(scene, new Set([outer, inner]));
    expect(both.nodes.some(({ key }) => key === `g:${inner}`)).toBe(false);
    expect(collapse(scene, new Set([inner])).nodes.some(({ key }) => key === `g:${inner}`)).toBe(true);
  });

  it("big programs open collapsed, small ones open", () => {
    expect(defaultCollapsed(transformerScene(1)).size).toBe(0);
    const big = transformerScene(30);
    const visible = collapse(big, defaultCollapsed(big));
    expect(visible.nodes.length).toBeLessThanOrEqual(80);
    expect(visible.nodes.length).toBeGreaterThan(20);
  });
});
