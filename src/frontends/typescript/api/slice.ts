import { TorchError } from "../../../engine/errors.ts";
import { ELLIPSIS, SliceArg } from "../../../engine/index-item.ts";

/** A range of a dimension, as Python's `start:stop:step`; null or absent = from the beginning, to the end. */
export class Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
  constructor(start: number | null = null, stop: number | null = null, step: number | null = null) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    Object.freeze(this);
  }
}

/** `slice(1, 3)` is Python's `1:3`; `slice(null, null, 2)` is `::2`. */
export const slice = (start: number | null = null, stop: number | null = null, step: number | null = null): Slice =>
  new Slice(start, stop, step);

/** An index written as in Python: "...", ":", "1:", ":-1", "::2". Error: anything else. */
export function parseIndex(text: string): typeof ELLIPSIS | SliceArg {
  const clean = text.trim();
  if (clean === "..." || clean === "…") return ELLIPSIS;
  const parts = clean.split(":");
  if (parts.length < 2 || parts.length > 3 || !parts.every((p) => /^\s*(-?\d+)?\s*$/.test(p)))
    throw new TorchError(
      "IndexError",
      `"${text}" is no index: write "...", ":", "1:3", "::2", or use numbers, null, slice(a, b), tensors and arrays`,
    );
  const [start, stop, step] = parts.map((p) => (p.trim() === "" ? null : Number(p)));
  return new SliceArg(start, stop, step ?? null);
}
