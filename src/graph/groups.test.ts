import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SceneGraph } from "../trace/graph-model.ts";
import { collapse, defaultCollapsed } from "./grouping.ts";
import { groupsOf } from "./groups.ts";
import type { GroupInfo } from "./picture.ts";
import { mlpScene, scalarCallsScene, sceneBuilder } from "./scenes.fixture.ts";

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

describe("calls of functions and loops", () => {
  it("divide a large scene and what is large in it, where they say something", () => {
    const { groups } = groupsOf(scalarCallsScene([2, 8, 8, 1], 4));
    const outline = groups.map(({ title, depth, kind }) => `${"  ".repeat(depth)}${title}: ${kind}`);
    // The loop holds everything, and an iteration over layers or neurons is the call in it; a neuron of 4 operators needs no parts.
    expect(outline.slice(0, 4)).toEqual([
      "MLP.__init__: function",
      "  Layer.__init__: function",
      "  Layer.__init__ (call 2): function",
      "  Layer.__init__ (call 3): function",
    ]);
    const second = outline.indexOf("iteration 2: iteration");
    expect(outline.slice(second, second + 5)).toEqual([
      "iteration 2: iteration",
      "  MLP.__call__: function",
      "    Layer.__call__: function",
      "    Layer.__call__ (call 2): function",
      "      Neuron.__call__: function",
    ]);
    expect(outline.filter((line) => line.endsWith("iteration"))).toHaveLength(4);
  });

  it("show where what several of them share was made", () => {
    const scene = scalarCallsScene([2, 8, 8, 1], 4);
    const { groups } = groupsOf(scene);
    const made = groups.find(({ title }) => title === "MLP.__init__");
    expect(made).toMatchObject({ operators: 0, parameters: 2 * 8 + 8 + 8 * 8 + 8 + 8 + 1 });
    const inside = new Set(groups.filter(({ title }) => title === "MLP.__call__").flatMap(({ members }) => members));
    for (const { id, names } of scene.nodes) if (names[0]?.startsWith("x")) expect(inside.has(id)).toBe(true);
  });

  it("are no groups in a scene that is read as a whole", () => {
    expect(groupsOf(scalarCallsScene([2, 3, 1], 1)).groups).toEqual([]);
  });

  it("open in an overview", () => {
    const scene = scalarCallsScene([2, 16, 16, 1], 20);
    const visible = collapse(scene, defaultCollapsed(scene));
    expect(visible.nodes.map(({ group, node }) => group?.title ?? node?.names[0])).toEqual([
      "MLP.__init__",
      ...Array.from({ length: 20 }, (_, i) => `iteration ${i + 1}`),
    ]);
  });
});

/** A loop around some operators each time. */
function loopScene(iterations: number, operators: (iteration: number) => number): SceneGraph {
  const s = sceneBuilder();
  let x = s.leaf("x");
  s.inside("loop", "loop at line 2", () => {
    for (let i = 0; i < iterations; i += 1)
      s.inside("iteration", "iteration", () => {
        for (let k = operators(i); k > 0; k -= 1) x = s.op("tanh", [x]);
      });
  });
  return s.build();
}

describe("iterations of a long loop", () => {
  const inside = (groups: readonly GroupInfo[], parent: string | null): string[] =>
    groups.filter((group) => group.parent === parent).map(({ title }) => title);

  it("stand in hundreds", () => {
    const scene = loopScene(1000, () => 5);
    const { groups } = groupsOf(scene);
    const hundreds = Array.from({ length: 10 }, (_, i) => `iterations ${100 * i + 1}–${100 * i + 100}`);
    expect(inside(groups, null)).toEqual(hundreds);
    expect(inside(groups, "m:/iterations 301–400")).toEqual(
      Array.from({ length: 100 }, (_, i) => `iteration ${i + 301}`),
    );
    expect(collapse(scene, defaultCollapsed(scene)).nodes.map(({ group }) => group?.title)).toEqual(hundreds);
  });

  it("and those in hundreds of hundreds, where one that would hold what is in it is left out", () => {
    const { groups } = groupsOf(loopScene(10_001, (i) => (i === 10_000 ? 5 : 1)));
    expect(inside(groups, null)).toEqual(["iterations 1–10000", "iteration 10001"]);
    expect(inside(groups, "m:/iterations 1–10000")).toHaveLength(100);
    expect(inside(groups, "m:/iterations 1–10000/iterations 9901–10000")).toEqual([]);
  });

  it("are told without ranges up to a hundred", () => {
    const { groups } = groupsOf(loopScene(100, () => 5));
    expect(inside(groups, null)).toEqual(Array.from({ length: 100 }, (_, i) => `iteration ${i + 1}`));
  });

  it("are at most a hundred side by side, each in one place, however long it is and whatever they do", () => {
    const operators = fc.array(fc.nat(6), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1500 }), operators, (iterations, each) => {
        const scene = loopScene(iterations, (i) => each[i % each.length] as number);
        const { groups, paths } = groupsOf(scene);
        const counts = new Map<string | null, number>();
        for (const { parent } of groups) counts.set(parent, (counts.get(parent) ?? 0) + 1);
        expect(Math.max(0, ...counts.values())).toBeLessThanOrEqual(100);
        const found = new Map(groups.map(({ id }) => [id, [] as number[]]));
        for (const [place, { id }] of scene.nodes.entries())
          for (const group of paths[place] ?? []) found.get(group)?.push(id);
        for (const { id, members } of groups) expect(members).toEqual(found.get(id));
        const { nodes } = collapse(scene, defaultCollapsed(scene));
        expect(nodes.flatMap((node) => node.members).sort((a, b) => a - b)).toEqual(scene.nodes.map(({ id }) => id));
      }),
      { numRuns: 20 },
    );
  });
});

/** Operators in a random tree of calls; tensors made and used anywhere. */
const randomScene = fc
  .array(
    fc.record({
      leave: fc.nat(3),
      enter: fc.array(
        fc.tuple(fc.constantFrom("module", "function", "loop", "iteration"), fc.constantFrom("f", "g", "h")),
        { maxLength: 3 },
      ),
      operators: fc.nat(60),
      tensor: fc.constantFrom("none", "leaf", "data"),
      use: fc.nat(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => {
    const s = sceneBuilder();
    const tensors = [s.leaf("first")];
    let last = tensors[0] as number;
    const play = (at: number): number => {
      let next = at;
      while (next < parts.length) {
        const part = parts[next] as (typeof parts)[number];
        next += 1;
        const body = (): void => {
          if (part.tensor === "leaf") tensors.push(s.leaf("w"));
          if (part.tensor === "data") tensors.push(s.data("x"));
          for (let i = 0; i < part.operators; i += 1)
            last = s.op("mul", [last, tensors[(part.use + i) % tensors.length] as number]);
        };
        const enter = (depth: number): void => {
          const call = part.enter[depth];
          if (call === undefined) {
            body();
            if (part.leave === 0) next = play(next);
          } else s.inside(call[0], call[1], () => enter(depth + 1));
        };
        enter(0);
        if (part.leave > 1) return next;
      }
      return next;
    };
    play(0);
    return s.build();
  });

describe("whatever the calls are", () => {
  it("every node is in one chain of groups, each with one place, and what is visible holds each node once", () => {
    fc.assert(
      fc.property(randomScene, fc.infiniteStream(fc.boolean()), (scene, coin) => {
        const { groups, paths } = groupsOf(scene);
        const byId = new Map(groups.map((group) => [group.id, group]));
        expect(byId.size).toBe(groups.length);
        for (const path of paths)
          for (const [depth, id] of path.entries())
            expect(byId.get(id)).toMatchObject({ depth, parent: path[depth - 1] ?? null });
        for (const { id, members, operators, parameters } of groups) {
          const nodes = scene.nodes.filter((_, place) => paths[place]?.includes(id));
          expect(members).toEqual(nodes.map((node) => node.id));
          expect(operators).toBe(nodes.filter(({ kind }) => kind === "op").length);
          expect(parameters).toBe(nodes.filter(({ kind }) => kind === "leaf").length);
        }
        const closed = new Set(groups.filter(() => coin.next().value).map(({ id }) => id));
        for (const collapsed of [closed, defaultCollapsed(scene)]) {
          const visible = collapse(scene, collapsed);
          const members = visible.nodes.flatMap((node) => node.members).sort((a, b) => a - b);
          expect(members).toEqual(scene.nodes.map(({ id }) => id));
        }
      }),
      { numRuns: 60 },
    );
  });
});
