/** Below: what the program printed, the breakpoints, and events and nodes as lists (the accessible mirror of the picture). */
import type { JSX } from "preact";
import type { PanelTab } from "../state/app-state.ts";
import { useSelect, useStore } from "../state/store.ts";
import { Icon } from "../ui/icons.tsx";
import { Breakpoints } from "./breakpoints.tsx";
import { Console } from "./console.tsx";
import { EventList } from "./event-list.tsx";
import { NodeList } from "./node-list.tsx";

const tabs: { id: PanelTab; title: string; view: () => JSX.Element }[] = [
  { id: "console", title: "Console", view: Console },
  { id: "breakpoints", title: "Breakpoints", view: Breakpoints },
  { id: "events", title: "Events", view: EventList },
  { id: "nodes", title: "Nodes", view: NodeList },
];

export function BottomPanel() {
  const store = useStore();
  const active = useSelect((state) => state.panelTab);
  const open = useSelect((state) => state.prefs.panelOpen);
  const breakpointCount = useSelect((state) => state.breakpoints.length);
  const View = tabs.find(({ id }) => id === active)?.view ?? Console;
  return (
    <>
      <div class="tabs" role="tablist" aria-label="Lower panel">
        {tabs.map(({ id, title }) => (
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
            {id === "breakpoints" && breakpointCount > 0 && <span class="tab-count">{breakpointCount}</span>}
          </button>
        ))}
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
        <div class="panel-body" id="panel-body" role="tabpanel" aria-labelledby={`tab-${active}`}>
          <View />
        </div>
      )}
    </>
  );
}
