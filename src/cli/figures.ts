/** The figures of a program as files. */
import { basename, extname } from "node:path";
import type { RunnerEvent } from "../runner/protocol.ts";
import { svgToPng } from "./png.ts";

type Display = Extract<RunnerEvent, { kind: "display" }>;

export interface FigureFile {
  readonly name: string;
  /** PNG with so many device pixels per pixel; SVG where the name says so. Errors: those of `svgToPng`. */
  make(scale: number): Promise<Uint8Array | string>;
}

/** The file of the `number`th thing that a program showed, called as `savefig` called it; null for what is no figure. */
export function figureFile({ mime, data, name = "" }: Display, number: number): FigureFile | null {
  if (mime !== "image/svg+xml") return null;
  // A name from the program is a name, never a place.
  const own = basename(name.replaceAll("\\", "/")).replace(/[^\p{L}\p{N}._ ()-]/gu, "_");
  if (extname(own) === ".svg") return { name: own, make: async () => data };
  const stem = basename(own, extname(own)).replace(/^\.+/, "");
  return { name: `${stem || `figure-${number}`}.png`, make: (scale) => svgToPng(data, scale) };
}
