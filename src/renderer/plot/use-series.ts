/** Asks the trace for the chosen series, and again (not too often) while the run goes on. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useActions } from "../session/actions-context.ts";
import type { TraceClient } from "../session/trace-client.ts";
import { eventCount, type PlotSeries } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import type { Point } from "./plot-model.ts";

const pauseBetween = 600;

export function useSeries(series: PlotSeries): Point[] {
  const actions = useActions();
  const client = actions.client();
  const count = useSelect(eventCount);
  const asked = useRef(0);
  const [known, setKnown] = useState<{ client: TraceClient; key: string; points: Point[] } | null>(null);
  const key = JSON.stringify(series);
  useEffect(() => {
    if (!client || count === 0) return;
    let gone = false;
    const ask = (): void => {
      asked.current = performance.now();
      client.source.ask("series", questionOf(series)).then(({ points }) => {
        if (!gone) setKnown({ client, key, points });
      }, actions.report);
    };
    const timer = setTimeout(ask, Math.max(0, asked.current + pauseBetween - performance.now()));
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [client, key, count, actions]);
  // While a longer series of the same kind is on its way, the shorter one stays.
  return known && known.client === client && known.key === key ? known.points : [];
}

function questionOf(series: PlotSeries) {
  switch (series.what) {
    case "loss":
      return { what: "loss" } as const;
    case "gradNorm":
      return { what: "gradNorm", node: series.node } as const;
    case "element":
      return { what: "element", node: series.node, index: series.index } as const;
  }
}
