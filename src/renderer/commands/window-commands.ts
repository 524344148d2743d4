/** What each command does in this window: one row per command id. Titles and keys are the registry's. */
import type { GraphView } from "../graph/graph-view.ts";
import type { Actions } from "../session/actions-context.ts";
import { focusedNode } from "../session/create-actions.ts";
import { type AppState, eventCount, type Grain } from "../state/app-state.ts";
import type { Store } from "../state/store.ts";

export interface CommandContext {
  store: Store;
  actions: Actions;
  graph: () => GraphView | null;
}

export interface CommandEntry {
  id: string;
  title: string;
  /** "Ctrl+Shift+E"; several may be given. */
  keys: string[];
  /** Only where this has the focus; null = everywhere. */
  region: "canvas" | null;
  enabled: (state: AppState) => boolean;
  run: (context: CommandContext) => unknown;
}

export interface WindowCommands {
  entries: readonly CommandEntry[];
  /** Returns whether the command exists and was possible. */
  run(id: string): boolean;
}

const always = (): boolean => true;
const hasTrace = (state: AppState): boolean => eventCount(state) > 0;
const hasDocument = (state: AppState): boolean => state.document !== null;

function entry(
  id: string,
  title: string,
  keys: string[],
  enabled: CommandEntry["enabled"],
  run: CommandEntry["run"],
  region: CommandEntry["region"] = null,
): CommandEntry {
  return { id, title, keys, enabled, run, region };
}

function grain(to: Grain): CommandEntry["run"] {
  return ({ store }) => store.dispatch("cursor/grain", { grain: to });
}

function speed(factor: number): CommandEntry["run"] {
  return ({ store }) => store.dispatch("cursor/speed", { speed: store.get().cursor.speed * factor });
}

function onNode(direction: 1 | -1): CommandEntry["run"] {
  return ({ store, actions }) => {
    const node = focusedNode(store);
    return node === null ? undefined : actions.goToNext({ by: "node", node }, direction);
  };
}

function iteration(direction: 1 | -1): CommandEntry["run"] {
  return ({ store, actions }) =>
    actions.goToNext({ by: "sameNextIteration", seq: store.get().cursor.target }, direction);
}

export const commandTable: readonly CommandEntry[] = [
  entry("file.new", "New Python file", ["Ctrl+N"], always, ({ actions }) => actions.newScript()),
  entry("file.open", "Open file…", ["Ctrl+O"], always, ({ actions }) => actions.openFile()),
  entry("file.save", "Save", ["Ctrl+S"], hasDocument, ({ actions }) => actions.save(false)),
  entry("file.saveAs", "Save as…", ["Ctrl+Shift+S"], hasDocument, ({ actions }) => actions.save(true)),
  entry("file.export", "Export…", ["Ctrl+Shift+E"], hasTrace, ({ store }) =>
    store.dispatch("dialog/shown", { dialog: "export" }),
  ),
  entry("run.start", "Run", ["Ctrl+Enter"], hasDocument, ({ actions }) => actions.run()),
  entry(
    "run.stop",
    "Stop",
    ["Ctrl+Shift+Backspace"],
    (state) => state.run.status === "running",
    ({ actions }) => actions.stop(),
  ),
  entry("step.over", "Step", ["F10"], hasTrace, ({ actions }) => actions.step(1)),
  entry("step.back", "Step back", ["Shift+F10"], hasTrace, ({ actions }) => actions.step(-1)),
  entry("step.into", "Step into", ["F11"], hasTrace, ({ actions }) => actions.stepInto()),
  entry("step.out", "Step out", ["Shift+F11"], hasTrace, ({ actions }) => actions.stepOut()),
  entry("step.next", "Next step", ["ArrowRight"], hasTrace, ({ actions }) => actions.step(1), "canvas"),
  entry("step.previous", "Previous step", ["ArrowLeft"], hasTrace, ({ actions }) => actions.step(-1), "canvas"),
  entry("step.first", "First step", ["Home"], hasTrace, ({ actions }) => actions.first(), "canvas"),
  entry("step.last", "Last step", ["End"], hasTrace, ({ actions }) => actions.last(), "canvas"),
  entry("step.continue", "Continue", ["F5"], hasTrace, ({ actions }) => actions.continueRun(1)),
  entry("step.reverseContinue", "Continue backwards", ["Shift+F5"], hasTrace, ({ actions }) => actions.continueRun(-1)),
  entry("step.runToCursor", "Run to cursor", ["Ctrl+F10"], hasTrace, ({ actions }) => actions.runToCursor()),
  entry("step.play", "Play or pause", ["Space"], hasTrace, ({ actions }) => actions.togglePlay(), "canvas"),
  entry("step.faster", "Play faster", ["+", "Shift++"], always, speed(2), "canvas"),
  entry("step.slower", "Play slower", ["-"], always, speed(0.5), "canvas"),
  entry("step.nodeNext", "Next event of this node", ["]"], hasTrace, onNode(1), "canvas"),
  entry("step.nodePrevious", "Previous event of this node", ["["], hasTrace, onNode(-1), "canvas"),
  entry("step.iterationNext", "Same event, next iteration", ["Ctrl+]"], hasTrace, iteration(1)),
  entry("step.iterationPrevious", "Same event, previous iteration", ["Ctrl+["], hasTrace, iteration(-1)),
  entry("step.nextNan", "Next NaN or infinity", [], hasTrace, ({ actions }) => actions.goToNext({ by: "nan" }, 1)),
  entry("grain.phase", "Step by phase", ["Alt+1"], always, grain("phase")),
  entry("grain.node", "Step by node", ["Alt+2"], always, grain("node")),
  entry("grain.edge", "Step by edge", ["Alt+3"], always, grain("edge")),
  entry("breakpoint.toggle", "Toggle breakpoint", ["F9"], hasDocument, ({ actions }) => actions.toggleBreakpointHere()),
  entry("view.fit", "Fit the graph", ["Shift+!", "Shift+1"], hasTrace, ({ graph }) => graph()?.fit(), "canvas"),
  entry(
    "view.actualSize",
    "Actual size",
    ["Shift+)", "Shift+0"],
    hasTrace,
    ({ graph }) => graph()?.actualSize(),
    "canvas",
  ),
  entry("view.zoomIn", "Zoom in", ["Ctrl+=", "Ctrl++"], hasTrace, ({ graph }) => graph()?.zoomBy(1.25)),
  entry("view.zoomOut", "Zoom out", ["Ctrl+-"], hasTrace, ({ graph }) => graph()?.zoomBy(0.8)),
  entry("view.expandAll", "Open all groups", [], hasTrace, ({ actions }) => actions.setAllGroups(false)),
  entry("view.collapseAll", "Close all groups", [], hasTrace, ({ actions }) => actions.setAllGroups(true)),
  entry("view.secondOrder", "Show the graph of the backward pass (create_graph)", [], hasTrace, ({ store }) =>
    store.dispatch("prefs/changed", { prefs: { secondOrder: !store.get().prefs.secondOrder } }),
  ),
  entry("view.follow", "Follow the current node", [], always, ({ store }) =>
    store.dispatch("prefs/changed", { prefs: { follow: !store.get().prefs.follow } }),
  ),
  entry("view.console", "Show the console", [], always, ({ store }) => store.dispatch("panel/tab", { tab: "console" })),
  entry("view.breakpoints", "Show breakpoints", [], always, ({ store }) =>
    store.dispatch("panel/tab", { tab: "breakpoints" }),
  ),
  entry("view.events", "Show events", [], always, ({ store }) => store.dispatch("panel/tab", { tab: "events" })),
  entry("view.palette", "Command palette", ["Ctrl+Shift+P", "F1"], always, ({ store }) =>
    store.dispatch("dialog/shown", { dialog: "palette" }),
  ),
  entry("help.shortcuts", "Keyboard shortcuts", ["Ctrl+/"], always, ({ store }) =>
    store.dispatch("dialog/shown", { dialog: "shortcuts" }),
  ),
  ...(["system", "light", "dark", "contrast"] as const).map((theme) =>
    entry(`theme.${theme}`, `Colours: ${theme === "contrast" ? "high contrast" : theme}`, [], always, ({ store }) =>
      store.dispatch("prefs/changed", { prefs: { theme } }),
    ),
  ),
];

export function createWindowCommands(context: CommandContext): WindowCommands {
  const byId = new Map(commandTable.map((one) => [one.id, one]));
  return {
    entries: commandTable,
    run(id) {
      const command = byId.get(id);
      if (!command?.enabled(context.store.get())) return false;
      Promise.resolve(command.run(context)).catch(context.actions.report);
      return true;
    },
  };
}
