/** What happens at the step under the pointer: in words at once, and as a small picture when the pointer rests there. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { buildPicture } from "../../graph/build-picture.ts";
import { describeContext, describeEvent } from "../../graph/describe.ts";
import { formatCount } from "../../graph/format-number.ts";
import { eventValues } from "../../graph/needed-values.ts";
import { palettes } from "../../graph/palette.ts";
import type { Box, Picture } from "../../graph/picture.ts";
import { cellName } from "../../trace/place-name.ts";
import { Painter } from "../graph/painter.ts";
import { useActions } from "../session/actions-context.ts";
import { themeOf } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import type { Iteration } from "./iterations.ts";

export interface Hover {
  seq: number;
  /** On the window, in CSS pixels. */
  x: number;
  y: number;
}

const restMilliseconds = 120;
const thumb = { width: 300, height: 150, zoom: 0.6 } as const;

export function Preview({ hover, iterations }: { hover: Hover; iterations: readonly Iteration[] }) {
  const actions = useActions();
  const client = actions.client();
  const shown = useSelect((state) => state.shown);
  const [text, setText] = useState("");
  const [picture, setPicture] = useState<Picture | null>(null);
  useEffect(() => {
    if (!client) return;
    let gone = false;
    const tell = async (): Promise<void> => {
      const event = await client.event(hover.seq);
      if (!event) return;
      await client.loadValues(eventValues(event));
      const scene = event.scene === shown?.graph.source.scene.id ? shown.graph.source : await client.scene(event.scene);
      if (!gone) setText(describeEvent(event, describeContext(client.lookup(scene), client.value)));
    };
    const draw = async (): Promise<void> => {
      const there = await actions.shownAt(hover.seq);
      if (gone || !there) return;
      setPicture(buildPicture(there.graph, there.layout, there.view, client.value, { event: there.event }));
    };
    tell().catch(actions.report);
    const timer = setTimeout(() => draw().catch(actions.report), restMilliseconds);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [client, hover.seq, shown, actions]);
  const iteration = iterations.find(({ first, last }) => first <= hover.seq && hover.seq <= last);
  const summary = useSelect((state) => state.run.summary);
  const stretch = summary?.cells.findLast(({ first }) => first <= hover.seq);
  const x = Math.max(180, Math.min(window.innerWidth - 180, hover.x));
  return (
    <div class="timeline-preview" style={{ left: `${x}px`, top: `${hover.y - 4}px` }}>
      <p>
        <b>step {formatCount(hover.seq + 1)}</b>
        {stretch && `, [${stretch.number}] ${cellName(stretch.cell)}`}
        {iteration && `, iteration ${iteration.number}`}: {text}
      </p>
      {picture && <Thumb picture={picture} />}
    </div>
  );
}

/** The part of the picture around what the step touches. */
function Thumb({ picture }: { picture: Picture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useSelect(themeOf);
  useLayoutEffect(() => {
    const ctx = canvas.current?.getContext("2d");
    if (!canvas.current || !ctx) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.current.width = Math.round(thumb.width * ratio);
    canvas.current.height = Math.round(thumb.height * ratio);
    const scale = thumb.zoom * ratio;
    const [width, height] = [thumb.width / thumb.zoom, thumb.height / thumb.zoom];
    const { x, y } = middleOf(picture);
    const visible = { x: x - width / 2, y: y - height / 2, width, height };
    ctx.setTransform(scale, 0, 0, scale, -visible.x * scale, -visible.y * scale);
    new Painter().picture(ctx, picture, { palette: palettes[theme], visible, scale });
  }, [picture, theme]);
  return <canvas ref={canvas} style={{ width: `${thumb.width}px`, height: `${thumb.height}px` }} />;
}

function middleOf({ nodes, bounds }: Picture): { x: number; y: number } {
  const touched = nodes.filter(({ classes }) => classes.includes("touched"));
  const boxes = touched.length > 0 ? touched : [bounds];
  const middle = (low: (box: Box) => number, size: (box: Box) => number): number =>
    (Math.min(...boxes.map(low)) + Math.max(...boxes.map((box) => low(box) + size(box)))) / 2;
  return {
    x: middle(
      ({ x }) => x,
      ({ width }) => width,
    ),
    y: middle(
      ({ y }) => y,
      ({ height }) => height,
    ),
  };
}
