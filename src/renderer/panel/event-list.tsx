/** Every event in words, in order: the same as the picture, for reading and for screen readers. Only rows in sight exist. */

import { useEffect, useRef, useState } from "preact/hooks";
import { describeContext, describeEvent } from "../../graph/describe.ts";
import { formatCount } from "../../graph/format-number.ts";
import { eventValues } from "../../graph/needed-values.ts";
import type { TraceEvent } from "../../trace/events.ts";
import type { SceneGraph } from "../../trace/graph-model.ts";
import { type NamedPlace, placeName } from "../../trace/place-name.ts";
import { kindTitle } from "../inspector/step-card.tsx";
import { useActions } from "../session/actions-context.ts";
import type { TraceClient } from "../session/trace-client.ts";
import { eventCount } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import { rowHeight, useRowsInSight } from "./rows-in-sight.ts";

interface Row {
  seq: number;
  kind: string;
  text: string;
  where: string;
}

export function EventList() {
  const actions = useActions();
  const count = useSelect(eventCount);
  const cursor = useSelect((state) => state.shown?.view.cursor ?? -1);
  const locations = useSelect((state) => state.run.summary?.locations);
  const host = useRef<HTMLDivElement>(null);
  const range = useRowsInSight(host, count, cursor);
  const [rows, setRows] = useState<Row[]>([]);

  const client = actions.client();
  useEffect(() => {
    if (!client || count === 0) {
      setRows([]);
      return;
    }
    let gone = false;
    readRows(client, range.first, range.last, locations ?? []).then((found) => {
      if (!gone) setRows(found);
    }, actions.report);
    return () => {
      gone = true;
    };
  }, [client, count, range.first, range.last, locations, actions]);

  if (count === 0) {
    const hint = client
      ? "The run has no events: it used no tensors."
      : "Run a program: every event appears here in words.";
    return <p class="empty-hint">{hint}</p>;
  }
  return (
    <div
      ref={host}
      class="event-list"
      role="listbox"
      aria-label="Events"
      tabIndex={0}
      data-region="events"
      data-testid="events"
      style={{ height: `${count * rowHeight}px` }}
    >
      {rows.map((row) => (
        <div
          key={row.seq}
          class="event-row"
          role="option"
          tabIndex={-1}
          aria-selected={row.seq === cursor}
          aria-current={row.seq === cursor ? "step" : undefined}
          aria-setsize={count}
          aria-posinset={row.seq + 1}
          style={{ position: "absolute", top: `${row.seq * rowHeight}px` }}
          onClick={() => actions.goTo(row.seq)}
          onKeyDown={(event) => {
            if (event.key === "Enter") actions.goTo(row.seq);
          }}
        >
          <span class="seq">{formatCount(row.seq + 1)}</span>
          <span class="kind">{row.kind}</span>
          <span title={row.text}>{row.text}</span>
          <span class="where">{row.where}</span>
        </div>
      ))}
    </div>
  );
}

async function readRows(
  client: TraceClient,
  first: number,
  last: number,
  locations: readonly NamedPlace[],
): Promise<Row[]> {
  const events = await client.events(first, last);
  const scenes = new Map<number, SceneGraph>();
  for (const id of new Set(events.map(({ scene }) => scene))) scenes.set(id, await client.scene(id));
  await client.loadValues(events.flatMap(eventValues));
  return events.map((event) => rowOf(event, scenes.get(event.scene), client, locations[event.loc]));
}

function rowOf(
  event: TraceEvent,
  scene: SceneGraph | undefined,
  client: TraceClient,
  location: NamedPlace | undefined,
): Row {
  const text = scene ? describeEvent(event, describeContext(client.lookup(scene), client.value)) : event.kind;
  const where = location && location.line > 0 ? placeName(location) : "";
  return { seq: event.seq, kind: kindTitle(event.kind), text, where };
}
