import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SceneGraph } from "../trace/graph-model.ts";
import { collapse } from "./grouping.ts";
import { layoutScene } from "./layout.ts";
import type { Box, Layout, VisibleGraph } from "./picture.ts";
import {
  chainScene,
  fanOutScene,
  mlpScene,
  scalarNetScene,
  sceneBuilder,
  sharedParameterScene,
  transformerScene,
  tutorialScene,
} from "./scenes.fixture.ts";

const scenes: [string, SceneGraph][] = [
  ["fan-out", fanOutScene()],
  ["tutorial", tutorialScene()],
  ["MLP", mlpScene([2, 16, 16, 1])],
  ["scalar network", scalarNetScene([2, 6, 6, 1])],
  ["transformer", transformerScene(2)],
  ["shared parameters", sharedParameterScene(12)],
];

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function inside(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** The laws every layout obeys. */
function check(graph: SceneGraph | VisibleGraph, layout: Layout, acyclic = true): void {
  const visible = "groups" in graph ? graph : collapse(graph);
  const sorted = [...layout.nodes].sort((a, b) => a.x - b.x);
  sorted.forEach((node, i) => {
    for (let j = i + 1; j < sorted.length && (sorted[j] as Box).x < node.x + node.width; j += 1) {
      expect(overlap(node, sorted[j] as Box), `${node.key} over ${sorted[j]?.key}`).toBe(false);
    }
    expect(inside(node, layout.bounds)).toBe(true);
  });
  const box = new Map(layout.nodes.map((node) => [node.key, node]));
  visible.edges.forEach((edge, i) => {
    const path = layout.edges[i]?.path as number[];
    expect(path.length % 6).toBe(2);
    expect(path.every(Number.isFinite)).toBe(true);
    const from = box.get(edge.from) as Box;
    const to = box.get(edge.to) as Box;
    const down = layout.direction === "down";
    if (acyclic) {
      expect(down ? to.y >= from.y + from.height : to.x >= from.x + from.width, `${edge.from} → ${edge.to}`).toBe(true);
      // The path starts at the producer's far side and ends at the consumer's near side.
      const [x, y] = path as [number, number];
      const [endX, endY] = path.slice(-2) as [number, number];
      expect(down ? y : x).toBeCloseTo(down ? from.y + from.height : from.x + from.width, 0);
      expect(down ? endY : endX).toBeCloseTo(down ? to.y : to.x, 0);
      expect(down ? x : y).toBeGreaterThanOrEqual((down ? from.x : from.y) - 1);
      expect(down ? x : y).toBeLessThanOrEqual((down ? from.x + from.width : from.y + from.height) + 1);
      // Never backwards.
      for (let at = down ? 3 : 2; at < path.length; at += 2) {
        expect(path[at] as number).toBeGreaterThanOrEqual((path[at - 2] as number) - 1e-6);
      }
    }
    for (let at = 0; at < path.length; at += 2) {
      expect(inside({ x: path[at] as number, y: path[at + 1] as number, width: 0, height: 0 }, layout.bounds)).toBe(
        true,
      );
    }
  });
}

/** Sampled points of an edge that lie inside a node which is neither of its ends. */
function crossedNodes(layout: Layout, graph: VisibleGraph): string[] {
  const crossed: string[] = [];
  graph.edges.forEach((edge, e) => {
    const path = layout.edges[e]?.path as number[];
    for (let at = 0; at + 7 < path.length; at += 6) {
      for (const t of [0, 0.25, 0.5, 0.75, 1]) {
        const s = 1 - t;
        const [x, y] = [0, 1].map(
          (axis) =>
            s * s * s * (path[at + axis] as number) +
            3 * s * s * t * (path[at + 2 + axis] as number) +
            3 * s * t * t * (path[at + 4 + axis] as number) +
            t * t * t * (path[at + 6 + axis] as number),
        ) as [number, number];
        for (const node of layout.nodes) {
          if (node.key === edge.from || node.key === edge.to) continue;
          const hit = x > node.x + 1 && x < node.x + node.width - 1 && y > node.y + 1 && y < node.y + node.height - 1;
          if (hit) crossed.push(`${edge.key} through ${node.key}`);
        }
      }
    }
  });
  return crossed;
}

/** Random directed acyclic graphs of operators and leaves. */
const randomScene = fc
  .array(fc.array(fc.nat({ max: 30 }), { maxLength: 3 }), { minLength: 1, maxLength: 40 })
  .map((recipe) => {
    const s = sceneBuilder();
    recipe.forEach((inputs, i) => {
      if (inputs.length === 0 || i === 0) s.leaf(`p${i}`, i % 3 === 0 ? [4, 4] : []);
      else
        s.op(
          "op",
          inputs.map((input) => input % i),
          [],
          { names: i % 4 === 0 ? [`variable${i}`] : [], modules: i % 5 === 0 ? [] : ["M", `sub${i % 3}`] },
        );
    });
    return s.build();
  });

describe("layoutScene", () => {
  it.each(scenes)("%s: no overlap, edges flow down, all in bounds", (_, scene) => {
    check(scene, layoutScene(scene));
    check(scene, layoutScene(scene, { detail: "compact" }));
    check(scene, layoutScene(scene, { direction: "right" }));
  });

  it.each(scenes)("%s: no edge runs through a foreign node", (_, scene) => {
    expect(crossedNodes(layoutScene(scene), collapse(scene))).toEqual([]);
  });

  it("holds for random graphs with groups open", () => {
    fc.assert(
      fc.property(randomScene, fc.constantFrom("down" as const, "right" as const), (scene, direction) => {
        check(scene, layoutScene(scene, { direction }));
      }),
      { numRuns: 60 },
    );
  });

  it("holds for random graphs with any groups collapsed, where cycles can appear", () => {
    fc.assert(
      fc.property(randomScene, fc.infiniteStream(fc.boolean()), (scene, flip) => {
        const ids = collapse(scene).groups.map(({ id }) => id);
        const visible = collapse(scene, new Set(ids.filter(() => flip.next().value)));
        check(visible, layoutScene(visible), false);
      }),
      { numRuns: 60 },
    );
  });

  it("is a function of structure: same scene, same layout, whatever the ids of other scenes", () => {
    const scene = transformerScene(2);
    expect(layoutScene(scene)).toEqual(layoutScene(structuredClone(scene)));
  });

  it("puts a parameter right above its consumer, not at the top", () => {
    const scene = mlpScene([2, 8, 8, 8, 1]);
    const layout = layoutScene(scene);
    for (const edge of scene.edges) {
      if (scene.nodes[edge.from]?.kind !== "leaf") continue;
      expect(layout.nodes[edge.to]?.layer).toBe((layout.nodes[edge.from]?.layer as number) + 1);
    }
  });

  it("draws the trunk of a network as a straight line", () => {
    const scene = mlpScene([2, 16, 16, 16, 1]);
    const layout = layoutScene(scene);
    const trunk = scene.nodes
      .filter(({ op }) => op === "tanh" || op === "addmm")
      .map(({ id }) => layout.nodes[id] as Box);
    const centers = trunk.map((box) => box.x + box.width / 2);
    expect(Math.max(...centers) - Math.min(...centers)).toBeLessThan(40);
  });

  it("keeps the anchored node where it was when its group closes and opens", () => {
    const scene = transformerScene(1);
    const open = collapse(scene);
    const before = layoutScene(open);
    const group = open.groups.find(({ title }) => title === "attn")?.id as string;
    const closed = collapse(scene, new Set([group]));
    const anchor = { key: `g:${group}`, x: 123, y: 456 };
    const node = layoutScene(closed, { anchor }).nodes.find(({ key }) => key === anchor.key);
    expect(node).toMatchObject({ x: 123, y: 456 });
    const first = before.nodes[0] as Box & { key: string };
    const again = layoutScene(open, { anchor: { key: first.key, x: first.x, y: first.y } });
    expect(again.nodes).toEqual(before.nodes);
  });

  it("outlines of open groups cover their members and no other node's centre", () => {
    const scene = transformerScene(1);
    const visible = collapse(scene);
    const layout = layoutScene(visible);
    for (const group of layout.groups) {
      const points = group.outline.flatMap((command) =>
        command[0] === "Z" ? [] : [command.slice(-2) as [number, number]],
      );
      const contains = (x: number, y: number): boolean => {
        let odd = false;
        points.forEach(([ax, ay], i) => {
          const [bx, by] = points[(i + 1) % points.length] as [number, number];
          if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
        });
        return odd;
      };
      visible.nodes.forEach((node, i) => {
        const box = layout.nodes[i] as Box;
        const member = node.groups.includes(group.id);
        expect(contains(box.x + box.width / 2, box.y + box.height / 2), `${group.title} ${node.key}`).toBe(member);
      });
    }
  });

  it("lays out unconnected pieces side by side without overlap, and nothing at all", () => {
    const s = sceneBuilder();
    for (let i = 0; i < 12; i += 1) s.op("sin", [s.leaf(`x${i}`)]);
    const scene = s.build();
    check(scene, layoutScene(scene));
    expect(layoutScene(sceneBuilder().build()).nodes).toEqual([]);
  });

  it("does not recurse: a chain of 50,000 operators", () => {
    const layout = layoutScene(chainScene(50_000));
    expect(layout.nodes.length).toBe(50_001);
    expect(new Set(layout.nodes.map(({ x, width }) => x + width / 2)).size).toBeLessThanOrEqual(2);
  });

  it.each([
    ["scalar networks", (n: number) => scalarNetScene([8, n, 8, 1])],
    ["loops with shared parameters", (n: number) => sharedParameterScene(8 * n)],
    ["transformers", (n: number) => transformerScene(n)],
  ])("work grows linearly with the graph: %s", (_, make) => {
    const cost = (n: number): number => {
      const scene = make(n);
      return layoutScene(scene, { detail: "compact" }).work / (scene.nodes.length + scene.edges.length);
    };
    expect(cost(64)).toBeLessThan(3 * cost(16) + 20);
  });
});
