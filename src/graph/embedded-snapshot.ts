/**
 * A snapshot inside a picture or a page, so that it can be opened as a run again: in SVG as `<metadata>`, in HTML in a `<template>`,
 * in PNG as an iTXt chunk (PNG specification, third edition, 11.3.3.4).
 */
import { crc32 } from "../trace/snapshot/crc32.ts";
import { escapeXml } from "./escape.ts";
import { chunksOf, isPng } from "./png-chunks.ts";

/** Namespace of the embedded snapshot. */
export const snapshotNamespace = "https://backstep.invalid/snapshot/1";

/** Keyword of the chunk. */
const keyword = "backstep-snapshot";

const codes = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0));
/** Keyword, no compression, no language, no translated keyword. */
const textHead = [...codes(keyword), 0, 0, 0, 0, 0];

/** The picture with the snapshot (ASCII, as `writeSnapshot` makes it) before its end. Throws RangeError when it is no PNG. */
export function withSnapshotInPng(png: Uint8Array, snapshot: Uint8Array): Uint8Array {
  const end = chunksOf(png).find(({ type }) => type === "IEND");
  if (end === undefined) throw new RangeError("This is no PNG picture.");
  const body = new Uint8Array(4 + textHead.length + snapshot.length);
  body.set(codes("iTXt"));
  body.set(textHead, 4);
  body.set(snapshot, 4 + textHead.length);
  const out = new Uint8Array(png.length + body.length + 8);
  const view = new DataView(out.buffer);
  out.set(png.subarray(0, end.start));
  view.setUint32(end.start, body.length - 4);
  out.set(body, end.start + 4);
  view.setUint32(end.start + 4 + body.length, Number.parseInt(crc32(body), 16));
  out.set(png.subarray(end.start), end.start + 8 + body.length);
  return out;
}

/** The element that holds a snapshot (ASCII text) in SVG and HTML. */
export function snapshotElement(snapshot: string): string {
  return `<snapshot xmlns="${snapshotNamespace}">${escapeXml(snapshot)}</snapshot>`;
}

/** The snapshot in a picture or a page, null when there is none. `bytes` may be anything. */
export function snapshotInPicture(bytes: Uint8Array): Uint8Array | null {
  return isPng(bytes) ? inPng(bytes) : inMarkup(bytes);
}

/** The snapshot that a file is or, when it is a picture or a page, holds; null: a picture or page without one. */
export function snapshotInFile(bytes: Uint8Array): Uint8Array | null {
  const first = bytes.find((byte) => byte > 32);
  return isPng(bytes) || first === "<".charCodeAt(0) ? snapshotInPicture(bytes) : bytes;
}

function inPng(png: Uint8Array): Uint8Array | null {
  for (const { type, data } of chunksOf(png))
    if (type === "iTXt" && textHead.every((byte, i) => data[i] === byte)) return data.slice(textHead.length);
  return null;
}

const entities: Readonly<Record<string, number>> = { amp: 38, lt: 60, gt: 62, quot: 34, "#39": 39, apos: 39 };

/** The text of the snapshot's element with its entities replaced; the snapshot itself has no angle brackets unescaped. */
function inMarkup(bytes: Uint8Array): Uint8Array | null {
  const open = indexOf(bytes, codes(`<snapshot xmlns="${snapshotNamespace}">`), 0);
  if (open.end < 0) return null;
  const close = indexOf(bytes, codes("</snapshot>"), open.end);
  if (close.end < 0) return null;
  const body = bytes.subarray(open.end, close.start);
  const out = new Uint8Array(body.length);
  let length = 0;
  for (let i = 0; i < body.length; i++) {
    if (body[i] !== 38) {
      out[length++] = body[i];
      continue;
    }
    const semicolon = body.indexOf(59, i);
    const name = semicolon < 0 || semicolon - i > 8 ? "" : String.fromCharCode(...body.subarray(i + 1, semicolon));
    const code = Object.hasOwn(entities, name) ? entities[name] : undefined;
    if (code === undefined) return null;
    out[length++] = code;
    i = semicolon;
  }
  return out.slice(0, length);
}

function indexOf(bytes: Uint8Array, word: readonly number[], from: number): { start: number; end: number } {
  for (let i = bytes.indexOf(word[0] as number, from); i >= 0; i = bytes.indexOf(word[0] as number, i + 1)) {
    let k = 1;
    while (k < word.length && bytes[i + k] === word[k]) k++;
    if (k === word.length) return { start: i, end: i + k };
  }
  return { start: -1, end: -1 };
}
