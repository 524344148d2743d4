import fc from "fast-check";
import { expect, test } from "vitest";
import { training } from "../../trace/programs.fixture.ts";
import { answer } from "../../trace/queries.ts";
import type { TraceSource } from "../../trace/query.ts";
import { type Program, record } from "../../trace/run.fixture.ts";
import { TraceReader } from "../../trace/trace-reader.ts";
import { dataOf } from "../../trace/view-state.ts";
import { TraceClient } from "./trace-client.ts";

/** One scene of some 3,000 operators, then a small one. */
function longThenSmall(p: Program): void {
  const w = p.tensor("w", [1], [], true);
  let y = w;
  for (let i = 0; i < 3000; i++) y = p.rt.math.add(y, w);
  p.backward(y);
  training(p, 2);
}

test("whatever way one goes through a large scene, its views are those of the trace, and most come as changes", async () => {
  const { trace } = record(longThenSmall);
  const asked: Record<string, number> = {};
  const reader = new TraceReader(trace);
  const source: TraceSource = {
    ask: async (name, request) => {
      asked[name] = (asked[name] ?? 0) + 1;
      return JSON.parse(JSON.stringify(answer(reader, name, request)));
    },
  };
  const truth = new TraceReader(trace);
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: -5, max: 5 }) },
    fc.integer({ min: -20_000, max: 20_000 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
      const client = new TraceClient(source);
      let cursor = Math.floor(trace.eventCount / 2);
      for (const by of steps) {
        cursor = Math.max(-1, Math.min(trace.eventCount - 1, cursor + by));
        expect(dataOf(await client.view(cursor))).toEqual(answer(truth, "view", { cursor }));
      }
    }),
    { numRuns: 12 },
  );
  expect(asked["change"]).toBeGreaterThan(20);
});

test("scenes that grew are asked again, with their views; others are not", async () => {
  const reader = new TraceReader(record((p) => training(p, 3)).trace);
  const asked: string[] = [];
  const client = new TraceClient({
    ask: async (name, request) => {
      asked.push(`${name} ${JSON.stringify(request)}`);
      return answer(reader, name, request);
    },
  });
  const [first = 0, second = 0] = reader.scenes.ids();
  const look = async (): Promise<void> => {
    for (const scene of [first, second]) {
      await client.scene(scene);
      await client.view(reader.scenes.lastSeq(scene));
    }
  };
  await look();
  expect(asked.splice(0)).toHaveLength(4);
  client.forgetScenes((scene) => scene === second);
  await look();
  expect(asked).toEqual([`scene {"scene":${second}}`, `view {"cursor":${reader.scenes.lastSeq(second)}}`]);
});
