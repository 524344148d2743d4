import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { programs } from "../trace/programs.fixture.ts";
import { answer } from "../trace/queries.ts";
import { record } from "../trace/run.fixture.ts";
import { TraceReader } from "../trace/trace-reader.ts";
import { applyChange } from "../trace/view-change.ts";
import { type ViewState, viewOf } from "../trace/view-state.ts";
import { buildPicture } from "./build-picture.ts";
import { collapse } from "./grouping.ts";
import { groupsOf } from "./groups.ts";
import { layoutScene } from "./layout.ts";
import type { Picture } from "./picture.ts";
import { PictureMemo } from "./picture-memo.ts";

/** A picture as data: its functions draw what the lists hold. */
const drawn = ({ node, edge, ...picture }: Picture) => ({
  ...picture,
  each: [picture.nodes.map((_, place) => node(place)), picture.edges.map((_, place) => edge(place))],
});

describe.each(Object.entries(programs))("%s", (_name, program) => {
  const { trace } = record(program);
  const reader = new TraceReader(trace);
  const count = trace.values.length;
  const known = (id: number) => (id < 0 || id >= count ? undefined : answer(reader, "values", { ids: [id] })[0]);
  /** Groups are closed where their number in the bits says so. */
  const scenesWith = (closed: number) =>
    new Map(
      reader.scenes.ids().map((id) => {
        const scene = answer(reader, "scene", { scene: id });
        const groups = groupsOf(scene).groups.filter((_, i) => ((closed >> (i % 8)) & 1) === 1);
        const graph = collapse(scene, new Set(groups.map((group) => group.id)));
        return [id, { graph, layout: layoutScene(graph) }] as const;
      }),
    );

  test("a picture that takes over from the one before is the same as one made anew", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(1), fc.constantFrom(-1, 1, 2), fc.nat(trace.eventCount)), {
          minLength: 2,
          maxLength: 30,
        }),
        fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
        fc.nat(255),
        (walk, labels, closed) => {
          const memo = new PictureMemo();
          const scenes = scenesWith(closed);
          let last: ViewState | null = null;
          let cursor = 0;
          walk.forEach((by, i) => {
            cursor = (cursor + by + trace.eventCount) % trace.eventCount;
            const change = last && answer(reader, "change", { from: last.cursor, to: cursor });
            const view: ViewState =
              last && change ? applyChange(last, change) : viewOf(answer(reader, "view", { cursor }));
            last = view;
            // Values come one after the other, as in the window.
            const value = (id: number) => (id % 7 > i ? undefined : known(id));
            const { graph, layout } = scenes.get(view.scene) as NonNullable<ReturnType<typeof scenes.get>>;
            const prefs = { event: trace.event(cursor), edgeLabels: labels[i] as boolean };
            const picture = buildPicture(graph, layout, view, value, { ...prefs, memo });
            expect(drawn(picture)).toEqual(drawn(buildPicture(graph, layout, view, value, prefs)));
          });
        },
      ),
      { numRuns: 15 },
    );
  });
});

test("most faces are taken over from step to step", () => {
  const { trace } = record(programs["training"] as (typeof programs)[string]);
  const reader = new TraceReader(trace);
  const graph = collapse(answer(reader, "scene", { scene: 0 }));
  const layout = layoutScene(graph);
  const memo = new PictureMemo();
  const value = (id: number) => (id < 0 ? undefined : answer(reader, "values", { ids: [id] })[0]);
  const pictureAt = (cursor: number) =>
    buildPicture(graph, layout, viewOf(answer(reader, "view", { cursor })), value, {
      event: trace.event(cursor),
      memo,
    });
  const before = pictureAt(20);
  const after = pictureAt(21);
  const same = after.nodes.filter((node, i) => node === before.nodes[i]).length;
  expect(same).toBeGreaterThan(after.nodes.length - 5);
});
