/** What can leave the window as a file: one entry per format. */

import { animatedPng, framesOf, maxFrames, millisecondsOf } from "../../graph/animation.ts";
import { gradientCsv, gradientRows } from "../../graph/csv.ts";
import { sceneToDot } from "../../graph/dot.ts";
import { withSnapshotInPng } from "../../graph/embedded-snapshot.ts";
import { formatCount } from "../../graph/format-number.ts";
import { GifWriter } from "../../graph/gif.ts";
import { maxPageSteps, pageAround, type StepRange } from "../../graph/page.ts";
import type { ThemeName } from "../../graph/palette.ts";
import { pictureToPdf } from "../../graph/pdf/pdf.ts";
import type { Picture } from "../../graph/picture.ts";
import { createPicturer, type Picturer } from "../../graph/picture-at.ts";
import { pictureToSvg } from "../../graph/svg.ts";
import type { TraceSource } from "../../trace/query.ts";
import type { Shown } from "../state/app-state.ts";
import { loadFonts } from "./fonts.ts";
import { pictureToPixels, pictureToPng } from "./png.ts";

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
  /** Events chosen on the timeline, for what holds many steps; null: all. */
  focus: StepRange | null;
  /** Put the run inside, so that the file can be opened again. */
  embed: boolean;
  /** The run as a snapshot, for JSON and for embedding. */
  snapshot: () => Promise<Uint8Array>;
}

export interface Exporter {
  id: string;
  label: string;
  extension: string;
  /** Which choices matter to it. */
  uses: { scale?: boolean; theme?: boolean; background?: boolean; focus?: boolean; embed?: boolean };
  /** What the person gets, where that is more than the picture. */
  note?: string;
  make: (input: ExportInput) => Promise<Uint8Array>;
}

export const exporters: readonly Exporter[] = [
  {
    id: "png",
    label: "PNG",
    extension: "png",
    uses: { scale: true, theme: true, background: true, embed: true },
    make: async (input) => {
      const png = await pictureToPng(input.picture, input);
      return input.embed ? withSnapshotInPng(png, await input.snapshot()) : png;
    },
  },
  {
    id: "svg",
    label: "SVG",
    extension: "svg",
    uses: { theme: true, background: true, embed: true },
    make: async (input) => {
      const { picture, theme, background } = input;
      return utf8(
        pictureToSvg(picture, { theme, background, ...(input.embed ? { metadata: await held(input) } : {}) }),
      );
    },
  },
  {
    id: "pdf",
    label: "PDF",
    extension: "pdf",
    uses: { theme: true, background: true },
    make: async ({ picture, theme, background }) =>
      pictureToPdf(picture, { theme, background, fonts: await loadFonts() }),
  },
  {
    id: "apng",
    label: "Animation",
    extension: "apng",
    uses: { scale: true, theme: true, background: true, focus: true },
    note: `An animated PNG that plays in any browser: one picture per step, at most ${maxFrames}.`,
    make: async (input) => {
      const { pictures, room } = await framesOf(await picturerOf(input), input.focus ?? undefined);
      const frames: Uint8Array[] = [];
      for (const picture of pictures) frames.push(await pictureToPng(picture, { ...input, room }));
      return animatedPng(frames);
    },
  },
  {
    id: "gif",
    label: "GIF",
    extension: "gif",
    uses: { scale: true, theme: true, focus: true },
    note: `An animation for slides and chats that know no animated PNG: one picture per step, at most ${maxFrames}, of 255 colours each.`,
    make: async (input) => {
      const { pictures, room } = await framesOf(await picturerOf(input), input.focus ?? undefined);
      const gif = new GifWriter();
      for (const [i, picture] of pictures.entries()) {
        gif.add(pictureToPixels(picture, { ...input, background: "theme", room }), millisecondsOf(i, pictures.length));
        // The window answers between two frames.
        await new Promise((done) => setTimeout(done));
      }
      return gif.finish();
    },
  },
  {
    id: "json",
    label: "Snapshot",
    extension: "json",
    uses: {},
    note: "The snapshot holds the program, the whole trace and this step. Opening it never runs code.",
    make: ({ snapshot }) => snapshot(),
  },
  {
    id: "html",
    label: "Web page",
    extension: "html",
    uses: { theme: true, focus: true, embed: true },
    note: `One file that anyone can open and step through, without a network; at most ${formatCount(maxPageSteps)} steps.`,
    make: async (input) => {
      const { theme, title, source, shown, focus } = input;
      const options = { title, theme, source, generator: "Backstep" };
      const page = await pageAround(
        await picturerOf(input),
        shown.view.cursor,
        input.embed ? { ...options, snapshot: await held(input) } : options,
        focus ?? undefined,
      );
      return utf8(page.html);
    },
  },
  {
    id: "dot",
    label: "Graphviz",
    extension: "dot",
    uses: {},
    note: "The graph without its values, for other tools.",
    make: async ({ shown }) => utf8(sceneToDot(shown.graph)),
  },
  {
    id: "csv",
    label: "Gradients (CSV)",
    extension: "csv",
    uses: {},
    note: "One row per leaf: name, shape, and norm, extremes and mean of its gradient at this step.",
    make: async (input) => {
      const leaves = await input.trace.ask("leaves", { cursor: input.shown.view.cursor });
      const picturer = await picturerOf(input);
      return utf8(gradientCsv(gradientRows(leaves, await picturer.values(leaves.flatMap(({ grad }) => grad ?? [])))));
    },
  },
];

/** The snapshot as text: it is ASCII. */
const held = async ({ snapshot }: ExportInput): Promise<string> => new TextDecoder().decode(await snapshot());

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Pictures of other steps, with the groups closed that are closed now. */
function picturerOf({ trace, shown, direction, secondOrder }: ExportInput): Promise<Picturer> {
  return createPicturer(trace, { direction, secondOrder, collapsed: new Set(shown.graph.collapsed) });
}
