import { type EntryText, IdTable, writePages } from "./id-table.ts";
import { headOf, type ReduceTables, type ReplayState, shownPass } from "./reduce.ts";
import type { NodeGradState, Tables, ViewData, ViewState } from "./view-state.ts";

/** A view as it crosses to whoever shows it: what grows with the scene is pages of text, read when they are looked at. */
export type ViewPages = Omit<ViewData, keyof Tables> & { readonly [K in keyof Tables]: string[] };

const gradStates: readonly NodeGradState["state"][] = ["waiting", "partial", "ready", "entered", "done"];
const savedStates: readonly ViewData["saved"][number][] = ["held", "kept", "freed"];

const number: EntryText<number> = { write: String, read: (data: number) => data };

/** How the entries of each table are written. */
const texts: { readonly [K in keyof Tables]: EntryText<ViewData[K][number]> } = {
  values: { write: (values) => `[${values.join(",")}]`, read: (data: number[]) => data },
  grads: {
    write: ({ state, received, expected, sum }) =>
      `[${gradStates.indexOf(state)},${received},${expected}${sum.map((value) => `,${value}`).join("")}]`,
    read([state, received, expected, ...sum]: [number, number, number, ...(number | null)[]]) {
      return { state: gradStates[state] as NodeGradState["state"], received, expected, sum };
    },
  },
  flows: number,
  leafGrads: number,
  saved: {
    write: (state) => String(savedStates.indexOf(state)),
    read: (data: number) => savedStates[data] as ViewData["saved"][number],
  },
};

/** The state of a replay as pages. */
export function writeView(state: ReplayState, tables: ReduceTables): ViewPages {
  const pass = shownPass(state);
  return {
    ...headOf(state, tables),
    values: writePages(state.values, texts.values),
    grads: writePages(pass?.grads ?? [], texts.grads),
    flows: writePages(pass?.flows ?? [], texts.flows),
    leafGrads: writePages(state.leafGrads, texts.leafGrads),
    saved: writePages(state.saved, texts.saved),
    skips: pass === undefined ? [] : pass.skips.map((skip) => ({ ...skip })),
  };
}

/** The view that `writeView` wrote. */
export function readView(pages: ViewPages): ViewState {
  return {
    ...pages,
    values: IdTable.reading(pages.values, texts.values),
    grads: IdTable.reading(pages.grads, texts.grads),
    flows: IdTable.reading(pages.flows, texts.flows),
    leafGrads: IdTable.reading(pages.leafGrads, texts.leafGrads),
    saved: IdTable.reading(pages.saved, texts.saved),
  };
}

/** Does a view show so much that the next one is better told as a change of it? */
export function isLarge(pages: ViewPages): boolean {
  const largeFrom = 16;
  const filled = (all: readonly string[]): number => all.filter((page) => page !== "").length;
  return filled(pages.values) + filled(pages.flows) > largeFrom;
}
