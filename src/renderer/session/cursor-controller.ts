/**
 * Moves the picture to where the cursor is. Commands may come faster than answers: each command starts from the cursor the person
 * asked for last, answers are loaded one at a time, and what is shown is always complete and belongs to one cursor.
 */

import { neededValues, type Sight } from "../../graph/needed-values.ts";
import type { Layout, VisibleGraph } from "../../graph/picture.ts";
import type { SceneGraph, SceneInfo } from "../../trace/graph-model.ts";
import { type AppState, eventCount, type Shown } from "../state/app-state.ts";
import { type Store, watch } from "../state/store.ts";
import type { TraceClient } from "./trace-client.ts";

export interface SceneArranger {
  /** What is visible of a scene, and where. Equal questions get the same objects. */
  arrange(graph: SceneGraph, state: AppState): Promise<{ graph: VisibleGraph; layout: Layout }>;
}

export interface CursorController {
  /** Settles when the picture shows the cursor that is asked for by then. */
  settled(): Promise<void>;
  /** Runs commands one after the other, so that each starts from the cursor that the one before it chose. */
  queue(command: () => Promise<number | null>): Promise<void>;
  /** Loads again although the cursor is the same (groups opened, direction changed). */
  refresh(): void;
  dispose(): void;
}

export function createCursorController(
  store: Store,
  client: () => TraceClient | null,
  arranger: SceneArranger,
  sight: (layout: Layout) => Sight,
  report: (error: unknown) => void,
): CursorController {
  let loading: Promise<void> | null = null;
  let commands: Promise<void> = Promise.resolve();
  let again = false;

  const load = async (): Promise<void> => {
    const state = store.get();
    const trace = client();
    if (!trace || !state.run.summary || eventCount(state) === 0) return;
    const shown = await loadShown(trace, arranger, state, state.cursor.target, sight);
    store.dispatch("shown/loaded", { shown });
    trace.prefetch(shown.view.cursor);
  };

  const wanted = (): boolean => {
    const { shown, cursor, run } = store.get();
    if (!client() || !run.summary || run.summary.events === 0) return false;
    return again || shown === null || shown.view.cursor !== cursor.target;
  };

  const pump = async (): Promise<void> => {
    let failures = 0;
    while (wanted() && failures < 2) {
      again = false;
      const run = store.get().run.id;
      try {
        await load();
        failures = 0;
      } catch (error) {
        if (run !== store.get().run.id) continue;
        failures += 1;
        if (failures === 2) report(error);
      }
    }
    loading = null;
  };

  const kick = (): void => {
    if (loading === null && wanted()) loading = pump();
  };

  let known: { run: number; scenes: ReadonlyMap<number, string> } = { run: -1, scenes: new Map() };
  /** A program that still runs adds to its last scenes: what was answered about those before is old. */
  const noteScenes = (): void => {
    const { run, shown } = store.get();
    const before = known.run === run.id ? known.scenes : new Map<number, string>();
    const scenes = new Map(run.summary?.scenes.map((scene) => [scene.id, fingerprint(scene)]));
    known = { run: run.id, scenes };
    const stale = (scene: number): boolean => before.get(scene) !== scenes.get(scene);
    client()?.forgetScenes(stale);
    if (loading !== null || shown === null || stale(shown.view.scene)) again = true;
    kick();
  };

  const stops = [
    watch(store, (state) => state.cursor.target, kick),
    watch(store, (state) => state.run.summary, noteScenes),
  ];
  return {
    async settled() {
      await commands;
      while (loading) await loading;
    },
    queue(command) {
      const done = commands.then(async () => {
        try {
          const target = await command();
          if (target !== null) store.dispatch("cursor/target", { target });
        } catch (error) {
          report(error);
        }
      });
      commands = done;
      return done;
    },
    refresh() {
      again = true;
      kick();
    },
    dispose() {
      for (const stop of stops) stop();
    },
  };
}

/** Changes when a scene does. */
function fingerprint({ nodeCount, structure, title }: SceneInfo): string {
  return `${nodeCount} ${structure} ${title}`;
}

/** Nodes beyond which a picture is complete only where it is looked at: the rest of its values follows when it comes into sight. */
const largePicture = 1500;

/** Everything that the picture at a cursor needs; of a large one, what is in sight. */
export async function loadShown(
  trace: TraceClient,
  arranger: SceneArranger,
  state: AppState,
  cursor: number,
  sight?: (layout: Layout) => Sight,
): Promise<Shown> {
  const [view, event, next] = await Promise.all([trace.view(cursor), trace.event(cursor), trace.event(cursor + 1)]);
  const scene = await trace.scene(view.scene);
  const arranged = await arranger.arrange(scene, state);
  const { graph, layout } = arranged;
  const seen = sight && graph.source.nodes.length > largePicture ? sight(layout) : null;
  // Few nodes are complete, for the list of them; what flows along their many edges is not.
  const wanted =
    seen && graph.nodes.length <= largePicture ? { ...seen, nodes: graph.nodes.map((_, place) => place) } : seen;
  await trace.loadValues(neededValues(graph, view, event, wanted));
  return { run: state.run.id, view, event, next, lookup: trace.lookup(scene), ...arranged };
}
