import { expect, test } from "vitest";
import type { TraceEvent } from "./events.ts";
import {
  accumulating,
  freed,
  hooked,
  hookedAfter,
  inplaceOnView,
  optimised,
  prepared,
  retaining,
  type training,
} from "./programs.fixture.ts";
import { type Program, record } from "./run.fixture.ts";
import type { Trace } from "./trace.ts";
import { TraceReader } from "./trace-reader.ts";

function eventsOf(program: (p: Program) => void): { trace: Trace; events: TraceEvent[] } {
  const { trace } = record(program as typeof training);
  return { trace, events: Array.from({ length: trace.eventCount }, (_, seq) => trace.event(seq)) };
}
const of = <K extends TraceEvent["kind"]>(events: TraceEvent[], kind: K) =>
  events.filter((e): e is Extract<TraceEvent, { kind: K }> => e.kind === kind);

test("a hook's change of a gradient is told where the node is entered", () => {
  const { trace, events } = eventsOf(hooked);
  const changed = of(events, "bwd.enter").filter((e) => e.gathered !== undefined);
  expect(changed).toHaveLength(1);
  const [enter] = changed;
  expect(trace.opOf(enter?.node ?? -1)).toBe("mul");
  const numbers = (ids: readonly (number | null)[]) =>
    ids.map((id) => [0, 1].map((i) => trace.values.element(id ?? -1, i)));
  expect(numbers(enter?.gathered ?? [])).toEqual([[4, 8]]);
  expect(numbers(enter?.upstream ?? [])).toEqual([[40, 80]]);
});

test("the gradient of a view that was changed in place goes to its base, and stops nowhere on the way", () => {
  const { trace, events } = eventsOf(inplaceOnView);
  const skips = of(events, "bwd.skip").map((e) => trace.opOf(e.node));
  expect(skips).not.toContain("mul_");
});

test("gradients that are kept, zeroed and cleared", () => {
  const { events } = eventsOf(accumulating);
  expect(of(events, "leaf.accumulate").map((e) => e.earlier)).toEqual([0, 1, 0]);
  expect(of(events, "grad.zero").map((e) => e.after === null)).toEqual([false, true]);
  expect(of(events, "saved.release").map((e) => e.kept)).toEqual([true, true, false]);
});

test("the second pass through a freed graph fails where the first tensor is missing", () => {
  const { trace, events } = eventsOf(freed);
  const [first, second] = of(events, "bwd.end");
  expect(first?.error).toBeNull();
  expect(second?.error).toMatch(/^Trying to backward through the graph a second time/);
  const [error] = of(events, "error");
  expect(trace.opOf(error?.node ?? -1)).toBe("mul");
});

test("an optimiser's step is one event with what it changed, not its operators", () => {
  const { trace, events } = eventsOf(optimised);
  const steps = of(events, "opt.step");
  expect(steps.map((e) => [e.name, e.updates.length])).toEqual([
    ["SGD", 1],
    ["SGD", 1],
    ["SGD", 1],
  ]);
  expect(of(events, "fwd.op").some((e) => trace.opOf(e.node) === "add_")).toBe(false);
  for (const { updates } of steps)
    for (const { before, after } of updates)
      expect(trace.values.element(after, 0)).toBeCloseTo((trace.values.element(before, 0) ?? 0) * 0.8, 5);
});

test("data that all iterations use stands apart, data of one iteration belongs to it, so that all have equal graphs", () => {
  const { trace } = eventsOf(prepared);
  const infos = new TraceReader(trace).scenes.infos();
  expect(infos.map((s) => s.title)).toEqual(["forward only", "iteration 1", "iteration 2", "iteration 3"]);
  const { nodes } = new TraceReader(trace).scenes.graph(infos[2]?.id ?? -1) ?? { nodes: [] };
  expect(nodes.map((n) => [n.names[0], n.kind]).slice(0, 3)).toEqual([
    ["data", "data"],
    ["raw", "data"],
    ["batch", "op"],
  ]);
});

test("a reader that looks while the program runs sees the same in the end", () => {
  const live: string[] = [];
  const { trace } = record((p) => {
    const reader = new TraceReader(p.recorder.trace);
    prepared({
      ...p,
      backward(t, args) {
        live.push(
          reader.scenes
            .infos()
            .map((s) => s.title)
            .join(),
        );
        p.backward(t, args);
      },
    });
    live.push(JSON.stringify(reader.scenes.infos()));
    live.push(JSON.stringify(reader.scenes.bands()));
  });
  const reader = new TraceReader(trace);
  expect(live.slice(-2)).toEqual([JSON.stringify(reader.scenes.infos()), JSON.stringify(reader.scenes.bands())]);
});

test("a result that retains its gradient adds up in .grad, and is told while its function runs", () => {
  const { trace, events } = eventsOf(retaining);
  const kept = of(events, "leaf.accumulate").filter(({ retained }) => retained);
  expect(kept.map(({ node }) => trace.names.get(node))).toEqual([["h"], ["h"], ["h"]]);
  expect(kept.map(({ earlier }) => earlier)).toEqual([0, 1, 0]);
  // PyTorch 2.6.0 prints [2, 8], then [4, 16]; after None [2, 8] again.
  expect(kept.map(({ after }) => [0, 1].map((i) => trace.values.element(after, i)))).toEqual([
    [2, 8],
    [4, 16],
    [2, 8],
  ]);
  const before = events[(kept[0]?.seq ?? 0) - 1];
  expect(before).toMatchObject({ kind: "bwd.enter", node: kept[0]?.node });
  expect(of(events, "grad.zero")).toMatchObject([{ node: kept[0]?.node, after: null }]);
  const reader = new TraceReader(trace);
  expect(reader.seeker.viewAt(kept[1]?.seq ?? 0).leafGrads[kept[0]?.node ?? -1]).toBe(kept[1]?.after);
});

test("what hooks make of .grad after it was accumulated", () => {
  const { trace, events } = eventsOf(hookedAfter);
  const changes = of(events, "grad.zero").map(({ node, after }) => [
    trace.names.get(node)?.[0],
    after === null ? null : [0, 1].map((i) => trace.values.element(after, i)),
  ]);
  // PyTorch 2.6.0: w.grad is [1.5, 2], then (1.5 + 3) / 2 and (2 + 4) / 2.
  expect(changes.sort()).toEqual(
    [
      ["w", [1.5, 2]],
      ["v", null],
      ["w", [2.25, 3]],
      ["v", null],
    ].sort(),
  );
  const last = new TraceReader(trace).seeker.viewAt(trace.eventCount - 1);
  const grads = Object.entries(last.leafGrads).map(([node, value]) => [
    trace.names.get(Number(node))?.[0],
    value === null ? null : trace.values.element(value, 0),
  ]);
  expect(Object.fromEntries(grads)).toEqual({ w: 2.25 });
});
