/** What a window may ask a trace: the shape of every question of trace/query.ts. */
import * as v from "valibot";
import type { EventKind } from "../trace/events.ts";
import type { TraceQueries } from "../trace/query.ts";

const integer = v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 53)), v.maxValue(2 ** 53));
const id = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31));
const cursor = v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(2 ** 31));
const ids = v.pipe(v.array(id), v.maxLength(65_536));
const shortText = v.pipe(v.string(), v.maxLength(1000));
const direction = v.picklist([1, -1]);
const none = v.strictObject({});

/** Exhaustive by its type: a kind missing here does not compile. */
const eventKinds: Record<EventKind, true> = {
  "fwd.op": true,
  "bwd.seed": true,
  "bwd.enter": true,
  "bwd.edge": true,
  "bwd.accumulate": true,
  "leaf.accumulate": true,
  "saved.release": true,
  "bwd.skip": true,
  "bwd.end": true,
  "grad.zero": true,
  "opt.step": true,
  error: true,
};

/** What an event may be told by. */
export const eventMatch = v.variant("by", [
  v.strictObject({ by: v.literal("any") }),
  v.strictObject({
    by: v.literal("kind"),
    kinds: v.pipe(v.array(v.picklist(Object.keys(eventKinds) as EventKind[])), v.maxLength(100)),
  }),
  v.strictObject({ by: v.literal("node"), node: id }),
  v.strictObject({ by: v.literal("accumulated"), node: id }),
  v.strictObject({
    by: v.literal("line"),
    file: shortText,
    cell: v.nullable(id),
    line: id,
    hits: v.optional(
      v.strictObject({ is: v.picklist(["=", "<", "<=", ">", ">=", "every"]), count: v.pipe(id, v.minValue(1)) }),
    ),
  }),
  v.strictObject({ by: v.literal("op"), op: shortText }),
  v.strictObject({ by: v.literal("nan") }),
  v.strictObject({ by: v.literal("grad"), above: v.pipe(v.number(), v.finite()) }),
  v.strictObject({ by: v.literal("largestGrad") }),
  v.strictObject({ by: v.literal("sameNextIteration"), seq: cursor }),
  v.strictObject({ by: v.literal("phase") }),
]);

export type QuestionName = keyof TraceQueries;

const questions: { [Q in QuestionName]: v.GenericSchema<TraceQueries[Q]["ask"]> } = {
  summary: none,
  events: v.strictObject({ first: id, last: id }),
  view: v.strictObject({ cursor }),
  change: v.strictObject({ from: cursor, to: cursor }),
  scene: v.strictObject({ scene: id }),
  leaves: v.strictObject({ cursor }),
  values: v.strictObject({ ids }),
  tile: v.strictObject({
    id,
    rowDim: v.nullable(integer),
    colDim: v.nullable(integer),
    at: v.pipe(v.array(integer), v.maxLength(64)),
    row: id,
    column: id,
    rows: id,
    columns: id,
  }),
  formula: v.strictObject({ nodes: ids }),
  find: v.strictObject({ from: cursor, dir: direction, match: eventMatch }),
  series: v.variant("what", [
    v.strictObject({ what: v.literal("loss") }),
    v.strictObject({ what: v.literal("gradNorm"), node: id }),
    v.strictObject({ what: v.literal("element"), node: id, index: id }),
  ]),
  explain: v.strictObject({ node: id, question: v.picklist(["none", "contributors"]), cursor }),
  findings: none,
  verify: v.strictObject({ node: id, cursor }),
};

export type Question = { [Q in QuestionName]: { name: Q; request: TraceQueries[Q]["ask"] } }[QuestionName];

/** A question with its name, as one message. */
export const question = v.union(
  Object.entries(questions).map(([name, request]) => v.strictObject({ name: v.literal(name), request })),
) as unknown as v.GenericSchema<Question>;
