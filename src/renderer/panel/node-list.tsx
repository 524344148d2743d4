/**
 * The picture in words: every visible node in topological order with its numbers, for reading, for keys and for screen readers. Of many
 * only rows in sight exist.
 */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { buildPicture } from "../../graph/build-picture.ts";
import { neededValues } from "../../graph/needed-values.ts";
import type { Picture, PictureNode } from "../../graph/picture.ts";
import { PictureMemo } from "../../graph/picture-memo.ts";
import { useActions } from "../session/actions-context.ts";
import { useValues } from "../session/use-values.ts";
import { useSelect, useStore } from "../state/store.ts";
import { rowHeight, useRowsInSight } from "./rows-in-sight.ts";

/** Rows beyond which a list is long: each then takes one line, and those out of sight do not exist. */
const long = 500;

export function NodeList() {
  const store = useStore();
  const actions = useActions();
  const shown = useSelect((state) => state.shown);
  const selected = useSelect((state) => state.selection.node);
  const ran = useSelect((state) => state.run.summary !== null);
  const host = useRef<HTMLUListElement>(null);
  const memo = useRef(new PictureMemo());
  const picture = useMemo((): Picture | null => {
    const value = actions.client()?.value;
    if (!shown || !value) return null;
    return buildPicture(shown.graph, shown.layout, shown.view, value, { event: shown.event, memo: memo.current });
  }, [shown, actions]);
  const count = picture === null ? 0 : (shown?.graph.nodes.length ?? 0);
  const isLong = count > long;
  const seen = useRowsInSight(host, count, isLong && picture ? picture.current : -1);
  const { first, last } = isLong ? seen : { first: 0, last: count };
  const places = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  // A large picture loads what it shows itself; these rows may show other nodes.
  useValues(shown ? [...neededValues(shown.graph, shown.view, null, { nodes: places, edges: [] })] : []);
  // the current row is kept in sight after every step
  useLayoutEffect(() => {
    if (!isLong) host.current?.querySelector('[aria-current="step"]')?.scrollIntoView({ block: "nearest" });
  }, [picture, isLong]);
  if (count === 0) {
    const hint = ran ? "The run has no graph." : "Run a program: the nodes of its graph appear here in words.";
    return <p class="empty-hint">{hint}</p>;
  }
  const nodes = places.map((place) => picture?.node(place)).filter((node) => node !== undefined);
  const pick = (node: PictureNode): void => {
    const visible = shown?.graph.nodes.find(({ key }) => key === node.key);
    if (visible?.group) actions.toggleGroup(visible.group.id, visible.key);
    else store.dispatch("select/node", { node: node.id });
  };
  return (
    <ul
      ref={host}
      class={isLong ? "node-list long" : "node-list"}
      aria-label="Nodes of the graph"
      data-region="events"
      data-testid="nodes"
      style={isLong ? { height: `${count * rowHeight}px` } : undefined}
    >
      {nodes.map((node, i) => (
        <li
          key={node.key}
          aria-setsize={count}
          aria-posinset={first + i + 1}
          style={isLong ? { top: `${(first + i) * rowHeight}px` } : undefined}
        >
          <button
            type="button"
            class="node-row"
            aria-current={node.classes.includes("current") ? "step" : undefined}
            aria-pressed={node.id !== null && node.id === selected}
            data-touched={node.classes.includes("touched") || undefined}
            onClick={() => pick(node)}
          >
            {node.title}
          </button>
        </li>
      ))}
    </ul>
  );
}
