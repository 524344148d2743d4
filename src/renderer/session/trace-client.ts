/**
 * What the window keeps of the trace of one run: pages of events, scenes, summaries of values, views at visited cursors. Everything is
 * immutable once answered, so caches never go stale; a new run gets a new client.
 */

import { SceneLookup } from "../../graph/scene-lookup.ts";
import type { TraceEvent } from "../../trace/events.ts";
import type { OperatorFormula, SceneGraph } from "../../trace/graph-model.ts";
import type { TraceSource, ValueSummary } from "../../trace/query.ts";
import { applyChange } from "../../trace/view-change.ts";
import { type ViewData, type ViewState, viewOf } from "../../trace/view-state.ts";

const pageSize = 512;
const viewsKept = 256;
/** Nodes and edges from which a view is large: it is told as a change of the last one, and few are kept. */
const largeView = 4000;
const largeViewsKept = 8;
const valuesPerQuestion = 512;

export class TraceClient {
  readonly source: TraceSource;
  #pages = new Map<number, Promise<TraceEvent[]>>();
  #loadedPages = new Map<number, TraceEvent[]>();
  #views = new Map<number, Promise<ViewState>>();
  /** Scenes of the views that have come. */
  #viewScenes = new Map<number, number>();
  /** The last view, when it is large. */
  #large: ViewState | null = null;
  #scenes = new Map<number, Promise<SceneGraph>>();
  #lookups = new WeakMap<SceneGraph, SceneLookup>();
  #values = new Map<number, ValueSummary>();
  #asked = new Map<number, Promise<void>>();
  #formulas = new Map<number, Promise<OperatorFormula | null>>();
  #events = 0;

  constructor(source: TraceSource) {
    this.source = source;
  }

  /** A growing trace: the last page must be asked again once there are more events. */
  grow(events: number): void {
    if (events === this.#events) return;
    const lastPage = Math.floor(Math.max(0, this.#events - 1) / pageSize);
    this.#pages.delete(lastPage);
    this.#loadedPages.delete(lastPage);
    this.#events = events;
  }

  /** The event, or null where there is none. */
  async event(seq: number): Promise<TraceEvent | null> {
    if (seq < 0 || seq >= this.#events) return null;
    const page = await this.#page(Math.floor(seq / pageSize));
    return page[seq % pageSize] ?? null;
  }

  /** Only if it is here already. */
  loadedEvent(seq: number): TraceEvent | null {
    return this.#loadedPages.get(Math.floor(seq / pageSize))?.[seq % pageSize] ?? null;
  }

  async events(first: number, last: number): Promise<TraceEvent[]> {
    const found: TraceEvent[] = [];
    for (let seq = Math.max(0, first); seq < Math.min(last, this.#events); seq += 1) {
      const event = this.loadedEvent(seq) ?? (await this.event(seq));
      if (event) found.push(event);
    }
    return found;
  }

  /** Pages around the cursor, so that the next steps find theirs here. */
  prefetch(seq: number): void {
    const page = Math.floor(Math.max(0, seq) / pageSize);
    for (const near of [page, page + 1, page - 1]) {
      if (near >= 0 && near * pageSize < this.#events) this.#page(near).catch(() => {});
    }
  }

  #page(page: number): Promise<TraceEvent[]> {
    return remember(this.#pages, page, async () => {
      const first = page * pageSize;
      const events = await this.source.ask("events", { first, last: Math.min(first + pageSize, this.#events) });
      this.#loadedPages.set(page, events);
      return events;
    });
  }

  view(cursor: number): Promise<ViewState> {
    const view = remember(this.#views, cursor, async () => {
      const loaded = await this.#loadView(cursor);
      this.#viewScenes.set(cursor, loaded.scene);
      return loaded;
    });
    // Most recently used last.
    this.#views.delete(cursor);
    this.#views.set(cursor, view);
    for (const old of this.#views.keys()) {
      if (this.#views.size <= (this.#large === null ? viewsKept : largeViewsKept)) break;
      this.#views.delete(old);
      this.#viewScenes.delete(old);
    }
    return view;
  }

  async #loadView(cursor: number): Promise<ViewState> {
    const last = this.#large;
    const change = last === null ? null : await this.source.ask("change", { from: last.cursor, to: cursor });
    if (last && change) {
      this.#large = applyChange(last, change);
      return this.#large;
    }
    const data = await this.source.ask("view", { cursor });
    const view = viewOf(data);
    this.#large = sizeOf(data) > largeView ? view : null;
    return view;
  }

  scene(id: number): Promise<SceneGraph> {
    return remember(this.#scenes, id, () => this.source.ask("scene", { scene: id }));
  }

  /** Nodes and edges of a scene by id. */
  lookup(scene: SceneGraph): SceneLookup {
    let found = this.#lookups.get(scene);
    if (!found) {
      found = new SceneLookup(scene);
      this.#lookups.set(scene, found);
    }
    return found;
  }

  /** These scenes gained nodes or were merged while the program ran: they, and the views of them, must be asked again. */
  forgetScenes(stale: (scene: number) => boolean): void {
    if (this.#large && stale(this.#large.scene)) this.#large = null;
    for (const scene of this.#scenes.keys()) if (stale(scene)) this.#scenes.delete(scene);
    for (const cursor of this.#views.keys()) {
      const scene = this.#viewScenes.get(cursor);
      // A view that is still on its way may be one of before.
      if (scene === undefined || stale(scene)) this.#views.delete(cursor);
    }
  }

  readonly value = (id: number): ValueSummary | undefined => this.#values.get(id);

  /** Afterwards `value` knows these ids. */
  async loadValues(ids: Iterable<number>): Promise<void> {
    const missing: number[] = [];
    const waits = new Set<Promise<void>>();
    for (const id of new Set(ids)) {
      if (this.#values.has(id)) continue;
      const asked = this.#asked.get(id);
      if (asked) waits.add(asked);
      else missing.push(id);
    }
    for (let at = 0; at < missing.length; at += valuesPerQuestion) {
      const chunk = missing.slice(at, at + valuesPerQuestion);
      const answer = this.source.ask("values", { ids: chunk }).then((values) => {
        for (const value of values) this.#values.set(value.id, value);
      });
      const settled = answer.finally(() => {
        for (const id of chunk) this.#asked.delete(id);
      });
      for (const id of chunk) this.#asked.set(id, settled);
      waits.add(settled);
    }
    await Promise.all(waits);
  }

  formula(node: number): Promise<OperatorFormula | null> {
    return remember(this.#formulas, node, async () => (await this.source.ask("formula", { nodes: [node] }))[0] ?? null);
  }
}

function sizeOf(data: ViewData): number {
  return Object.keys(data.values).length + Object.keys(data.flows).length;
}

/** The promise under `key`, made when missing; a failed one is forgotten so that it can be asked again. */
function remember<K, T>(known: Map<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
  const found = known.get(key);
  if (found) return found;
  const made = make();
  known.set(key, made);
  made.catch(() => {
    if (known.get(key) === made) known.delete(key);
  });
  return made;
}
