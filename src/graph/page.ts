/** The HTML page of a run: every step, or those around one when there are too many for a page. */
import { type HtmlOptions, type HtmlStep, picturesToHtml } from "./html.ts";
import type { Picturer } from "./picture-at.ts";

/** Steps that one page holds at most; each is a picture's changes. */
export const maxPageSteps = 1500;

export interface Page {
  html: string;
  /** Steps on the page: `first` … `first + count - 1` of all events. */
  first: number;
  count: number;
}

/** The page that opens at step `cursor`. Throws RangeError when the run has no events. */
export async function pageAround(
  picturer: Picturer,
  cursor: number,
  options: Omit<HtmlOptions, "start">,
): Promise<Page> {
  const { events } = picturer.summary;
  const count = Math.min(events, maxPageSteps);
  const first = Math.max(0, Math.min(events - count, cursor - Math.floor(count / 2)));
  const steps: HtmlStep[] = [];
  for (let seq = first; seq < first + count; seq++) {
    const { picture, layoutKey } = await picturer.at(seq);
    steps.push({ picture, layout: layoutKey });
  }
  const start = Math.max(0, Math.min(count - 1, cursor - first));
  return { html: picturesToHtml(steps, { ...options, start }), first, count };
}
