/** A run in words: one line per step. */

import type { SourceLocation } from "../trace/events.ts";
import { placeName } from "../trace/place-name.ts";
import type { TraceSource } from "../trace/query.ts";
import { describeStep } from "./describe.ts";
import { eventValues } from "./needed-values.ts";
import { type StepRange, windowOf } from "./page.ts";
import type { Picturer } from "./picture-at.ts";
import { SceneLookup } from "./scene-lookup.ts";

const eventsPerQuestion = 1024;

/** "step 3: mul computes c = 6.0  (line 4)" for every event of the run, or of a range of it. */
export async function storyOf(trace: TraceSource, picturer: Picturer, range?: StepRange): Promise<string> {
  const { events: all, locations } = picturer.summary;
  const { first: start, count } = windowOf(all, 0, all, range);
  const end = start + count;
  const lines: string[] = [];
  const scenes = new Map<number, SceneLookup>();
  // An accumulation is told with the contribution that flowed in just before.
  const flows: Record<number, number> = {};
  for (let first = start; first < end; first += eventsPerQuestion) {
    const events = await trace.ask("events", { first, last: Math.min(end, first + eventsPerQuestion) });
    const value = await picturer.values(events.flatMap(eventValues));
    for (const event of events) {
      if (event.kind === "bwd.edge") flows[event.edge] = event.contribution;
      let lookup = scenes.get(event.scene);
      if (lookup === undefined) {
        lookup = new SceneLookup(await trace.ask("scene", { scene: event.scene }));
        scenes.set(event.scene, lookup);
      }
      const context = { node: lookup.node, edge: lookup.edge, value, flow: (edge: number) => flows[edge] };
      lines.push(`${describeStep(event, context)}${placeWords(locations[event.loc])}\n`);
    }
  }
  return lines.join("");
}

function placeWords(place: SourceLocation | undefined): string {
  if (place === undefined || place.line === 0) return "";
  return `  (${placeName(place)})`;
}
