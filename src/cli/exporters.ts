/** What a run can be written as without a window: one entry per format. */
import { animatedPng, framesOf, millisecondsOf } from "../graph/animation.ts";
import { gradientCsv, gradientRows } from "../graph/csv.ts";
import { sceneToDot } from "../graph/dot.ts";
import { withSnapshotInPng } from "../graph/embedded-snapshot.ts";
import { GifWriter } from "../graph/gif.ts";
import { pageAround, type StepRange } from "../graph/page.ts";
import type { ThemeName } from "../graph/palette.ts";
import { pictureToPdf } from "../graph/pdf/pdf.ts";
import type { PictureAt, Picturer } from "../graph/picture-at.ts";
import { storyOf } from "../graph/story.ts";
import { pictureToSvg } from "../graph/svg.ts";
import type { TraceSource } from "../trace/query.ts";
import { readFonts } from "./fonts.ts";
import { svgToPixels, svgToPng } from "./png.ts";

/** What an exporter may use. */
export interface ExportContext {
  trace: TraceSource;
  picturer: Picturer;
  /** The picture of the step: made when first asked, which takes a while for large graphs. */
  at(): Promise<PictureAt>;
  /** Event shown, -1 = before the first. */
  cursor: number;
  /** Events that pages, animations and stories hold; null: all. */
  steps: StepRange | null;
  theme: ThemeName;
  scale: number;
  embed: boolean;
  title: string;
  source: string;
  generator: string;
  snapshot(): Promise<Uint8Array>;
  /** Tells the person something about the export. */
  note(text: string): void;
}

export interface Exporter {
  format: string;
  extension: string;
  /** Shows the graph, so there must be one. */
  needsGraph: boolean;
  make(context: ExportContext): Promise<Uint8Array | string>;
}

export const exporters: readonly Exporter[] = [
  {
    format: "svg",
    extension: "svg",
    needsGraph: true,
    async make({ at, theme, embed, snapshot }) {
      const metadata = embed ? { metadata: ascii(await snapshot()) } : {};
      return pictureToSvg((await at()).picture, { theme, ...metadata });
    },
  },
  { format: "json", extension: "json", needsGraph: false, make: ({ snapshot }) => snapshot() },
  {
    format: "png",
    extension: "png",
    needsGraph: true,
    async make({ at, theme, scale, embed, snapshot }) {
      const png = await svgToPng(pictureToSvg((await at()).picture, { theme }), scale);
      return embed ? withSnapshotInPng(png, await snapshot()) : png;
    },
  },
  {
    format: "pdf",
    extension: "pdf",
    needsGraph: true,
    make: async ({ at, theme, generator }) =>
      pictureToPdf((await at()).picture, { theme, generator, fonts: await readFonts() }),
  },
  { format: "apng", extension: "apng", needsGraph: true, make: animationOf },
  { format: "gif", extension: "gif", needsGraph: true, make: gifOf },
  { format: "html", extension: "html", needsGraph: true, make: pageOf },
  { format: "dot", extension: "dot", needsGraph: true, make: async ({ at }) => sceneToDot((await at()).graph) },
  {
    format: "txt",
    extension: "txt",
    needsGraph: true,
    make: ({ trace, picturer, steps }) => storyOf(trace, picturer, steps ?? undefined),
  },
  {
    format: "csv",
    extension: "csv",
    needsGraph: false,
    async make({ trace, picturer, cursor }) {
      const leaves = await trace.ask("leaves", { cursor });
      return gradientCsv(gradientRows(leaves, await picturer.values(leaves.flatMap(({ grad }) => grad ?? []))));
    },
  },
];

async function pageOf(context: ExportContext): Promise<string> {
  const { picturer, cursor, steps, theme, title, source, generator, embed, note } = context;
  const held = embed ? { snapshot: ascii(await context.snapshot()) } : {};
  const options = { title, theme, source, generator, ...held };
  const { html, first, count } = await pageAround(picturer, cursor, options, steps ?? undefined);
  const { events } = picturer.summary;
  const wanted = steps === null ? events : steps.last - steps.first + 1;
  if (count < wanted)
    note(`the page holds steps ${first + 1} to ${first + count} of ${events}: those around step ${cursor + 1}`);
  return html;
}

async function animationOf(context: ExportContext): Promise<Uint8Array> {
  const frames: Uint8Array[] = [];
  for (const svg of await frameTexts(context)) frames.push(await svgToPng(svg, context.scale));
  return animatedPng(frames);
}

async function gifOf(context: ExportContext): Promise<Uint8Array> {
  const gif = new GifWriter();
  const texts = await frameTexts(context);
  for (const [i, svg] of texts.entries())
    gif.add(await svgToPixels(svg, context.scale), millisecondsOf(i, texts.length));
  return gif.finish();
}

/** SVG texts of an animation's frames, all of one size. */
async function frameTexts({ picturer, steps, theme, note }: ExportContext): Promise<string[]> {
  const { pictures, room, every } = await framesOf(picturer, steps ?? undefined);
  if (every > 1) note(`the animation holds every ${every}. step: --steps FIRST-LAST chooses fewer`);
  return pictures.map((picture) => pictureToSvg(picture, { theme, room }));
}

/** Text of bytes that are all ASCII. */
function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
