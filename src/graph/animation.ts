/** Steps as an animation: pictures of one size, one after the other; as an animated PNG (PNG specification, third edition, 11.3.6). */

import { joined } from "../trace/snapshot/bytes.ts";
import { crc32 } from "../trace/snapshot/crc32.ts";
import { describeFrame, type Room } from "./frame.ts";
import type { StepRange } from "./page.ts";
import type { Picture } from "./picture.ts";
import type { Picturer } from "./picture-at.ts";
import { chunksOf } from "./png-chunks.ts";

/** Frames that one animation holds at most. */
export const maxFrames = 240;
/** Milliseconds that a step is shown, and the last one before it begins anew. */
const PER_STEP = 700;
const AT_THE_END = 2500;

/** How long frame `i` of `count` is shown. */
export const millisecondsOf = (i: number, count: number): number => (i === count - 1 ? AT_THE_END : PER_STEP);

export interface Frames {
  pictures: Picture[];
  /** A size that holds each of them with its frame. */
  room: Room;
  /** Each how many steps there is a picture: 1 unless there are too many. */
  every: number;
}

/** Pictures of the events of `range` (default: all). Throws RangeError when there are none. */
export async function framesOf(picturer: Picturer, range?: StepRange): Promise<Frames> {
  const { events } = picturer.summary;
  const first = Math.max(0, range?.first ?? 0);
  const last = Math.min(events - 1, range?.last ?? events - 1);
  if (last < first) throw new RangeError("There is no step to export.");
  const every = Math.ceil((last - first + 1) / maxFrames);
  const pictures: Picture[] = [];
  const room = { width: 0, height: 0 };
  for (let seq = first; seq <= last; seq += every) {
    // The last picture is that of the last step.
    const { picture } = await picturer.at(seq + every > last ? last : seq);
    pictures.push(picture);
    const { box } = describeFrame(picture, true);
    room.width = Math.max(room.width, box.width);
    room.height = Math.max(room.height, box.height);
  }
  return { pictures, room, every };
}

/** One animated PNG of PNG pictures of one size and kind. Errors: RangeError when they are not. */
export function animatedPng(frames: readonly Uint8Array[]): Uint8Array {
  const shown: { png: Uint8Array; milliseconds: number }[] = [];
  frames.forEach((png, i) => {
    const milliseconds = millisecondsOf(i, frames.length);
    const last = shown.at(-1);
    if (last !== undefined && sameBytes(last.png, png)) last.milliseconds += milliseconds;
    else shown.push({ png, milliseconds });
  });
  if (shown.length === 0) throw new RangeError("An animation has at least one frame.");
  const parts = shown.map(({ png }) => chunksOf(png));
  const headers = parts.map((chunks) => chunks.find(({ type }) => type === "IHDR")?.data ?? new Uint8Array());
  const header = headers[0];
  if (header.length === 0 || !headers.every((one) => sameBytes(one, header)))
    throw new RangeError("The frames of an animation are PNG pictures of one size.");
  const size = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const out = [shown[0].png.subarray(0, 8), chunk("IHDR", header), chunk("acTL", words(shown.length, 0))];
  let sequence = 0;
  shown.forEach(({ milliseconds }, i) => {
    const control = new Uint8Array(26);
    const view = new DataView(control.buffer);
    view.setUint32(0, sequence++);
    view.setUint32(4, size.getUint32(0));
    view.setUint32(8, size.getUint32(4));
    view.setUint16(20, Math.min(65_535, milliseconds));
    view.setUint16(22, 1000);
    out.push(chunk("fcTL", control));
    for (const { type, data } of parts[i])
      if (type === "IDAT") out.push(i === 0 ? chunk(type, data) : chunk("fdAT", joined([words(sequence++), data])));
  });
  out.push(chunk("IEND", new Uint8Array()));
  return joined(out);
}

function words(...numbers: number[]): Uint8Array {
  const out = new Uint8Array(4 * numbers.length);
  numbers.forEach((n, i) => {
    new DataView(out.buffer).setUint32(4 * i, n);
  });
  return out;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = joined([Uint8Array.from(type, (c) => c.charCodeAt(0)), data]);
  return joined([words(data.length), body, words(Number.parseInt(crc32(body), 16))]);
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
