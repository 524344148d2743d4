/** All commands and all nodes by a few letters. */

import { useMemo, useState } from "preact/hooks";
import { nodeName } from "../../graph/describe.ts";
import { formatShape } from "../../graph/format-number.ts";
import { placeName } from "../../trace/place-name.ts";
import { useActions } from "../session/actions-context.ts";
import { type AppState, eventCount, isStale } from "../state/app-state.ts";
import { useStore } from "../state/store.ts";
import { Dialog } from "../ui/dialog.tsx";
import type { WindowCommands } from "./window-commands.ts";

interface Item {
  key: string;
  title: string;
  detail: string;
  /** Further words by which it is found. */
  searched?: string;
  keys: string;
  run: () => void;
}

const most = 60;

function inSight(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}

export function CommandPalette({ commands }: { commands: WindowCommands }) {
  const store = useStore();
  const actions = useActions();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const close = (): void => store.dispatch("dialog/shown", { dialog: null });
  const items = useMemo(() => {
    const state = store.get();
    const all = [
      ...jumpItems(text, state, actions.goTo),
      ...commandItems(commands, state),
      ...nodeItems(state, actions.selectNode),
    ];
    return all
      .filter(
        ({ key, title, detail, searched }) => key === "jump" || matches(`${title} ${detail} ${searched ?? ""}`, text),
      )
      .sort((a, b) => rank(a, text) - rank(b, text))
      .slice(0, most);
  }, [text, commands, store, actions]);
  const choose = (item: Item | undefined): void => {
    if (!item) return;
    close();
    item.run();
  };
  return (
    <Dialog title="Command palette" quietTitle className="palette" close={close}>
      <input
        placeholder="Type a command, a node, or a step number"
        aria-label="Command, node or step"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={items[active] ? `palette-${active}` : undefined}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (by !== 0) {
            event.preventDefault();
            setActive(Math.max(0, Math.min(items.length - 1, active + by)));
          }
          if (event.key === "Enter") {
            // Closing gives the focus back, and the key would press the button that has it then.
            event.preventDefault();
            choose(items[active]);
          }
        }}
      />
      <div role="listbox" id="palette-list" aria-label="Found">
        {items.map((item, i) => (
          <button
            ref={i === active ? inSight : undefined}
            key={item.key}
            id={`palette-${i}`}
            type="button"
            class="palette-item"
            role="option"
            aria-selected={i === active}
            onClick={() => choose(item)}
          >
            <span>{item.title}</span>
            <span class="muted grow">{item.detail}</span>
            {item.keys && <kbd>{item.keys}</kbd>}
          </button>
        ))}
        {items.length === 0 && <p class="empty-hint">Nothing found.</p>}
      </div>
    </Dialog>
  );
}

/** What is called exactly so comes first; among nodes, those whose name is the first word. */
function rank({ key, title }: Item, text: string): number {
  const name = title.toLowerCase();
  const typed = text.trim().toLowerCase();
  if (key === "jump" || name === typed) return 0;
  if (!key.startsWith("node-")) return 1;
  return name === typed.split(/\s+/)[0] ? 2 : 3;
}

function matches(where: string, text: string): boolean {
  const hay = where.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

function jumpItems(text: string, state: AppState, goTo: (seq: number) => void): Item[] {
  const number = text.trim().replace(/^(go to )?step\s+/i, "");
  const step = Number(number);
  const count = eventCount(state);
  if (number === "" || !Number.isInteger(step) || step < 0 || step > count) return [];
  return [{ key: "jump", title: `Go to step ${step}`, detail: `of ${count}`, keys: "", run: () => goTo(step - 1) }];
}

function commandItems(commands: WindowCommands, state: AppState): Item[] {
  return commands.entries
    .filter(({ enabled, id }) => enabled(state) && id !== "view.palette")
    .map(({ id, title, keys }) => ({ key: id, title, detail: "", keys: keys[0] ?? "", run: () => commands.run(id) }));
}

/** Nodes of the graph in sight, found by variable, operator, backward function, shape, call and source text. */
function nodeItems(state: AppState, select: (node: number) => void): Item[] {
  return (state.shown?.graph.source.nodes ?? []).map((node) => {
    const { outputs, op, gradFn, names } = node;
    const calls = state.shown?.lookup.callsAround(node) ?? [];
    // "[4×3]" for reading, "4x3" and "4, 3" for typing.
    const shape = outputs[0]?.shape ?? [];
    const searched = [...names, shape.join("x"), shape.join(", "), outputs[0]?.dtype ?? ""];
    const place = [...placeOf(state, node.loc), ...calls.slice(-1)];
    return {
      key: `node-${node.id}`,
      title: nodeName(node),
      detail: [op, gradFn, formatShape(shape), ...place].filter(Boolean).join(" · "),
      searched: [...searched, ...calls].join(" "),
      keys: "",
      run: () => select(node.id),
    };
  });
}

/** "line 5" and its text, as far as the text is still that of the run. */
function placeOf(state: AppState, loc: number): string[] {
  const { run, document } = state;
  const at = run.summary?.locations[loc];
  if (!at || at.line === 0) return [];
  const cell = document?.cells[at.cell ?? 0];
  const text =
    at.elsewhere || isStale(state, at.cell ?? 0, at.line) ? "" : (cell?.source.split("\n")[at.line - 1] ?? "").trim();
  const line = placeName(at);
  return text === "" ? [line] : [line, text];
}
