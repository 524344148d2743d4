/** The fonts in resources/fonts, for pictures drawn without a browser. */
import { readFile } from "node:fs/promises";
import type { FontFiles } from "../graph/pdf/fonts.ts";

/** Holds from src/cli and from the bundle in out/cli: both are two folders below the project. */
const folder = new URL("../../resources/fonts/", import.meta.url);

export async function readFonts(): Promise<FontFiles> {
  const read = async (name: string): Promise<Uint8Array> => new Uint8Array(await readFile(new URL(name, folder)));
  const [regular, semiBold, bold, fallback] = await Promise.all([
    read("Inter-Regular.ttf"),
    read("Inter-SemiBold.ttf"),
    read("Inter-Bold.ttf"),
    read("DejaVuSans.ttf"),
  ]);
  return { 400: regular, 600: semiBold, 700: bold, fallback };
}
