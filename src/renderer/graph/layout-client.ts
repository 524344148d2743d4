/** Asks the layout worker; equal structures share one layout, so scrubbing over iterations moves nothing. */
import { collapse, defaultCollapsed, withoutSecondOrder } from "../../graph/grouping.ts";
import type { GroupingOptions } from "../../graph/groups.ts";
import type { Layout, LayoutOptions, VisibleGraph } from "../../graph/picture.ts";
import { withKeysOf } from "../../graph/picture-at.ts";
import type { SourceLocation } from "../../trace/events.ts";
import type { SceneGraph } from "../../trace/graph-model.ts";
import type { SceneArranger } from "../session/cursor-controller.ts";
import type { AppState } from "../state/app-state.ts";
import type { LayoutAnswer, LayoutQuestion } from "./layout-worker.ts";

export interface LayoutClient extends SceneArranger {
  /** Keep this node in place in the next layout (a group was opened or closed on it). */
  anchorNext(anchor: LayoutOptions["anchor"]): void;
  /** A new run: scenes and structures of the old one mean nothing. */
  forget(): void;
  dispose(): void;
}

const layoutsKept = 24;

export function createLayoutClient(): LayoutClient {
  const worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, { resolve: (layout: Layout) => void; reject: (error: Error) => void }>();
  let questions = 0;
  let anchor: LayoutOptions["anchor"];
  const visible = new WeakMap<SceneGraph, Map<string, VisibleGraph>>();
  const layouts = new Map<string, Promise<Layout>>();

  worker.onmessage = (message: MessageEvent<LayoutAnswer>): void => {
    const answer = message.data;
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("layout" in answer) one?.resolve(answer.layout);
    else one?.reject(new Error(answer.error));
  };
  worker.onerror = (event): void => {
    for (const one of waiting.values()) one.reject(new Error(event.message || "the layout worker failed"));
    waiting.clear();
  };

  const ask = (graph: VisibleGraph, options: LayoutOptions): Promise<Layout> =>
    new Promise((resolve, reject) => {
      const question: LayoutQuestion = { id: ++questions, graph, options };
      waiting.set(question.id, { resolve, reject });
      worker.postMessage(question);
    });

  const visibleOf = (scene: SceneGraph, state: AppState): VisibleGraph => {
    const graphs = visible.get(scene) ?? new Map<string, VisibleGraph>();
    visible.set(scene, graphs);
    // Asked at every step: what is closed by default is found out once.
    const chosen = state.collapsed[scene.scene.structure];
    const key = `${chosen ? [...chosen].sort().join("\n") : "default"}|${state.prefs.secondOrder}`;
    const known = graphs.get(key);
    if (known) return known;
    const shown = state.prefs.secondOrder ? scene : withoutSecondOrder(scene);
    const made = collapse(shown, collapsedGroups(scene, state), grouping(state.run.summary?.locations));
    graphs.set(key, made);
    return made;
  };

  return {
    async arrange(scene, state) {
      const graph = visibleOf(scene, state);
      const options: LayoutOptions = { direction: state.prefs.direction, ...(anchor ? { anchor } : {}) };
      const key = `${scene.scene.structure}|${scene.nodes.length}|${state.prefs.direction}|${state.prefs.secondOrder}|${graph.collapsed.join("\n")}`;
      let layout = layouts.get(key);
      if (!layout) {
        anchor = undefined;
        layout = ask(graph, options);
        layouts.set(key, layout);
        layout.catch(() => layouts.delete(key));
        for (const old of layouts.keys()) {
          if (layouts.size <= layoutsKept) break;
          layouts.delete(old);
        }
      }
      return { graph, layout: withKeysOf(await layout, graph) };
    },
    anchorNext(next) {
      anchor = next;
    },
    forget() {
      layouts.clear();
    },
    dispose: () => worker.terminate(),
  };
}

/** The groups to show closed: what the person chose for scenes of this structure, else what keeps the picture readable. */
export function collapsedGroups(scene: SceneGraph, state: AppState): ReadonlySet<string> {
  const chosen = state.collapsed[scene.scene.structure];
  return chosen ? new Set(chosen) : defaultCollapsed(scene, grouping(state.run.summary?.locations));
}

function grouping(locations: readonly SourceLocation[] | undefined): GroupingOptions {
  return locations ? { by: "call", locations } : { by: "call" };
}
