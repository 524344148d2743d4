/** What can leave the window as a file: one entry per format. */

import type { ThemeName } from "../../graph/palette.ts";
import type { Picture } from "../../graph/picture.ts";
import { pictureToSvg } from "../../graph/svg.ts";
import { pictureToPng } from "./png.ts";

export interface ExportInput {
  picture: Picture;
  theme: ThemeName;
  background: "theme" | "transparent";
  scale: 1 | 2 | 3;
  /** The run as a snapshot, for JSON and for embedding. */
  snapshot: () => Promise<Uint8Array>;
}

export interface Exporter {
  id: string;
  label: string;
  extension: string;
  /** Which choices matter to it. */
  uses: { scale: boolean; background: boolean };
  make: (input: ExportInput) => Promise<Uint8Array>;
}

export const exporters: readonly Exporter[] = [
  {
    id: "png",
    label: "PNG picture",
    extension: "png",
    uses: { scale: true, background: true },
    make: (input) => pictureToPng(input.picture, input),
  },
  {
    id: "svg",
    label: "SVG picture",
    extension: "svg",
    uses: { scale: false, background: true },
    make: async ({ picture, theme, background }) =>
      new TextEncoder().encode(pictureToSvg(picture, { theme, background })),
  },
  {
    id: "json",
    label: "Snapshot (JSON)",
    extension: "json",
    uses: { scale: false, background: false },
    make: ({ snapshot }) => snapshot(),
  },
];
