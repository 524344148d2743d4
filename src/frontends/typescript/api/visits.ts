import type { Runtime } from "../../../engine/runtime.ts";
import type { ProgramLocation } from "../translate/locations.ts";

/** The line that a function is at. */
interface At {
  line: number;
  visit: number;
  /** Places on it that were evaluated. */
  readonly places: Set<number>;
}

/**
 * Tells the runtime where the program is, and which execution of its line that is. A place in the source is evaluated once in an
 * execution of its line: when a function comes to a place again, or to another of its lines, an execution begins.
 */
export function createVisits(rt: Runtime, locations: readonly ProgramLocation[]): (location: number) => void {
  const functions = new Map<string, At>();
  let visits = 0;
  return (location) => {
    rt.location = location;
    const here = locations[location - 1];
    if (here === undefined) return;
    let at = functions.get(here.scope);
    if (at === undefined) functions.set(here.scope, (at = { line: 0, visit: 0, places: new Set() }));
    if (at.line !== here.line || at.places.has(location)) {
      at.line = here.line;
      at.visit = ++visits;
      at.places.clear();
    }
    at.places.add(location);
    rt.visit = at.visit;
  };
}
