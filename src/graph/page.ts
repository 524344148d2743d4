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

/** Events `first` to `last`, both included. */
export interface StepRange {
  first: number;
  last: number;
}

/**
 * The page that opens at step `cursor`, with the events of `range` (default: all), or those of them around the cursor when they are
 * too many. Throws RangeError when there are no events.
 */
export async function pageAround(
  picturer: Picturer,
  cursor: number,
  options: Omit<HtmlOptions, "start">,
  range?: StepRange,
): Promise<Page> {
  const { first, count } = windowOf(picturer.summary.events, cursor, maxPageSteps, range);
  const steps: HtmlStep[] = [];
  for (let seq = first; seq < first + count; seq++) {
    const { picture, layoutKey } = await picturer.at(seq);
    steps.push({ picture, layout: layoutKey });
  }
  const start = Math.max(0, Math.min(count - 1, cursor - first));
  return { html: picturesToHtml(steps, { ...options, start }), first, count };
}

/** Of a range of `events` events (default: all) at most `most`, around the cursor. */
export function windowOf(
  events: number,
  cursor: number,
  most: number,
  range: StepRange = { first: 0, last: events - 1 },
): { first: number; count: number } {
  const low = Math.max(0, range.first);
  const end = Math.min(events, range.last + 1);
  const count = Math.max(0, Math.min(end - low, most));
  return { first: Math.max(low, Math.min(end - count, cursor - Math.floor(count / 2))), count };
}
