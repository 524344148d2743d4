import { describe, expect, it } from "vitest";
import { collapse, defaultCollapsed } from "./grouping.ts";
import { groupsOf } from "./groups.ts";
import { transformerScene } from "./scenes.fixture.ts";

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
