/**
 * A scalar over iterations, under the timeline and over the same axis: where the cursor is, is marked; a click goes to the event that
 * a number is from. Only for runs with at least two numbers to plot.
 */
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatNumber } from "../../graph/format-number.ts";
import { palettes } from "../../graph/palette.ts";
import { useActions } from "../session/actions-context.ts";
import { eventCount, plotSeries, themeOf } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import { stepAt } from "../timeline/timeline-paint.ts";
import { PlotControls, titleOf } from "./plot-controls.tsx";
import { canBeLog, currentPoint, nearestPoint, type Point, scaleOf } from "./plot-model.ts";
import { paintPlot } from "./plot-paint.ts";
import { useSeries } from "./use-series.ts";

export function usePlot() {
  const series = useSelect(plotSeries);
  const points = useSeries(series);
  const cursor = useSelect((state) => state.cursor.target);
  const scene = useSelect((state) => state.shown?.view.scene ?? null);
  const scenes = useSelect((state) => state.run.summary?.scenes);
  const titles = useMemo(() => new Map(scenes?.map(({ id, title }) => [id, title])), [scenes]);
  const [hover, setHover] = useState(-1);
  const current = currentPoint(points, scene, cursor);
  const titleAt = (index: number): string => {
    const point = points[index];
    const title = point && titles.get(point.scene);
    return title || `point ${index + 1}`;
  };
  return { series, points, cursor, current, hover, setHover, titleAt };
}

export type Plot = ReturnType<typeof usePlot>;

/** Whether there is anything to plot; another choice than the loss stays, so that it can be changed back. */
export function isPlottable({ points, series }: Plot): boolean {
  return points.length >= 2 || series.what !== "loss";
}

export function PlotWords({ plot }: { plot: Plot }) {
  const index = plot.points[plot.hover] ? plot.hover : plot.current;
  return (
    <PlotControls
      series={plot.series}
      point={plot.points[index] ?? null}
      title={plot.titleAt(index)}
      canBeLog={canBeLog(plot.points)}
    />
  );
}

export function PlotStrip({ plot, width }: { plot: Plot; width: number }) {
  const { points, cursor, current, hover, setHover, titleAt, series } = plot;
  const actions = useActions();
  const canvas = useRef<HTMLCanvasElement>(null);
  const dragging = useRef(false);
  const theme = useSelect(themeOf);
  const count = useSelect(eventCount);
  const log = useSelect((state) => state.prefs.plotLog);

  useLayoutEffect(() => {
    const element = canvas.current;
    const ctx = element?.getContext("2d");
    if (!element || !ctx) return;
    const ratio = window.devicePixelRatio || 1;
    const height = element.clientHeight;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const scale = scaleOf(points, log);
    if (scale) paintPlot(ctx, { points, scale, count, cursor, current, hover, width, height }, palettes[theme]);
  }, [points, log, count, cursor, current, hover, width, theme]);

  const at = (event: PointerEvent & { currentTarget: Element }): number => {
    const rect = event.currentTarget.getBoundingClientRect();
    return nearestPoint(points, stepAt(event.clientX - rect.left, count, rect.width));
  };
  const goTo = (index: number): void => {
    const point = points[index];
    if (point) actions.goTo(point.seq);
  };
  return (
    <div
      class="plot"
      role="slider"
      tabIndex={0}
      aria-label={`${titleOf(series)} over iterations`}
      aria-valuemin={1}
      aria-valuemax={Math.max(1, points.length)}
      aria-valuenow={current + 1}
      aria-valuetext={
        points[current] ? `${titleAt(current)}: ${formatNumber((points[current] as Point).value)}` : "none"
      }
      data-testid="plot"
      data-points={points.length}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        dragging.current = true;
        goTo(at(event));
      }}
      onPointerMove={(event) => {
        const index = at(event);
        setHover(index);
        if (dragging.current) goTo(index);
      }}
      onPointerUp={() => {
        dragging.current = false;
      }}
      onPointerLeave={() => setHover(-1)}
      onKeyDown={(event) => {
        const to = keyTargets[event.key]?.(current, points.length);
        if (to === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        goTo(Math.max(0, Math.min(points.length - 1, to)));
      }}
    >
      <canvas ref={canvas} />
    </div>
  );
}

const keyTargets: Record<string, (at: number, count: number) => number> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};
