/** What each command does in this window: one row per command id. Titles and keys are those of ipc/commands.ts. */
import { type CommandId, type CommandInfo, commands } from "../../ipc/commands.ts";
import type { GraphView } from "../graph/graph-view.ts";
import type { Actions } from "../session/actions-context.ts";
import { focusedNode, isLeaf } from "../session/create-actions.ts";
import {
  type AppState,
  type DialogName,
  eventCount,
  type Grain,
  isLive,
  type PanelTab,
  type ThemeChoice,
} from "../state/app-state.ts";
import { hasCells } from "../state/parts.ts";
import type { Store } from "../state/store.ts";

export interface CommandContext {
  store: Store;
  actions: Actions;
  graph: () => GraphView | null;
}

interface Behaviour {
  enabled: (state: AppState) => boolean;
  run: (context: CommandContext) => unknown;
}

export interface CommandEntry extends CommandInfo<CommandId>, Behaviour {}

export interface WindowCommands {
  entries: readonly CommandEntry[];
  /** Returns whether the command exists and was possible. */
  run(id: string): boolean;
}

const always = (): boolean => true;
const hasTrace = (state: AppState): boolean => eventCount(state) > 0;
const hasDocument = (state: AppState): boolean => state.document !== null;

function entry(enabled: Behaviour["enabled"], run: Behaviour["run"]): Behaviour {
  return { enabled, run };
}

function grain(to: Grain): Behaviour["run"] {
  return ({ store }) => store.dispatch("cursor/grain", { grain: to });
}

function speed(factor: number): Behaviour["run"] {
  return ({ store }) => store.dispatch("cursor/speed", { speed: store.get().cursor.speed * factor });
}

/** The whole interface larger or smaller by a factor; null: as designed. */
function scale(factor: number | null): Behaviour["run"] {
  return ({ store }) => {
    const now = store.get().prefs.interfaceScale;
    const interfaceScale = factor === null ? 1 : Math.min(3, Math.max(0.5, now * factor));
    store.dispatch("prefs/changed", { prefs: { interfaceScale } });
  };
}

function onNode(direction: 1 | -1): Behaviour["run"] {
  return ({ store, actions }) => {
    const node = focusedNode(store);
    return node === null ? undefined : actions.goToNext({ by: "node", node }, direction);
  };
}

function iteration(direction: 1 | -1): Behaviour["run"] {
  return ({ store, actions }) =>
    actions.goToNext({ by: "sameNextIteration", seq: store.get().cursor.target }, direction);
}

function explain(question: "none" | "contributors"): Behaviour["run"] {
  return ({ store, actions }) => {
    const node = focusedNode(store);
    if (node !== null) return actions.explain(node, question);
    store.dispatch("notice/shown", { tone: "info", text: "Select a node first, or go to a step of one." });
  };
}

function verify({ store, actions }: CommandContext): unknown {
  const node = focusedNode(store);
  if (node !== null && isLeaf(store.get().shown, node)) return actions.verify(node);
  return store.dispatch("notice/shown", {
    tone: "info",
    text: "Select a leaf first: gradients of leaves are verified.",
  });
}

const canRun = (state: AppState): boolean => hasDocument(state) && !isLive(state);
const isPaused = ({ run }: AppState): boolean => run.status === "paused";
/** A paused program can be stepped on before its first event. */
const canStep = (state: AppState): boolean => hasTrace(state) || isPaused(state);
const isNotebook = ({ document }: AppState): boolean => document?.kind === "notebook";
const hasHistory =
  (way: "undo" | "redo") =>
  ({ document }: AppState): boolean =>
    (document?.cellHistory[way].length ?? 0) > 0;
const withCells = ({ document }: AppState): boolean => document !== null && hasCells(document);

function tab(name: PanelTab): Behaviour["run"] {
  return ({ store }) => store.dispatch("panel/tab", { tab: name });
}

function dialog(name: DialogName): Behaviour["run"] {
  return ({ store }) => store.dispatch("dialog/shown", { dialog: name });
}

function theme(choice: ThemeChoice): Behaviour["run"] {
  return ({ store }) => store.dispatch("prefs/changed", { prefs: { theme: choice } });
}

const behaviours: Record<CommandId, Behaviour> = {
  "file.new": entry(always, ({ actions }) => actions.newScript()),
  "file.open": entry(always, ({ actions }) => actions.openFile()),
  "file.close": entry(hasDocument, ({ actions }) => actions.closeDocument()),
  "file.save": entry(hasDocument, ({ actions }) => actions.save(false)),
  "file.saveAs": entry(hasDocument, ({ actions }) => actions.save(true)),
  "file.export": entry(hasTrace, dialog("export")),
  "cell.insertAbove": entry(isNotebook, ({ actions }) => actions.insertCell(0)),
  "cell.insertBelow": entry(isNotebook, ({ actions }) => actions.insertCell(1)),
  "cell.moveUp": entry(isNotebook, ({ actions }) => actions.moveCell(-1)),
  "cell.moveDown": entry(isNotebook, ({ actions }) => actions.moveCell(1)),
  "cell.delete": entry(isNotebook, ({ actions }) => actions.removeCell()),
  "cell.toText": entry(isNotebook, ({ actions }) => actions.turnCell("markdown")),
  "cell.toCode": entry(isNotebook, ({ actions }) => actions.turnCell("code")),
  "cell.undo": entry(hasHistory("undo"), ({ actions }) => actions.undoCells("undo")),
  "cell.redo": entry(hasHistory("redo"), ({ actions }) => actions.undoCells("redo")),
  "cell.next": entry(isNotebook, ({ actions }) => actions.chooseCell(1)),
  "cell.previous": entry(isNotebook, ({ actions }) => actions.chooseCell(-1)),
  "cell.edit": entry(isNotebook, ({ actions }) => actions.editCell()),
  "run.cell": entry(withCells, ({ actions }) => actions.runCell(false)),
  "run.cellGoOn": entry(withCells, ({ actions }) => actions.runCell(true)),
  "run.start": entry(canRun, ({ actions }) => actions.run()),
  "run.restart": entry(
    (state) => withCells(state) && state.run.status !== "idle",
    ({ actions }) => actions.restart(),
  ),
  "run.pause": entry(
    ({ run }) => run.status === "running" && !run.pausing,
    ({ actions }) => actions.pause(),
  ),
  "run.stop": entry(isLive, ({ actions }) => actions.stop()),
  "step.over": entry(canStep, ({ actions }) => actions.step(1)),
  "step.back": entry(hasTrace, ({ actions }) => actions.step(-1)),
  "step.into": entry(canStep, ({ actions }) => actions.stepInto()),
  "step.out": entry(canStep, ({ actions }) => actions.stepOut()),
  "step.next": entry(canStep, ({ actions }) => actions.step(1)),
  "step.previous": entry(hasTrace, ({ actions }) => actions.step(-1)),
  "step.first": entry(hasTrace, ({ actions }) => actions.first()),
  "step.last": entry(hasTrace, ({ actions }) => actions.last()),
  // As in other debuggers, F5 also starts what does not run yet, and lets go on what stands still.
  "step.continue": entry(hasDocument, ({ store, actions }) =>
    canStep(store.get()) ? actions.continueRun(1) : actions.run(),
  ),
  "step.reverseContinue": entry(hasTrace, ({ actions }) => actions.continueRun(-1)),
  "step.runToCursor": entry(canStep, ({ actions }) => actions.runToCursor()),
  "step.play": entry(hasTrace, ({ actions }) => actions.togglePlay()),
  "step.faster": entry(always, speed(2)),
  "step.slower": entry(always, speed(0.5)),
  "step.nodeNext": entry(hasTrace, onNode(1)),
  "step.nodePrevious": entry(hasTrace, onNode(-1)),
  "step.iterationNext": entry(hasTrace, iteration(1)),
  "step.iterationPrevious": entry(hasTrace, iteration(-1)),
  "step.nextNan": entry(hasTrace, ({ actions }) => actions.goToNext({ by: "nan" }, 1)),
  "step.largestGradient": entry(hasTrace, ({ actions }) => actions.goToNext({ by: "largestGrad" }, 1)),
  "explain.none": entry(hasTrace, explain("none")),
  "explain.contributors": entry(hasTrace, explain("contributors")),
  "explain.verify": entry(hasTrace, verify),
  "grain.phase": entry(always, grain("phase")),
  "grain.node": entry(always, grain("node")),
  "grain.edge": entry(always, grain("edge")),
  "breakpoint.toggle": entry(hasDocument, ({ actions }) => actions.toggleBreakpointHere()),
  "breakpoint.edit": entry(hasDocument, ({ actions }) => actions.editLineBreakpoint()),
  "breakpoint.pause": entry(always, ({ store }) =>
    store.dispatch("prefs/changed", { prefs: { breakpointsPause: !store.get().prefs.breakpointsPause } }),
  ),
  "breakpoint.nan": entry(hasDocument, ({ actions }) => actions.addBreakpoint({ by: "nan" })),
  "view.fit": entry(hasTrace, ({ graph }) => graph()?.fit()),
  "view.actualSize": entry(hasTrace, ({ graph }) => graph()?.actualSize()),
  "view.zoomIn": entry(hasTrace, ({ graph }) => graph()?.zoomBy(1.25)),
  "view.zoomOut": entry(hasTrace, ({ graph }) => graph()?.zoomBy(0.8)),
  "view.larger": entry(always, scale(1.1)),
  "view.smaller": entry(always, scale(1 / 1.1)),
  "view.designedSize": entry(always, scale(null)),
  "view.expandAll": entry(hasTrace, ({ actions }) => actions.setAllGroups(false)),
  "view.collapseAll": entry(hasTrace, ({ actions }) => actions.setAllGroups(true)),
  "view.secondOrder": entry(hasTrace, ({ store }) =>
    store.dispatch("prefs/changed", { prefs: { secondOrder: !store.get().prefs.secondOrder } }),
  ),
  "view.follow": entry(always, ({ store }) =>
    store.dispatch("prefs/changed", { prefs: { follow: !store.get().prefs.follow } }),
  ),
  "view.plot": entry(hasTrace, ({ store }) =>
    store.dispatch("prefs/changed", { prefs: { plotOpen: !store.get().prefs.plotOpen } }),
  ),
  "view.plotLog": entry(hasTrace, ({ store }) =>
    store.dispatch("prefs/changed", { prefs: { plotLog: !store.get().prefs.plotLog } }),
  ),
  "view.console": entry(always, tab("console")),
  "view.findings": entry(always, tab("findings")),
  "view.breakpoints": entry(always, tab("breakpoints")),
  "view.events": entry(always, tab("events")),
  "view.nodes": entry(always, tab("nodes")),
  "view.palette": entry(always, dialog("palette")),
  "help.shortcuts": entry(always, dialog("shortcuts")),
  "theme.system": entry(always, theme("system")),
  "theme.light": entry(always, theme("light")),
  "theme.dark": entry(always, theme("dark")),
  "theme.contrast": entry(always, theme("contrast")),
};

const commandTable: readonly CommandEntry[] = commands.map((info) => ({ ...info, ...behaviours[info.id] }));

export function createWindowCommands(context: CommandContext): WindowCommands {
  const byId = new Map<string, CommandEntry>(commandTable.map((one) => [one.id, one]));
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
