import { describe, expect, it } from "vitest";
import type { SceneGraph } from "../trace/graph-model.ts";
import { buildPicture } from "./build-picture.ts";
import { snapshotNamespace } from "./embedded-snapshot.ts";
import { collapse } from "./grouping.ts";
import { groupsOf } from "./groups.ts";
import { hostile } from "./hostile.fixture.ts";
import { layoutScene } from "./layout.ts";
import type { Picture } from "./picture.ts";
import { testRun } from "./run.fixture.ts";
import {
  detachScene,
  fanOutScene,
  mlpScene,
  noGradScene,
  regressionScene,
  sceneBuilder,
  transformerScene,
  tutorialScene,
} from "./scenes.fixture.ts";
import { pictureToSvg } from "./svg.ts";
import { allElements, parseXml } from "./xml.fixture.ts";

function pictureOf(scene: SceneGraph, given: Record<string, number> = {}, steps?: number): Picture {
  const run = testRun(scene, given, steps);
  return buildPicture(scene, layoutScene(scene), run.view, run.value, {
    event: run.events[run.events.length - 1] ?? null,
    eventCount: run.events.length,
  });
}

const golden: [string, Picture][] = [
  ["fan-out", pictureOf(fanOutScene(), { a: 2, b: -3 }, 3)],
  ["detach", pictureOf(detachScene(), { a: 2, b: -3 })],
  ["no-grad", pictureOf(noGradScene(), { w: 3, two: 2 })],
  ["regression", pictureOf(regressionScene())],
  ["mlp", pictureOf(mlpScene([2, 16, 1]))],
];

describe("golden pictures", () => {
  it.each(golden)("%s", async (name, picture) => {
    await expect(pictureToSvg(picture)).toMatchFileSnapshot(`./golden/${name}.svg`);
  });
});

describe("pictureToSvg", () => {
  const scenes: [string, SceneGraph][] = [
    ["tutorial", tutorialScene()],
    ["transformer", transformerScene(2)],
    ["detach", detachScene()],
  ];
  it.each(scenes)("%s is XML with every node and edge once, and holds all coordinates in its view box", (_, scene) => {
    const picture = pictureOf(scene);
    for (const theme of ["light", "dark", "contrast"] as const) {
      const root = parseXml(pictureToSvg(picture, { theme }));
      const elements = allElements(root);
      const ids = elements.flatMap((element) => element.attributes.get("id") ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { key } of [...picture.nodes, ...picture.edges]) expect(ids).toContain(key.replace(/\s/g, "_"));
      const [x, y, width, height] = (root.attributes.get("viewBox") as string).split(" ").map(Number) as [
        number,
        number,
        number,
        number,
      ];
      for (const text of elements.filter(({ name }) => name === "text")) {
        const at = Number(text.attributes.get("x"));
        const length = Number(text.attributes.get("textLength") ?? 0);
        const anchor = text.attributes.get("text-anchor") ?? "start";
        const left = anchor === "end" ? at - length : anchor === "middle" ? at - length / 2 : at;
        expect(left).toBeGreaterThanOrEqual(x);
        expect(left + length).toBeLessThanOrEqual(x + width);
        expect(Number(text.attributes.get("y"))).toBeLessThanOrEqual(y + height);
      }
    }
  });

  it("has no script, no foreignObject, no event handler, no outside reference", () => {
    const elements = allElements(parseXml(pictureToSvg(pictureOf(transformerScene(1)))));
    for (const { name, attributes } of elements) {
      expect(["script", "foreignObject", "image", "use", "a", "style", "iframe"]).not.toContain(name);
      for (const [key, value] of attributes) {
        expect(key).not.toMatch(/^on|href/i);
        if (value.includes("url(")) expect(value).toMatch(/^url\(#hatch-[\w-]+\)$/);
      }
    }
  });

  it.each(hostile)("hostile names stay text: %j", (text) => {
    const s = sceneBuilder();
    s.op(text, [s.leaf(text), s.data(text)], [], { names: [text], modules: [text, text], attrs: { [text]: text } });
    const scene = s.build(text);
    const plain = sceneBuilder();
    plain.op("n", [plain.leaf("n"), plain.data("n")], [], { names: ["n"], modules: ["n", "n"], attrs: { n: "n" } });
    const kinds = (svg: string): string[] => [...new Set(allElements(parseXml(svg)).map(({ name }) => name))].sort();
    expect(kinds(pictureToSvg(pictureOf(scene), { metadata: text }))).toEqual(
      kinds(pictureToSvg(pictureOf(plain.build("n")), { metadata: "n" })),
    );
  });

  it("carries a snapshot that reads back", () => {
    const snapshot = JSON.stringify({ a: "<&>\"'", b: [1, 2] });
    const elements = allElements(parseXml(pictureToSvg(pictureOf(fanOutScene()), { metadata: snapshot })));
    const held = elements.find(({ name }) => name === "snapshot");
    expect(held?.attributes.get("xmlns")).toBe(snapshotNamespace);
    expect(held?.text).toBe(snapshot);
  });

  it("leaves out background and frame when asked", () => {
    const picture = pictureOf(fanOutScene());
    const bare = parseXml(pictureToSvg(picture, { background: "transparent", frame: false }));
    expect(bare.children.some(({ name }) => name === "rect")).toBe(false);
    expect(bare.attributes.get("width")).toBe(String(picture.bounds.width));
  });
});

describe("buildPicture", () => {
  it("fills fan-in slots one by one and says how many", () => {
    const scene = fanOutScene();
    const stateAt = (steps: number): Picture["nodes"][number] =>
      pictureOf(scene, { a: 2, b: -3 }, steps).nodes[0] as Picture["nodes"][number];
    const texts = (node: Picture["nodes"][number]): string[] =>
      node.marks.flatMap((mark) => (mark.shape === "text" ? [mark.text] : []));
    expect(texts(stateAt(1))).toContain("0 of 2");
    expect(texts(stateAt(2))).toContain("1 of 2");
    expect(stateAt(2).classes).toContain("partial");
    expect(texts(stateAt(4))).toContain("2 of 2");
    // d(a·b + a)/da = b + 1 = −2.
    expect(texts(stateAt(4))).toContain("−2.0");
  });

  it("edges: width grows with |g|, colour and glyph by sign, dotted without a gradient path", () => {
    const picture = pictureOf(tutorialScene(), { d: 0.2 });
    for (const edge of picture.edges) {
      if (edge.classes.includes("data-only")) {
        expect(edge.dash).not.toBeNull();
        continue;
      }
      expect(edge.classes).toContain("flowed");
      expect(edge.arrow).toBe("start");
      expect(edge.color).toBe(edge.classes.includes("positive") ? "positive" : "negative");
    }
    const scale = { minExponent: -6, maxExponent: 3, minWidth: 1, maxWidth: 10 };
    const scene = fanOutScene();
    const width = (b: number): number => {
      const run = testRun(scene, { a: 2, b });
      return buildPicture(scene, layoutScene(scene), run.view, run.value, { scale }).edges[0]?.width as number;
    };
    expect(width(1e-9)).toBe(1);
    expect(width(1)).toBeCloseTo(7, 5);
    expect(width(1e9)).toBe(10);
  });

  it("marks exact zero and not-a-number", () => {
    const scene = fanOutScene();
    const zero = pictureOf(scene, { a: 2, b: 0 }).edges[0];
    expect(zero?.classes).toContain("zero");
    expect(zero?.color).toBe("zero");
    const bad = pictureOf(scene, { a: 2, b: Number.NaN });
    expect(bad.edges[0]).toMatchObject({ hatched: true, color: "bad" });
    expect(bad.nodes[1]?.classes).toContain("nan");
  });

  it("cuts the edge into detach(), hatches no_grad, hollows what needs no gradient", () => {
    const cut = pictureOf(detachScene());
    expect(cut.edges.filter(({ classes }) => classes.includes("cut"))).toHaveLength(1);
    const hidden = pictureOf(noGradScene());
    expect(hidden.nodes.find(({ classes }) => classes.includes("no-grad"))?.title).toContain("no_grad");
    expect(hidden.nodes.find(({ classes }) => classes.includes("data"))?.classes).toContain("hollow");
  });

  it("saved tensors: held, kept, freed", () => {
    const scene = fanOutScene();
    const run = testRun(scene, {}, 0);
    const classes = (state: "held" | "kept" | "freed"): string[] => {
      const view = { ...run.view, saved: run.view.saved.with([[2, state]]) };
      return buildPicture(scene, layoutScene(scene), view, run.value).nodes[2]?.classes as string[];
    };
    for (const state of ["held", "kept", "freed"] as const) expect(classes(state)).toContain(`saved-${state}`);
  });

  it("a collapsed group shows its types and gradient norms", () => {
    const scene = mlpScene([2, 4, 1]);
    const group = groupsOf(scene).groups.find(({ title }) => title === "2: Linear")?.id as string;
    const visible = collapse(scene, new Set([group]));
    const run = testRun(scene);
    const picture = buildPicture(visible, layoutScene(visible), run.view, run.value);
    const node = picture.nodes.find(({ group: id }) => id === group);
    const texts = node?.marks.flatMap((mark) => (mark.shape === "text" ? [mark.text] : []));
    expect(texts).toContain("2 operators, 2 parameters");
    expect(texts?.filter((text) => text.startsWith("grad norm"))).toHaveLength(2);
  });

  it("text stays inside its node", () => {
    for (const [, picture] of golden) {
      for (const node of picture.nodes) {
        for (const mark of node.marks) {
          if (mark.shape !== "text") continue;
          const left =
            mark.anchor === "end" ? mark.x - mark.width : mark.anchor === "middle" ? mark.x - mark.width / 2 : mark.x;
          expect(left, `${node.key} ${mark.text}`).toBeGreaterThanOrEqual(node.x);
          expect(left + mark.width, `${node.key} ${mark.text}`).toBeLessThanOrEqual(node.x + node.width);
        }
      }
    }
  });
});
