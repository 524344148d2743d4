/** All events in a row: drag to scrub, Shift+drag for a range to play and export, hover for what happens there. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatCount } from "../../graph/format-number.ts";
import { palettes } from "../../graph/palette.ts";
import { isPlottable, PlotStrip, PlotWords, usePlot } from "../plot/plot-strip.tsx";
import { useActions } from "../session/actions-context.ts";
import { eventCount, themeOf } from "../state/app-state.ts";
import { useSelect, useStore } from "../state/store.ts";
import { iterationsOf } from "./iterations.ts";
import { type Hover, Preview } from "./preview.tsx";
import { paintTimeline, phaseColors, positionOf, stepAt } from "./timeline-paint.ts";
import { useBreakpointTicks } from "./use-breakpoint-ticks.ts";

export function Timeline() {
  const store = useStore();
  const actions = useActions();
  const track = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<{ mode: "scrub" | "focus"; from: number } | null>(null);
  const [width, setWidth] = useState(0);
  const [hover, setHover] = useState<Hover | null>(null);
  const summary = useSelect((state) => state.run.summary);
  const cursor = useSelect((state) => state.cursor.target);
  const focus = useSelect((state) => state.cursor.focus);
  const theme = useSelect(themeOf);
  const count = useSelect(eventCount);
  const ticks = useBreakpointTicks();
  const parted = summary !== null && summary.cells.length > 0;
  const plot = usePlot();
  const plotOpen = useSelect((state) => state.prefs.plotOpen);
  const iterations = useMemo(() => (summary ? iterationsOf(summary) : []), [summary]);

  useEffect(() => {
    const element = track.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = canvas.current;
    const ctx = element?.getContext("2d");
    if (!element || !ctx) return;
    const ratio = window.devicePixelRatio || 1;
    const height = element.clientHeight;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (!summary) return;
    const at = hover?.seq ?? null;
    const scene = { summary, iterations, cursor, hover: at, focus, ticks, width, height };
    paintTimeline(ctx, scene, palettes[theme]);
  }, [summary, iterations, cursor, hover, focus, ticks, theme, width, parted]);

  const seqAt = (event: PointerEvent): number => {
    const rect = track.current?.getBoundingClientRect();
    return rect ? stepAt(event.clientX - rect.left, count, rect.width) : -1;
  };
  const setFocus = (a: number, b: number): void => {
    const first = Math.max(0, Math.min(a, b));
    const last = Math.max(a, b);
    store.dispatch("cursor/focus", { focus: last > first ? { first, last } : null });
  };

  return (
    <section class="timeline" aria-label="Timeline">
      <div
        ref={track}
        class="timeline-track"
        data-parted={parted || undefined}
        role="slider"
        tabIndex={0}
        aria-label="Step"
        aria-valuemin={0}
        aria-valuemax={count}
        aria-valuenow={cursor + 1}
        aria-valuetext={`step ${cursor + 1} of ${count}`}
        data-region="timeline"
        data-testid="timeline"
        onPointerDown={(event) => {
          if (count === 0 || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const seq = seqAt(event);
          drag.current = { mode: event.shiftKey ? "focus" : "scrub", from: seq };
          if (event.shiftKey) setFocus(seq, seq);
          else actions.goTo(seq);
        }}
        onPointerMove={(event) => {
          if (count === 0) return;
          const seq = seqAt(event);
          const rect = event.currentTarget.getBoundingClientRect();
          setHover({ seq, x: rect.left + positionOf(seq, count, rect.width), y: rect.top });
          if (drag.current?.mode === "scrub") actions.goTo(seq);
          if (drag.current?.mode === "focus") setFocus(drag.current.from, seq);
        }}
        onPointerUp={() => {
          drag.current = null;
        }}
        onPointerLeave={() => setHover(null)}
      >
        <canvas ref={canvas} />
      </div>
      <div class="timeline-words">
        {(["forward", "backward", "update"] as const).map((phase) => (
          <span key={phase}>
            <i
              class="swatch"
              style={{
                background: `var(--c-${phaseColors[phase] === "borderLeaf" ? "border-leaf" : phaseColors[phase]})`,
              }}
            />
            {phase}
          </span>
        ))}
        {focus && (
          <span>
            range {formatCount(focus.first + 1)}–{formatCount(focus.last + 1)}{" "}
            <button type="button" class="link" onClick={() => store.dispatch("cursor/focus", { focus: null })}>
              clear
            </button>
          </span>
        )}
        {summary?.dropped && (
          <span>
            values for steps {formatCount(summary.dropped.first + 1)}–{formatCount(summary.dropped.last + 1)} were
            dropped; statistics kept; re-run to restore
          </span>
        )}
        {isPlottable(plot) && <PlotWords plot={plot} />}
      </div>
      {plotOpen && isPlottable(plot) && <PlotStrip plot={plot} width={width} />}
      {hover && hover.seq >= 0 && <Preview hover={hover} iterations={iterations} />}
    </section>
  );
}
