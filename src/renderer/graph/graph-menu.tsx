/** What can be done with one node, at the pointer. */
import { useEffect, useRef } from "preact/hooks";
import { useActions } from "../session/actions-context.ts";
import { useStore } from "../state/store.ts";

export interface MenuPlace {
  key: string;
  x: number;
  y: number;
}

export function GraphMenu({ place, close }: { place: MenuPlace; close: () => void }) {
  const store = useStore();
  const actions = useActions();
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    first.current?.focus();
    const leave = (event: Event): void => {
      if (!(event.target as Element | null)?.closest(".context-menu")) close();
    };
    window.addEventListener("pointerdown", leave);
    return () => window.removeEventListener("pointerdown", leave);
  }, [close]);
  const { shown } = store.get();
  const visible = shown?.graph.nodes.find(({ key }) => key === place.key);
  if (!visible) return null;
  const id = visible.node?.id ?? visible.members[0] ?? 0;
  const label = visible.node?.names[0] ?? visible.node?.op ?? "";
  const group = visible.group?.id ?? visible.groups[visible.groups.length - 1];
  const entries: { text: string; act: () => void; when?: boolean }[] = [
    {
      text: "Run to this node",
      act: () => {
        actions.selectNode(id);
        void actions.runToCursor();
      },
    },
    { text: "Next event here", act: () => void actions.goToNext({ by: "node", node: id }, 1) },
    { text: "Previous event here", act: () => void actions.goToNext({ by: "node", node: id }, -1) },
    { text: "Why is this gradient None?", act: () => void actions.explain(id, "none"), when: !visible.group },
    {
      text: "Who contributed to this gradient?",
      act: () => void actions.explain(id, "contributors"),
      when: !visible.group,
    },
    {
      text: "Verify this gradient numerically",
      act: () => void actions.verify(id),
      when: visible.node?.kind === "leaf",
    },
    { text: "Toggle breakpoint", act: () => actions.addBreakpoint({ by: "node", node: id, label }) },
    {
      text: `Break on every ${visible.node?.op}`,
      act: () => actions.addBreakpoint({ by: "op", op: visible.node?.op ?? "" }),
      when: Boolean(visible.node?.op),
    },
    {
      text: visible.group ? "Open this group" : "Close its group",
      act: () => actions.toggleGroup(group ?? "", visible.key),
      when: group !== undefined,
    },
  ];
  return (
    <div
      class="context-menu"
      role="menu"
      style={{
        left: `${Math.min(place.x, window.innerWidth - 270)}px`,
        top: `${Math.min(place.y, window.innerHeight - 270)}px`,
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      {entries
        .filter(({ when }) => when !== false)
        .map(({ text, act }, i) => (
          <button
            key={text}
            type="button"
            role="menuitem"
            ref={i === 0 ? first : undefined}
            onClick={() => {
              act();
              close();
            }}
          >
            {text}
          </button>
        ))}
    </div>
  );
}
