/** The window: where everything stands. */
import { useCallback } from "preact/hooks";
import type { WindowCommands } from "./commands/window-commands.ts";
import type { EditorModels } from "./editor/editor-models.ts";
import { EditorPane } from "./editor/editor-pane.tsx";
import { GraphPane } from "./graph/graph-pane.tsx";
import type { GraphView } from "./graph/graph-view.ts";
import { Inspector } from "./inspector/inspector.tsx";
import { BottomPanel } from "./panel/bottom-panel.tsx";
import { useActions } from "./session/actions-context.ts";
import { useFileDrop } from "./session/use-file-drop.ts";
import type { Prefs } from "./state/app-state.ts";
import { useSelect, useStore } from "./state/store.ts";
import { Timeline } from "./timeline/timeline.tsx";
import { Toolbar } from "./toolbar/toolbar.tsx";
import { Dialogs } from "./ui/dialogs.tsx";
import { LiveRegion } from "./ui/live-region.tsx";
import { Notices } from "./ui/notices.tsx";
import { Splitter } from "./ui/splitter.tsx";
import { StatusBar } from "./ui/status-bar.tsx";

interface Props {
  models: EditorModels;
  commands: WindowCommands;
  graphReady: (view: GraphView) => void;
}

const tabsHeight = 31;

export function App({ models, commands, graphReady }: Props) {
  const store = useStore();
  const actions = useActions();
  const prefs = useSelect((state) => state.prefs);
  const set = (change: Partial<Prefs>): void => store.dispatch("prefs/changed", { prefs: change });
  const ready = useCallback(graphReady, []);
  useFileDrop(useCallback((file: File) => void actions.openDropped(file), [actions]));
  return (
    <div class="window">
      <Toolbar />
      <main class="workspace">
        <div class="work-left">
          <div class="work-top">
            <section class="pane pane-editor" aria-label="Program" style={{ width: `${prefs.editorWidth}px` }}>
              <EditorPane models={models} />
              <Splitter
                edge="right"
                size={prefs.editorWidth}
                min={220}
                max={900}
                label="Width of the program"
                resize={(editorWidth) => set({ editorWidth })}
              />
            </section>
            <section class="pane pane-graph" aria-label="Graph">
              <GraphPane ready={ready} />
            </section>
          </div>
          <Timeline />
          <section
            class="pane pane-panel"
            aria-label="Console and lists"
            style={{ height: `${prefs.panelOpen ? prefs.panelHeight : tabsHeight}px` }}
          >
            <BottomPanel />
            {prefs.panelOpen && (
              <Splitter
                edge="top"
                size={prefs.panelHeight}
                min={80}
                max={600}
                label="Height of the lower panel"
                resize={(panelHeight) => set({ panelHeight })}
              />
            )}
          </section>
        </div>
        <div class="inspector-holder" style={{ width: `${prefs.inspectorWidth}px` }}>
          <div class="pane pane-inspector">
            <Inspector />
          </div>
          <Splitter
            edge="left"
            size={prefs.inspectorWidth}
            min={240}
            max={720}
            label="Width of the inspector"
            resize={(inspectorWidth) => set({ inspectorWidth })}
          />
        </div>
      </main>
      <StatusBar />
      <LiveRegion />
      <Notices />
      <Dialogs commands={commands} />
    </div>
  );
}
