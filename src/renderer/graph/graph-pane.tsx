/** The picture at the cursor: builds it from (trace, cursor) each time, hands it to the graph view, and answers clicks. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { buildPicture } from "../../graph/build-picture.ts";
import { describeContext, describeStep } from "../../graph/describe.ts";
import { neededValues } from "../../graph/needed-values.ts";
import { palettes } from "../../graph/palette.ts";
import type { EdgeKey, NodeKey, Picture } from "../../graph/picture.ts";
import { PictureMemo } from "../../graph/picture-memo.ts";
import type { ValueSummary } from "../../trace/query.ts";
import { useActions } from "../session/actions-context.ts";
import { stepMilliseconds } from "../session/player.ts";
import { type AppState, eventCount, type Shown, themeOf } from "../state/app-state.ts";
import { useSelect, useStore } from "../state/store.ts";
import { Icon } from "../ui/icons.tsx";
import { Answer } from "./answer.tsx";
import { createCytoscapeGraphView } from "./cytoscape-graph-view.ts";
import { GraphEmpty } from "./graph-empty.tsx";
import { GraphMenu, type MenuPlace } from "./graph-menu.tsx";
import type { GraphView, PointerTarget } from "./graph-view.ts";
import { visibleHighlight } from "./highlight.ts";
import { Legend } from "./legend.tsx";

export function GraphPane({ ready }: { ready: (view: GraphView) => void }) {
  const store = useStore();
  const actions = useActions();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<GraphView | null>(null);
  const memo = useRef(new PictureMemo());
  const current = useRef<Drawn>(null);
  const completing = useRef(false);
  const [zoom, setZoom] = useState(1);
  const [hover, setHover] = useState<PointerTarget | null>(null);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const shown = useSelect((state) => state.shown);
  const theme = useSelect(themeOf);
  const selection = useSelect((state) => state.selection);
  const highlight = useSelect((state) => state.highlight);

  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const made = createCytoscapeGraphView(element, palettes[themeOf(store.get())], {
      pick: (target, how) => pick(target, how.double),
      hover: setHover,
      menu: (target) => setMenu(target.kind === "node" ? { ...target, key: target.key ?? "" } : null),
      looked: (level) => {
        setZoom(level);
        complete();
      },
    });
    const pick = (target: PointerTarget, double: boolean): void => {
      setMenu(null);
      const now = current.current;
      if (!now || target.key === null) {
        store.dispatch("select/node", { node: null });
        return;
      }
      if (target.kind === "edge") {
        const edge = now.picture.edge(now.picture.places.edges.get(target.key) ?? -1);
        store.dispatch("select/edge", { edge: edge?.ids[0] ?? null });
        return;
      }
      const visible = now.shown.graph.nodes[now.picture.places.nodes.get(target.key) ?? -1];
      if (visible?.group && double) actions.toggleGroup(visible.group.id, visible.key);
      else store.dispatch("select/node", { node: visible?.node?.id ?? visible?.members[0] ?? null });
    };
    view.current = made;
    ready(made);
    return () => {
      view.current = null;
      made.dispose();
    };
  }, [store, actions, ready]);

  const draw = (shown: Shown): Picture => {
    const picture = buildPicture(shown.graph, shown.layout, shown.view, actions.client()?.value ?? noValue, {
      memo: memo.current,
      event: shown.event,
      eventCount: eventCount(store.get()),
    });
    current.current = { picture, shown };
    view.current?.show(picture, shown.layout, shown.graph);
    return picture;
  };

  /** A large picture has its values only where it was looked at: those that came into sight are loaded, and drawn. */
  const complete = (): void => {
    const client = actions.client();
    const shown = current.current?.shown;
    if (!shown || !client || completing.current) return;
    const sight = view.current?.inSight(shown.layout);
    const missing = [...neededValues(shown.graph, shown.view, null, sight)].filter((id) => !client.value(id));
    if (missing.length === 0) return;
    completing.current = true;
    client
      .loadValues(missing)
      .finally(() => {
        completing.current = false;
      })
      .then(() => {
        if (current.current) draw(current.current.shown);
        complete();
      })
      .catch(actions.report);
  };

  useLayoutEffect(() => view.current?.setPalette(palettes[theme]), [theme]);

  useLayoutEffect(() => {
    const graph = view.current;
    const client = actions.client();
    if (!graph) return;
    if (!shown || !client) {
      current.current = null;
      graph.clear();
      return;
    }
    const before = current.current?.shown ?? null;
    const picture = draw(shown);
    animate(graph, picture, before, shown, store.get());
    complete();
  }, [shown, actions, store]);

  useLayoutEffect(() => {
    const now = current.current;
    view.current?.select({ node: visibleNode(now, selection.node), edge: visibleEdge(now, selection.edge) });
  }, [selection, shown]);

  // Chosen elsewhere (a list, the text, the palette), it may be out of sight; a step leaves the camera alone.
  useLayoutEffect(() => {
    const key = visibleNode(current.current, selection.node);
    if (key !== null) view.current?.reveal(key);
  }, [selection.node]);

  useLayoutEffect(
    () => view.current?.highlight(highlight && shown ? visibleHighlight(highlight, shown.graph) : null),
    [highlight, shown],
  );

  const picture = current.current?.picture;
  const caption = useCaption(picture, shown);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys step and pan while the picture has focus */}
      <div class="graph-host" ref={host} role="img" aria-label={caption} tabIndex={0} data-region="canvas" />
      {shown && shown.graph.nodes.length > 0 ? (
        <>
          <div class="graph-caption">
            <p data-testid="caption">{caption}</p>
          </div>
          <Answer />
          <Legend entries={picture?.legend ?? []} />
          <ZoomButtons view={() => view.current} zoom={zoom} />
        </>
      ) : (
        <GraphEmpty />
      )}
      {hover && !menu && <HoverCard target={hover} picture={picture} />}
      {menu && <GraphMenu place={menu} close={() => setMenu(null)} />}
    </>
  );
}

const noValue = (): undefined => undefined;

type Drawn = { picture: Picture; shown: Shown } | null;

/** What stands for a node of the scene: itself, or the closed group that holds it. */
function visibleNode(drawn: Drawn, id: number | null): NodeKey | null {
  return drawn?.shown.graph.nodes[drawn.picture.places.members.get(id ?? -1) ?? -1]?.key ?? null;
}

function visibleEdge(drawn: Drawn, id: number | null): EdgeKey | null {
  return drawn?.shown.graph.edges[drawn.picture.places.flows.get(id ?? -1) ?? -1]?.key ?? null;
}

/** The effect above runs after drawing, so the caption is read from what is shown now. */
function useCaption(picture: Picture | undefined, shown: Shown | null): string {
  const actions = useActions();
  const count = useSelect(eventCount);
  if (!shown) return "Computation graph: nothing has run yet";
  const value = actions.client()?.value;
  if (!value) return picture?.caption ?? "";
  return buildCaption(shown, value, count);
}

function buildCaption(shown: Shown, value: (id: number) => ValueSummary | undefined, count: number): string {
  return describeStep(shown.event, describeContext(shown.lookup, value, shown.view), count);
}

/** A pulse along the edge whose gradient flows, when a person goes one step forward; the camera follows if wished. */
function animate(graph: GraphView, picture: Picture, before: Shown | null, shown: Shown, state: AppState): void {
  const node = picture.node(picture.current);
  if (node && state.prefs.follow && before) graph.reveal(node.key);
  const forward =
    before !== null && shown.view.cursor > before.view.cursor && shown.view.cursor - before.view.cursor < 64;
  if (!forward || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const flowed = new Set<string>();
  for (const id of shown.view.flows.changedSince(before.view.flows)) {
    const key = shown.graph.edges[picture.places.flows.get(id) ?? -1]?.key;
    if (key !== undefined && shown.view.flows.get(id) !== undefined) flowed.add(key);
  }
  if (flowed.size === 0 || flowed.size > 24) return;
  const speed = state.cursor.playing ? state.cursor.speed : 1;
  graph.pulse({ edges: [...flowed], milliseconds: Math.max(90, (0.75 * stepMilliseconds) / speed) });
}

function ZoomButtons({ view, zoom }: { view: () => GraphView | null; zoom: number }) {
  const store = useStore();
  const direction = useSelect((state) => state.prefs.direction);
  return (
    <div class="graph-buttons" role="toolbar" aria-label="View of the graph" aria-orientation="vertical">
      <button
        type="button"
        class="icon-button"
        aria-label="Zoom in"
        title="Zoom in"
        onClick={() => view()?.zoomBy(1.25)}
      >
        <Icon name="plus" />
      </button>
      <span class="zoom-level" data-testid="zoom">
        {Math.round(zoom * 100)}%
      </span>
      <button
        type="button"
        class="icon-button"
        aria-label="Zoom out"
        title="Zoom out"
        onClick={() => view()?.zoomBy(0.8)}
      >
        <Icon name="minus" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Fit"
        title="Fit the whole graph (Shift+1)"
        onClick={() => view()?.fit()}
      >
        <Icon name="fit" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Actual size"
        title="Actual size (Shift+0)"
        onClick={() => view()?.actualSize()}
      >
        <Icon name="actual" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={direction === "down" ? "Lay out to the right" : "Lay out downwards"}
        title={direction === "down" ? "Lay out to the right" : "Lay out downwards"}
        onClick={() =>
          store.dispatch("prefs/changed", { prefs: { direction: direction === "down" ? "right" : "down" } })
        }
      >
        <Icon name="direction" />
      </button>
    </div>
  );
}

function HoverCard({ target, picture }: { target: PointerTarget; picture: Picture | undefined }) {
  const element =
    target.kind === "node"
      ? picture?.node(picture.places.nodes.get(target.key ?? "") ?? -1)
      : picture?.edge(picture.places.edges.get(target.key ?? "") ?? -1);
  if (!element) return null;
  const left = Math.min(target.x + 14, window.innerWidth - 370);
  const below = target.y < window.innerHeight - 200;
  const place = below
    ? { left: `${left}px`, top: `${target.y + 16}px` }
    : { left: `${left}px`, bottom: `${window.innerHeight - target.y + 12}px` };
  return (
    <div class="tooltip" role="tooltip" style={place}>
      {element.title}
    </div>
  );
}
