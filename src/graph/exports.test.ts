import { describe, expect, it } from "vitest";
import type { ViewState } from "../trace/view-state.ts";
import { buildPicture } from "./build-picture.ts";
import { type GradientRow, gradientCsv, gradientRows, gradientTable } from "./csv.ts";
import { sceneToDot } from "./dot.ts";
import { hostile } from "./hostile.fixture.ts";
import { picturesToHtml } from "./html.ts";
import { stepperScript } from "./html-stepper.ts";
import { layoutScene } from "./layout.ts";
import { testRun } from "./run.fixture.ts";
import { fanOutScene, mlpScene, sceneBuilder } from "./scenes.fixture.ts";
import { sha256Base64 } from "./sha256.ts";

describe("sceneToDot", () => {
  it("names every node and edge once, groups as clusters, data edges dotted", () => {
    const scene = mlpScene([2, 4, 1]);
    const dot = sceneToDot(scene);
    for (const { id } of scene.nodes) expect(dot.split(`"n${id}" [label=`)).toHaveLength(2);
    expect(dot.match(/->/g)).toHaveLength(scene.edges.length);
    expect(dot.match(/style=dotted/g)).toHaveLength(scene.edges.filter(({ differentiable }) => !differentiable).length);
    expect(dot.match(/subgraph "cluster_/g)).toHaveLength(3);
    expect(dot.match(/\{/g)?.length).toBe(dot.match(/\}/g)?.length);
  });
});

describe("gradient table", () => {
  const scene = fanOutScene();
  const run = testRun(scene, { a: 2, b: -3 });
  const leavesOf = (view: ViewState) =>
    scene.nodes
      .filter((node) => node.kind === "leaf")
      .map((node) => ({ node, grad: view.leafGrads.get(node.id) ?? null }));
  it("has one row per leaf with full precision", () => {
    const rows = gradientRows(leavesOf(run.view), run.value);
    expect(rows.map(({ name, norm, min }) => [name, norm, min])).toEqual([
      ["a", 2, -2],
      ["b", 2, 2],
    ]);
    expect(gradientCsv(rows).split("\r\n")[1]).toBe("a,,float32,2,-2,-2,-0.2,0");
    expect(gradientTable(rows)).toBe("a  ()  grad norm 2\nb  ()  grad norm 2\n");
  });

  it("says None before a backward pass, and what is not finite", () => {
    const early = testRun(scene, {}, 0);
    const [a] = gradientRows(leavesOf(early.view), early.value);
    expect(gradientTable([a as GradientRow])).toBe("a  ()  grad None\n");
    expect(gradientTable([{ ...(a as GradientRow), notFinite: true }])).toBe("a  ()  grad is not finite\n");
  });

  it("is empty without leaves", () => {
    expect(gradientTable([])).toBe("");
  });
});

describe("picturesToHtml", () => {
  const scene = fanOutScene();
  const layout = layoutScene(scene);
  const steps = [0, 1, 2, 3, 4].map((count) => {
    const run = testRun(scene, { a: 2, b: -3 }, count);
    const event = run.events[run.events.length - 1] ?? null;
    return { layout: "one", picture: buildPicture(scene, layout, run.view, run.value, { event }) };
  });
  const page = picturesToHtml(steps, { title: "a * b + a", source: "a * b + a" });

  it("allows exactly its own script and style", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]?.replace(/&#39;/g, "'");
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] as string;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${sha256Base64(stepperScript)}'`);
    expect(policy).toContain(`style-src 'sha256-${sha256Base64(style)}'`);
    expect(page).toContain(`<script>${stepperScript}</script>`);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toMatch(/(src|href)=/);
    expect(stepperScript.length).toBeLessThan(10_000);
  });

  it("stores every step's changes, which give back each picture", () => {
    const json = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(page)?.[1] as string;
    const data = JSON.parse(json) as { shells: string[]; steps: { set: Record<string, string>; caption: string }[] };
    expect(data.steps.map(({ caption }) => caption)).toEqual(steps.map(({ picture }) => picture.caption));
    expect(data.shells).toHaveLength(1);
    // The first step sets everything, later ones only what changed.
    expect(Object.keys(data.steps[0]?.set ?? {})).toHaveLength(8);
    for (const { set } of data.steps.slice(1)) {
      expect(Object.keys(set).length).toBeGreaterThan(0);
      expect(Object.keys(set).length).toBeLessThan(8);
    }
  });

  it.each(hostile)("hostile titles and sources stay text: %j", (text) => {
    const s = sceneBuilder();
    s.op("sin", [s.leaf(text)], [], { names: [text] });
    const bad = s.build(text);
    const run = testRun(bad);
    const picture = buildPicture(bad, layoutScene(bad), run.view, run.value);
    const html = picturesToHtml([{ layout: text, picture }], { title: text, source: text, generator: text });
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img/);
    expect(html.match(/<title[ >]/g)?.length).toBe(html.match(/<\/title>/g)?.length);
  });

  it("refuses to export nothing", () => {
    expect(() => picturesToHtml([], { title: "x" })).toThrow(RangeError);
  });
});
