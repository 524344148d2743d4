import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mul } from "../engine/ops/arithmetic.ts";
import { programs, training } from "./programs.fixture.ts";
import { advance, applyEvent, cloneState, invertEvent, toView } from "./reduce.ts";
import { record } from "./run.fixture.ts";
import type { Seeker } from "./seek.ts";
import type { Trace } from "./trace.ts";
import { TraceReader } from "./trace-reader.ts";
import { applyChange, changeBetween, type ViewChange } from "./view-change.ts";
import { dataOf, viewOf } from "./view-state.ts";

/** The state after event `k`, from the scene's start, without checkpoints. */
function replay(reader: TraceReader, k: number) {
  const scene = reader.seeker.sceneAt(k);
  const state = reader.seeker.start(scene);
  while (state.cursor < k) advance(state, reader.trace.event(state.cursor + 1), reader.seeker.tables);
  return toView(state, reader.seeker.tables);
}

const freshSeeker = (trace: Trace): Seeker => new TraceReader(trace).seeker;

describe.each(Object.entries(programs))("%s", (_name, program) => {
  const { trace } = record(program);
  const reader = new TraceReader(trace);

  test("taking an event back gives the state before it", () => {
    for (const scene of reader.scenes.ids()) {
      let state = reader.seeker.start(scene);
      for (let seq = state.cursor + 1; seq <= reader.scenes.lastSeq(scene); seq++) {
        const event = trace.event(seq);
        const untouched = cloneState(state);
        const next = applyEvent(state, event, reader.seeker.tables);
        expect(state, "applying changes nothing").toEqual(untouched);
        const back = invertEvent(next, event, reader.seeker.tables);
        expect(back, `event ${seq} ${event.kind}`).toEqual(state);
        state = next;
      }
    }
  });

  test("seeking equals replaying, whichever way one comes", () => {
    const expected = Array.from({ length: trace.eventCount }, (_, k) => replay(reader, k));
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: trace.eventCount - 1 }), { minLength: 1, maxLength: 40 }),
        (walk) => {
          const seeker = freshSeeker(trace);
          for (const k of walk) expect(seeker.viewAt(k)).toEqual(expected[k]);
        },
      ),
      { numRuns: 15 },
    );
  });

  test("a change leads from any view of a scene to any other", () => {
    const seq = fc.integer({ min: 0, max: trace.eventCount - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(seq, seq), { minLength: 1, maxLength: 20 }), (pairs) => {
        const seeker = freshSeeker(trace);
        for (const [from, to] of pairs) {
          const change = changeBetween(seeker, from, to);
          if (seeker.sceneAt(from) !== seeker.sceneAt(to)) expect(change).toBeNull();
          else
            expect(dataOf(applyChange(viewOf(seeker.viewAt(from)), change as ViewChange))).toEqual(seeker.viewAt(to));
        }
      }),
      { numRuns: 25 },
    );
  });

  test("stepping to the end and back shows the same at every step", () => {
    const seeker = freshSeeker(trace);
    const forth: string[] = [];
    for (let k = 0; k < trace.eventCount; k++) forth.push(JSON.stringify(seeker.viewAt(k)));
    for (let k = trace.eventCount - 1; k >= 0; k--) {
      // Key order follows history; compare as data.
      expect(seeker.viewAt(k)).toEqual(JSON.parse(forth[k]));
    }
  });
});

test("a long run is sought through checkpoints, not from its start", () => {
  const { trace } = record((p) => {
    const X = p.tensor("X", [1], [], true);
    let y = X;
    for (let i = 0; i < 600; i++) y = p.name(mul(y, 1), `y${i}`);
    p.backward(y);
  });
  const seeker = freshSeeker(trace);
  const last = trace.eventCount - 1;
  seeker.viewAt(last);
  const before = seeker.work;
  seeker.viewAt(last - 1000);
  seeker.viewAt(last);
  seeker.viewAt(3);
  // Between two kept states, wherever it goes.
  expect(seeker.work - before).toBeLessThan(3 * 1000);
});

test("every iteration of a training loop starts from what leaves held by then", () => {
  const { trace } = record((p) => training(p, 4));
  const reader = new TraceReader(trace);
  const scenes = reader.scenes.ids();
  expect(scenes).toHaveLength(4);
  const w1 = [...trace.names].find(([, names]) => names.includes("W1"))?.[0] ?? -1;
  const seen = scenes.map((scene) => reader.seeker.viewAt(reader.scenes.lastSeq(scene)).values[w1]?.[0]);
  expect(new Set(seen).size).toBe(4);
});
