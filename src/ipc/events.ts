/** What the main process tells a window, one entry per kind. */
import * as v from "valibot";
import { commandIds } from "./commands.ts";
import { fileToken, index } from "./documents.ts";
import { traceSummary } from "./trace-summary.ts";

const cell = v.nullable(index);

const runFailure = v.object({
  type: v.string(),
  message: v.string(),
  cell,
  line: v.nullable(index),
  /** As Python prints it; empty when there is none. */
  traceback: v.string(),
});

const displayMime = v.picklist(["image/svg+xml", "text/html", "text/vnd.graphviz"]);

/** Every kind of event and the shape of what it brings. */
export const windowEvents = {
  /** The program printed. */
  output: v.object({ stream: v.picklist(["out", "err"]), text: v.string(), cell }),
  /** The program showed something that is not text; `data` is the document's text and never trusted. */
  display: v.object({ mime: displayMime, data: v.string(), cell }),
  progress: v.object({ summary: traceSummary, eventsPerSecond: v.number(), bytes: v.number() }),
  /** A cell of the program begins; `number` counts those of the session from 1. */
  cell: v.object({ cell: index, number: index }),
  /** The program stands still after event `seq`. */
  paused: v.object({
    summary: traceSummary,
    seq: v.pipe(v.number(), v.integer(), v.minValue(-1)),
    cell,
    line: v.nullable(index),
    reason: v.picklist(["asked", "step", "breakpoint"]),
    breakpoint: v.nullable(index),
  }),
  ended: v.object({
    status: v.picklist(["finished", "failed", "stopped", "lost"]),
    failure: v.nullable(runFailure),
    milliseconds: v.number(),
    summary: v.nullable(traceSummary),
    /** Further cells can run in what it left. */
    lives: v.boolean(),
  }),
  /** A command was chosen in the menu. */
  command: v.object({ id: v.picklist(commandIds) }),
  /** A file was chosen outside the page: menu, second start, Finder. */
  openFile: v.object({ token: fileToken }),
  openExample: v.object({ id: v.string() }),
  /** The person wants to close the window, and text is not saved: ask, then close. */
  closing: v.object({}),
  failed: v.object({ message: v.string() }),
} as const;

export type EventName = keyof typeof windowEvents;
export type EventOf<K extends EventName> = { kind: K } & v.InferOutput<(typeof windowEvents)[K]>;
export type WindowEvent = { [K in EventName]: EventOf<K> }[EventName];

/** The one channel on which events go, as JSON text. */
export const eventChannel = "backstep:event";
