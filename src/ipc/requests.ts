/** What a window may ask the main process, one entry per request; main, preload and renderer derive from this table. */
import * as v from "valibot";
import { commandIds } from "./commands.ts";
import {
  breakpointMatches,
  documentCells,
  documentKind,
  type ExampleInfo,
  fileName,
  fileToken,
  keptView,
  type OpenedDocument,
  programText,
  type RecentFile,
  runRequest,
  type SavedFile,
} from "./documents.ts";
import type { DataLimits } from "./plain-data.ts";
import { eventMatch, question } from "./questions.ts";

const mebibyte = 2 ** 20;
const small: DataLimits = { bytes: 64 * 1024, depth: 4 };
const texts: DataLimits = { bytes: 32 * mebibyte, depth: 6 };
const pictures: DataLimits = { bytes: 512 * mebibyte, depth: 4 };
const views: DataLimits = { bytes: 4 * mebibyte, depth: 16 };

export interface RequestEntry<I, O> {
  readonly input: v.GenericSchema<unknown, I>;
  readonly limits: DataLimits;
  /** Only for the type: what the answer is. */
  readonly answers?: (value: O) => void;
}

/** An entry whose answer has type O. */
function answering<O>() {
  return <I>(input: v.GenericSchema<unknown, I>, limits: DataLimits = small): RequestEntry<I, O> => ({ input, limits });
}

const nothing = v.null();

export const requests = {
  /** The page is ready for events: what it should show first. */
  start: answering<{ document: OpenedDocument | null; open: string | null; example: string | null }>()(nothing),
  run: answering<null>()(runRequest, texts),
  stop: answering<null>()(nothing),
  /** The program is to stand still; an event tells when it does. */
  pause: answering<null>()(nothing),
  /** A paused program goes on, up to the next event that fits. */
  resume: answering<null>()(v.strictObject({ until: v.nullable(eventMatch) })),
  breakpoints: answering<null>()(breakpointMatches, { bytes: mebibyte, depth: 6 }),
  /** Answers JSON text: of all ways through the bridge the cheapest for big answers. */
  ask: answering<string>()(question, { bytes: 2 * mebibyte, depth: 6 }),
  examples: answering<ExampleInfo[]>()(nothing),
  recent: answering<RecentFile[]>()(nothing),
  openExample: answering<OpenedDocument>()(v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/))),
  /** null: the person cancelled. */
  openDialog: answering<OpenedDocument | null>()(nothing),
  openToken: answering<OpenedDocument>()(fileToken),
  /** The path of a file dropped on the page, which only the preload can know; answers a token. */
  dropped: answering<string>()(v.strictObject({ path: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) })),
  save: answering<SavedFile | null>()(
    v.strictObject({
      token: v.nullable(fileToken),
      name: fileName,
      kind: documentKind,
      text: programText,
      /** Ask where even when the file is known. */
      ask: v.boolean(),
    }),
    texts,
  ),
  /** Asks where and writes. null: cancelled. */
  saveExport: answering<SavedFile | null>()(
    v.strictObject({ name: fileName, bytes: v.instance(Uint8Array<ArrayBufferLike>) }),
    pictures,
  ),
  snapshot: answering<Uint8Array>()(
    v.strictObject({ cursor: v.pipe(v.number(), v.integer(), v.minValue(-1)), view: keptView }),
    views,
  ),
  declarations: answering<string>()(nothing),
  /** The document shown; `unsaved` is its text while it is not saved, kept for the case of a crash. */
  noteDocument: answering<null>()(
    v.nullable(
      v.strictObject({
        name: fileName,
        kind: documentKind,
        token: v.nullable(fileToken),
        dirty: v.boolean(),
        unsaved: v.nullable(documentCells),
      }),
    ),
    texts,
  ),
  /** Which commands are possible now, for the menu. */
  noteCommands: answering<null>()(
    v.strictObject({ enabled: v.pipe(v.array(v.picklist(commandIds)), v.maxLength(1000)) }),
  ),
  /** How large everything in the window is; 1 is as designed. */
  scaleInterface: answering<null>()(v.strictObject({ factor: v.pipe(v.number(), v.minValue(0.5), v.maxValue(3)) })),
  /** Shows the question what to do with unsaved text. */
  askUnsaved: answering<"save" | "discard" | "cancel">()(v.strictObject({ name: fileName })),
  /** Closes the window; what is not saved is given up. */
  close: answering<null>()(nothing),
} as const;

export type RequestName = keyof typeof requests;
export type InputOf<K extends RequestName> = (typeof requests)[K] extends RequestEntry<infer I, infer _> ? I : never;
export type AnswerOf<K extends RequestName> = (typeof requests)[K] extends RequestEntry<infer _, infer O> ? O : never;

export const requestNames = Object.keys(requests) as RequestName[];

/** The channel of a request. */
export function requestChannel(name: RequestName): string {
  return `backstep:${name}`;
}
