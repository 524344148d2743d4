/**
 * What the runner's process says, checked where it arrives: model code may have tampered with the realm that made it. Only the outer
 * form of summaries is checked here; whoever shows them checks the rest.
 */
import * as v from "valibot";
import type { RunEnd, RunnerErrorCode, RunnerEvent } from "./protocol.ts";

const text = (longest: number) => v.pipe(v.string(), v.maxLength(longest));
const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const cell = v.nullable(index);
const TEXT = 16 * 2 ** 20;

const summary = v.looseObject({
  events: index,
  scenes: v.array(v.looseObject({ id: index })),
  passes: index,
  locations: v.array(v.looseObject({ line: v.number() })),
  valueBytes: v.number(),
  bands: v.array(v.looseObject({ first: index, last: v.number() })),
  flags: v.array(v.looseObject({ seq: index })),
  running: v.boolean(),
});

const event = v.variant("kind", [
  v.object({ kind: v.literal("output"), stream: v.picklist(["out", "err"]), text: text(TEXT), cell }),
  v.object({
    kind: v.literal("display"),
    mime: v.picklist(["image/svg+xml", "text/html", "text/vnd.graphviz"]),
    data: text(TEXT),
    name: v.optional(text(255)),
    cell,
  }),
  v.object({ kind: v.literal("progress"), summary, eventsPerSecond: v.number(), bytes: v.number() }),
  v.object({ kind: v.literal("cell"), cell: index, number: index }),
  v.object({
    kind: v.literal("paused"),
    summary,
    seq: v.pipe(v.number(), v.integer(), v.minValue(-1)),
    cell,
    line: v.nullable(index),
    reason: v.picklist(["asked", "step", "breakpoint"]),
    breakpoint: v.nullable(index),
  }),
]);

const failure = v.object({
  type: text(1000),
  message: text(TEXT),
  cell,
  line: v.nullable(index),
  traceback: text(TEXT),
});

const end = v.object({
  status: v.picklist(["finished", "failed", "stopped", "lost"]),
  failure: v.nullable(failure),
  milliseconds: v.number(),
  summary: v.nullable(summary),
  lives: v.boolean(),
});

const CODES: readonly RunnerErrorCode[] = [
  "busy",
  "no-trace",
  "bad-question",
  "bad-snapshot",
  "lost",
  "replaced",
  "closed",
  "bad-source",
];

const message = v.variant("type", [
  v.object({ type: v.literal("event"), run: index, event: v.unknown() }),
  v.object({ type: v.literal("reply"), id: index, value: v.unknown() }),
  v.object({ type: v.literal("bytes"), id: index, bytes: v.instance(Uint8Array) }),
  v.object({ type: v.literal("refusal"), id: index, code: v.picklist(CODES), message: text(TEXT) }),
]);

export type ReceivedMessage = v.InferOutput<typeof message>;

const fitting =
  <T>(schema: v.GenericSchema<unknown, unknown>) =>
  (raw: unknown): T | null => {
    const { success, output } = v.safeParse(schema, raw);
    return success ? (output as T) : null;
  };

/** Null for what has not the form of a message, an event, the end of a run. */
export const readMessage = fitting<ReceivedMessage>(message);
export const readEvent = fitting<RunnerEvent>(event);
export const readRunEnd = fitting<RunEnd>(end);
