/** What a PDF needs of a TrueType font: glyphs of characters, their widths, and the font with only some of its glyphs. */
import { joined } from "../../trace/snapshot/bytes.ts";

export interface TrueType {
  /** 1000 units per em, as PDF counts. */
  readonly ascent: number;
  readonly descent: number;
  readonly box: readonly [number, number, number, number];
  /** Glyph of a code point, 0 when the font has none. */
  glyph(code: number): number;
  /** Advance width in thousandths of an em. */
  width(glyph: number): number;
  /** The font file with these glyphs (and what they are composed of); numbers of glyphs stay. */
  subset(glyphs: Iterable<number>): Uint8Array;
}

/** Tables that a viewer needs when it is told glyphs instead of characters. */
const KEPT = ["cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"] as const;

/** Errors: RangeError when the bytes are no TrueType font. */
export function readTrueType(bytes: Uint8Array): TrueType {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(0) !== 0x00010000) throw new RangeError("This is no TrueType font.");
  const tables = new Map<string, { start: number; length: number }>();
  for (let i = 0, at = 12; i < view.getUint16(4); i++, at += 16) {
    const tag = String.fromCharCode(...bytes.subarray(at, at + 4));
    tables.set(tag, { start: view.getUint32(at + 8), length: view.getUint32(at + 12) });
  }
  const table = (tag: string): { start: number; length: number } => {
    const found = tables.get(tag);
    if (found === undefined) throw new RangeError(`This font has no table ${tag}.`);
    return found;
  };
  const head = table("head").start;
  const hhea = table("hhea").start;
  const hmtx = table("hmtx").start;
  const glyf = table("glyf").start;
  const scale = 1000 / view.getUint16(head + 18);
  const longOffsets = view.getInt16(head + 50) === 1;
  const count = view.getUint16(table("maxp").start + 4);
  const metrics = view.getUint16(hhea + 34);
  const glyphs = characterMap(view, table("cmap").start);
  const loca = table("loca").start;
  const offset = (glyph: number): number =>
    longOffsets ? view.getUint32(loca + 4 * glyph) : 2 * view.getUint16(loca + 2 * glyph);
  const at = (glyph: number): { start: number; length: number } => ({
    start: glyf + offset(glyph),
    length: offset(glyph + 1) - offset(glyph),
  });
  const short = (place: number): number => Math.round(view.getInt16(place) * scale);
  return {
    ascent: short(hhea + 4),
    descent: short(hhea + 6),
    box: [short(head + 36), short(head + 38), short(head + 40), short(head + 42)],
    glyph: (code) => glyphs.get(code) ?? 0,
    width: (glyph) => view.getUint16(hmtx + 4 * Math.min(glyph, metrics - 1)) * scale,
    subset(wanted) {
      const kept = withComponents(view, new Set([0, ...wanted]), at);
      const places = new Uint8Array(4 * (count + 1));
      const placesView = new DataView(places.buffer);
      const shapes: Uint8Array[] = [];
      let length = 0;
      for (let glyph = 0; glyph < count; glyph++) {
        placesView.setUint32(4 * glyph, length);
        if (!kept.has(glyph)) continue;
        const shape = at(glyph);
        const padded = new Uint8Array((shape.length + 3) & ~3);
        padded.set(bytes.subarray(shape.start, shape.start + shape.length));
        shapes.push(padded);
        length += padded.length;
      }
      placesView.setUint32(4 * count, length);
      const parts = new Map<string, Uint8Array>();
      for (const tag of KEPT) {
        const found = tables.get(tag);
        if (found !== undefined) parts.set(tag, bytes.slice(found.start, found.start + found.length));
      }
      parts.set("glyf", joined(shapes));
      parts.set("loca", places);
      // Offsets are long now.
      new DataView((parts.get("head") as Uint8Array).buffer).setInt16(50, 1);
      return fontFile(parts);
    },
  };
}

/** Code points of the widest Unicode subtable, formats 4 and 12 (OpenType specification, cmap). */
function characterMap(view: DataView, cmap: number): Map<number, number> {
  const out = new Map<number, number>();
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const start = cmap + view.getUint32(cmap + 4 + 8 * i + 4);
    const format = view.getUint16(start);
    if (format === 12) readSegments(view, start, out);
    else if (format === 4) readDeltas(view, start, out);
  }
  return out;
}

function readSegments(view: DataView, start: number, out: Map<number, number>): void {
  for (let g = 0; g < view.getUint32(start + 12); g++) {
    const at = start + 16 + 12 * g;
    const first = view.getUint32(at);
    for (let code = first; code <= view.getUint32(at + 4); code++) out.set(code, view.getUint32(at + 8) + code - first);
  }
}

function readDeltas(view: DataView, start: number, out: Map<number, number>): void {
  const twice = view.getUint16(start + 6);
  const ends = start + 14;
  const starts = ends + twice + 2;
  const deltas = starts + twice;
  const ranges = deltas + twice;
  for (let s = 0; s < twice; s += 2) {
    const range = view.getUint16(ranges + s);
    for (let code = view.getUint16(starts + s); code <= view.getUint16(ends + s) && code < 0xffff; code++) {
      const place = ranges + s + range + 2 * (code - view.getUint16(starts + s));
      const base = range === 0 ? code : view.getUint16(place);
      const glyph = range !== 0 && base === 0 ? 0 : (base + view.getInt16(deltas + s)) & 0xffff;
      if (glyph !== 0) out.set(code, glyph);
    }
  }
}

/** Glyphs and those that they are composed of. */
function withComponents(
  view: DataView,
  wanted: Set<number>,
  at: (glyph: number) => { start: number; length: number },
): Set<number> {
  // Grows while it is walked.
  for (const glyph of wanted) {
    const { start, length } = at(glyph);
    if (length === 0 || view.getInt16(start) >= 0) continue;
    for (let place = start + 10, more = true; more; ) {
      const flags = view.getUint16(place);
      wanted.add(view.getUint16(place + 2));
      more = (flags & 0x20) !== 0;
      const scaled = (flags & 0x8) !== 0 ? 2 : (flags & 0x40) !== 0 ? 4 : (flags & 0x80) !== 0 ? 8 : 0;
      place += 4 + ((flags & 1) !== 0 ? 4 : 2) + scaled;
    }
  }
  return wanted;
}

function fontFile(parts: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const header = new Uint8Array(12 + 16 * parts.size);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x00010000);
  view.setUint16(4, parts.size);
  const log = Math.floor(Math.log2(parts.size));
  view.setUint16(6, 16 * 2 ** log);
  view.setUint16(8, log);
  view.setUint16(10, 16 * (parts.size - 2 ** log));
  const bodies: Uint8Array[] = [header];
  let start = header.length;
  let entry = 12;
  for (const [tag, body] of [...parts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (let i = 0; i < 4; i++) header[entry + i] = tag.charCodeAt(i);
    const padded = new Uint8Array((body.length + 3) & ~3);
    padded.set(body);
    view.setUint32(entry + 4, checksum(padded));
    view.setUint32(entry + 8, start);
    view.setUint32(entry + 12, body.length);
    bodies.push(padded);
    start += padded.length;
    entry += 16;
  }
  return joined(bodies);
}

function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer);
  let sum = 0;
  for (let i = 0; i + 3 < bytes.length; i += 4) sum = (sum + view.getUint32(i)) >>> 0;
  return sum;
}
