/** What can leave the window as a file: one entry per format. */

import { gradientCsv, gradientRows } from "../../graph/csv.ts";
import { sceneToDot } from "../../graph/dot.ts";
import { pageAround } from "../../graph/page.ts";
import type { ThemeName } from "../../graph/palette.ts";
import type { Picture } from "../../graph/picture.ts";
import { createPicturer, type Picturer } from "../../graph/picture-at.ts";
import { pictureToSvg } from "../../graph/svg.ts";
import type { TraceSource } from "../../trace/query.ts";
import type { Shown } from "../state/app-state.ts";
import { pictureToPng } from "./png.ts";

export interface ExportInput {
  picture: Picture;
  theme: ThemeName;
  background: "theme" | "transparent";
  scale: 1 | 2 | 3;
  /** What is shown, and the trace it comes from. */
  shown: Shown;
  trace: TraceSource;
  title: string;
  source: string;
  direction: "down" | "right";
  secondOrder: boolean;
  /** The run as a snapshot, for JSON and for embedding. */
  snapshot: () => Promise<Uint8Array>;
}

export interface Exporter {
  id: string;
  label: string;
  extension: string;
  /** Which choices matter to it. */
  uses: { scale: boolean; theme: boolean; background: boolean };
  /** What the person gets, where that is more than the picture. */
  note?: string;
  make: (input: ExportInput) => Promise<Uint8Array>;
}

export const exporters: readonly Exporter[] = [
  {
    id: "png",
    label: "PNG",
    extension: "png",
    uses: { scale: true, theme: true, background: true },
    make: (input) => pictureToPng(input.picture, input),
  },
  {
    id: "svg",
    label: "SVG",
    extension: "svg",
    uses: { scale: false, theme: true, background: true },
    make: async ({ picture, theme, background }) => utf8(pictureToSvg(picture, { theme, background })),
  },
  {
    id: "json",
    label: "Snapshot",
    extension: "json",
    uses: { scale: false, theme: false, background: false },
    note: "The snapshot holds the program, the whole trace and this step. Opening it never runs code.",
    make: ({ snapshot }) => snapshot(),
  },
  {
    id: "html",
    label: "Web page",
    extension: "html",
    uses: { scale: false, theme: true, background: false },
    note: "One file that anyone can open and step through, without a network.",
    make: async (input) => {
      const { theme, title, source, shown } = input;
      const picturer = await picturerOf(input);
      const page = await pageAround(picturer, shown.view.cursor, { title, theme, source, generator: "Backstep" });
      return utf8(page.html);
    },
  },
  {
    id: "dot",
    label: "Graphviz",
    extension: "dot",
    uses: { scale: false, theme: false, background: false },
    note: "The graph without its values, for other tools.",
    make: async ({ shown }) => utf8(sceneToDot(shown.graph)),
  },
  {
    id: "csv",
    label: "Gradients (CSV)",
    extension: "csv",
    uses: { scale: false, theme: false, background: false },
    note: "One row per leaf: name, shape, and norm, extremes and mean of its gradient at this step.",
    make: async (input) => {
      const leaves = await input.trace.ask("leaves", { cursor: input.shown.view.cursor });
      const picturer = await picturerOf(input);
      return utf8(gradientCsv(gradientRows(leaves, await picturer.values(leaves.flatMap(({ grad }) => grad ?? [])))));
    },
  },
];

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Pictures of other steps, with the groups closed that are closed now. */
function picturerOf({ trace, shown, direction, secondOrder }: ExportInput): Promise<Picturer> {
  return createPicturer(trace, { direction, secondOrder, collapsed: new Set(shown.graph.collapsed) });
}
