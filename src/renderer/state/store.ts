/** The one store of the window, and the hook by which views read it. */
import { createContext } from "preact";
import { useContext, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { type Action, type ActionType, type Payloads, reduce } from "./actions.ts";
import type { AppState } from "./app-state.ts";

export interface Store {
  get(): AppState;
  dispatch<K extends ActionType>(type: K, payload: Payloads[K]): void;
  /** Called after every change; returns the way out. */
  subscribe(listener: (state: AppState, before: AppState) => void): () => void;
}

export function createStore(initial: AppState): Store {
  let state = initial;
  const listeners = new Set<(state: AppState, before: AppState) => void>();
  return {
    get: () => state,
    dispatch(type, payload) {
      const before = state;
      state = reduce(state, { type, ...payload } as Action);
      if (state === before) return;
      for (const listener of [...listeners]) listener(state, before);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Calls `changed` when what `select` picks out changes. */
export function watch<T>(
  store: Store,
  select: (state: AppState) => T,
  changed: (now: T, before: T) => void,
): () => void {
  let last = select(store.get());
  return store.subscribe((state) => {
    const now = select(state);
    if (Object.is(now, last)) return;
    const before = last;
    last = now;
    changed(now, before);
  });
}

export const StoreContext = createContext<Store | null>(null);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error("no store around this view");
  return store;
}

/** What `select` picks out of the state; the view is drawn again when it changes (compared by identity). */
export function useSelect<T>(select: (state: AppState) => T): T {
  const store = useStore();
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const selector = useRef(select);
  selector.current = select;
  const value = select(store.get());
  const drawn = useRef(value);
  drawn.current = value;
  useLayoutEffect(() => {
    const check = (): void => {
      if (!Object.is(selector.current(store.get()), drawn.current)) redraw(0);
    };
    check();
    return store.subscribe(check);
  }, [store]);
  return value;
}
