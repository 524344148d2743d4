/**
 * A snapshot inside a picture, so that the picture can be opened as a run again: in SVG as `<metadata>`, in PNG as an iTXt chunk
 * (PNG specification, third edition, 11.3.3.4).
 */
import { crc32 } from "../trace/snapshot/crc32.ts";
import { snapshotNamespace } from "./svg.ts";

/** Keyword of the chunk. */
const keyword = "backstep-snapshot";
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

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

/** The snapshot in a picture, null when there is none. `bytes` may be anything. */
export function snapshotInPicture(bytes: Uint8Array): Uint8Array | null {
  return isPng(bytes) ? inPng(bytes) : inSvg(bytes);
}

function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

interface Chunk {
  type: string;
  /** Of its length field. */
  start: number;
  data: Uint8Array;
}

function chunksOf(png: Uint8Array): Chunk[] {
  const chunks: Chunk[] = [];
  if (!isPng(png)) return chunks;
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8; at + 12 <= png.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > png.length) break;
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    chunks.push({ type, start: at, data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function inPng(png: Uint8Array): Uint8Array | null {
  for (const { type, data } of chunksOf(png))
    if (type === "iTXt" && textHead.every((byte, i) => data[i] === byte)) return data.slice(textHead.length);
  return null;
}

const entities: Readonly<Record<string, number>> = { amp: 38, lt: 60, gt: 62, quot: 34, "#39": 39, apos: 39 };

/** The text of the snapshot's element with its entities replaced; the snapshot itself has no angle brackets unescaped. */
function inSvg(bytes: Uint8Array): Uint8Array | null {
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
