/** Below: what the program printed, the breakpoints, and events and nodes as lists (the accessible mirror of the picture). */
import type { JSX } from "preact";
import type { AppState, PanelTab } from "../state/app-state.ts";
import { useSelect, useStore } from "../state/store.ts";
import { Icon } from "../ui/icons.tsx";
import { Breakpoints } from "./breakpoints.tsx";
import { Console } from "./console.tsx";
import { EventList } from "./event-list.tsx";
import { Findings } from "./findings.tsx";
import { NodeList } from "./node-list.tsx";

const tabs: { id: PanelTab; title: string; view: () => JSX.Element; count?: (state: AppState) => number }[] = [
  { id: "console", title: "Console", view: Console },
  { id: "findings", title: "Findings", view: Findings, count: (state) => state.findings.length },
  { id: "breakpoints", title: "Breakpoints", view: Breakpoints, count: (state) => state.breakpoints.length },
  { id: "events", title: "Events", view: EventList },
  { id: "nodes", title: "Nodes", view: NodeList },
];

export function BottomPanel() {
  const store = useStore();
  const active = useSelect((state) => state.panelTab);
  const open = useSelect((state) => state.prefs.panelOpen);
  const View = tabs.find(({ id }) => id === active)?.view ?? Console;
  return (
    <>
      <div class="tabs">
        <div class="tab-list" role="tablist" aria-label="Lower panel">
          {tabs.map(({ id, title, count }) => (
            <button
              key={id}
              type="button"
              class="tab"
              role="tab"
              id={`tab-${id}`}
              aria-selected={open && active === id}
              aria-controls="panel-body"
              onClick={() => store.dispatch("panel/tab", { tab: id })}
            >
              {title}
              {count && <Count of={count} />}
            </button>
          ))}
        </div>
        <span class="grow" />
        <button
          type="button"
          class="icon-button"
          aria-label={open ? "Hide the panel" : "Show the panel"}
          title={open ? "Hide the panel" : "Show the panel"}
          onClick={() => store.dispatch("prefs/changed", { prefs: { panelOpen: !open } })}
        >
          <Icon name="panel" />
        </button>
      </div>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what the program printed may scroll, by keys too
        <div class="panel-body" id="panel-body" role="tabpanel" aria-labelledby={`tab-${active}`} tabIndex={0}>
          <View />
        </div>
      )}
    </>
  );
}

function Count({ of }: { of: (state: AppState) => number }) {
  const count = useSelect(of);
  return count === 0 ? null : <span class="tab-count">{count}</span>;
}
