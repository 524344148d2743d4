/** The picture in words: every visible node in topological order with its numbers, for reading, for keys and for screen readers. */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { buildPicture } from "../../graph/build-picture.ts";
import type { PictureNode } from "../../graph/picture.ts";
import { PictureMemo } from "../../graph/picture-memo.ts";
import { useActions } from "../session/actions-context.ts";
import { useSelect, useStore } from "../state/store.ts";

export function NodeList() {
  const store = useStore();
  const actions = useActions();
  const shown = useSelect((state) => state.shown);
  const selected = useSelect((state) => state.selection.node);
  const host = useRef<HTMLUListElement>(null);
  const memo = useRef(new PictureMemo());
  const nodes = useMemo((): PictureNode[] => {
    const value = actions.client()?.value;
    if (!shown || !value) return [];
    return buildPicture(shown.graph, shown.layout, shown.view, value, { event: shown.event, memo: memo.current }).nodes;
  }, [shown, actions]);
  // the current row is kept in sight after every step
  useLayoutEffect(() => {
    host.current?.querySelector('[aria-current="step"]')?.scrollIntoView({ block: "nearest" });
  }, [nodes]);
  if (nodes.length === 0) return <p class="empty-hint">Run a program: the nodes of its graph appear here in words.</p>;
  const pick = (node: PictureNode): void => {
    const visible = shown?.graph.nodes.find(({ key }) => key === node.key);
    if (visible?.group) actions.toggleGroup(visible.group.id, visible.key);
    else store.dispatch("select/node", { node: node.id });
  };
  return (
    <ul ref={host} class="node-list" aria-label="Nodes of the graph" data-region="events" data-testid="nodes">
      {nodes.map((node) => (
        <li key={node.key}>
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
