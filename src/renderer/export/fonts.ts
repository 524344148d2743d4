/** The fonts that a PDF takes in, fetched from the window's own files when they are needed. */

import fallback from "../../../resources/fonts/DejaVuSans.ttf?url";
import bold from "../../../resources/fonts/Inter-Bold.ttf?url";
import regular from "../../../resources/fonts/Inter-Regular.ttf?url";
import semiBold from "../../../resources/fonts/Inter-SemiBold.ttf?url";
import type { FontFiles } from "../../graph/pdf/fonts.ts";

export async function loadFonts(): Promise<FontFiles> {
  const load = async (address: string): Promise<Uint8Array> =>
    new Uint8Array(await (await fetch(address)).arrayBuffer());
  const [one, two, three, four] = await Promise.all([load(regular), load(semiBold), load(bold), load(fallback)]);
  return { 400: one, 600: two, 700: three, fallback: four };
}
