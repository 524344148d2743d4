/** What is around every cell of a notebook; it can have the focus as a whole, as in Jupyter's command mode. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useActions } from "../session/actions-context.ts";
import { useSelect } from "../state/store.ts";
import { Icon, type IconName } from "../ui/icons.tsx";

interface FrameProps {
  index: number;
  label: string;
  current?: boolean;
  state?: string;
  /** Beside those that every cell has. */
  tools?: readonly Tool[];
  children: ComponentChildren;
}

interface Tool {
  icon: IconName;
  words: string;
  /** After Esc. */
  key: string;
  act(): void;
}

export function CellFrame({ index, label, current, state, tools = [], children }: FrameProps) {
  const host = useRef<HTMLElement>(null);
  const { noteEditorPlace } = useActions();
  const chosen = useSelect(({ chosenCell }) => (chosenCell?.index === index ? chosenCell : null));
  useLayoutEffect(() => {
    if (!chosen) return;
    host.current?.focus({ preventScroll: true });
    host.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <section
      ref={host}
      class="cell"
      data-current={current}
      data-cell={index}
      data-state={state}
      data-region="notebook"
      aria-label={label}
      tabIndex={-1}
      onFocus={(event) => {
        if (event.target === event.currentTarget) noteEditorPlace({ cell: index, line: 1 });
      }}
    >
      <CellTools index={index} label={label} more={tools} />
      {children}
    </section>
  );
}

function CellTools({ index, label, more }: { index: number; label: string; more: readonly Tool[] }) {
  const { insertCell, moveCell, removeCell } = useActions();
  const tools: Tool[] = [
    ...more,
    { icon: "plus", words: "Insert a cell below", key: "B", act: () => insertCell(1, index) },
    { icon: "up", words: "Move up", key: "Alt+↑", act: () => moveCell(-1, index) },
    { icon: "down", words: "Move down", key: "Alt+↓", act: () => moveCell(1, index) },
    { icon: "close", words: "Delete", key: "Delete", act: () => removeCell(index) },
  ];
  return (
    <div class="cell-tools">
      <div>
        {tools.map(({ icon, words, key, act }) => (
          <button
            key={icon}
            type="button"
            class="icon-button"
            aria-label={`${words}: ${label}`}
            title={`${words} (Esc, then ${key})`}
            onClick={act}
          >
            <Icon name={icon} />
          </button>
        ))}
      </div>
    </div>
  );
}
