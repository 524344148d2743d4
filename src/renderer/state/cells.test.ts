import { expect, test } from "vitest";
import { type AppState, defaultPrefs, initialState, isStale } from "./app-state.ts";
import { noHistory } from "./cell-edits.ts";
import { partsOf } from "./parts.ts";
import { createStore, type Store } from "./store.ts";

/** A window with a document of code cells (a notebook) or one text (a script). */
function opened(kind: "notebook" | "python", ...sources: string[]): Store {
  const store = createStore(initialState(defaultPrefs(1280)));
  const cells = sources.map((source, i) => ({ id: `cell-${i + 1}`, index: i, kind: "code" as const, source }));
  store.dispatch("document/opened", {
    document: { id: "d1", name: "a", kind, cells, cellHistory: noHistory, token: null, dirty: false },
  });
  return store;
}
const parts = (store: Store, ...indexes: number[]) =>
  partsOf(store.get().document as NonNullable<AppState["document"]>).filter(({ index }) => indexes.includes(index));
const ended = (store: Store, status: "finished" | "failed" | "stopped"): void =>
  store.dispatch("run/ended", { id: store.get().run.id, status, failure: null, milliseconds: 1, lives: true });
const states = ({ run }: AppState) => Object.entries(run.parts).map(([i, { number, status }]) => [i, number, status]);

test("cells get their numbers as they begin; an error ends its cell and takes back those that wait", () => {
  const store = opened("notebook", "a", "b", "c");
  store.dispatch("run/started", { id: 1, parts: parts(store, 0, 1, 2) });
  store.dispatch("run/part", { index: 0, number: 1 });
  store.dispatch("run/part", { index: 1, number: 2 });
  expect(states(store.get())).toEqual([
    ["0", 1, "finished"],
    ["1", 2, "running"],
  ]);
  expect(store.get().run.waiting.map(({ index }) => index)).toEqual([2]);
  ended(store, "failed");
  expect(states(store.get()).at(-1)).toEqual(["1", 2, "failed"]);
  expect(store.get().run.waiting).toEqual([]);
  expect(store.get().run.lives).toBe(true);
});

test("a cell that waits runs with the text it was asked for with, once, and its new output takes the place of the old", () => {
  const store = opened("notebook", "a", "b");
  store.dispatch("run/started", { id: 1, parts: parts(store, 0) });
  store.dispatch("run/part", { index: 0, number: 1 });
  store.dispatch("console/text", { stream: "out", text: "old", cell: 0 });
  store.dispatch("run/queued", { parts: parts(store, 1) });
  store.dispatch("run/queued", { parts: parts(store, 0, 1) });
  store.dispatch("document/edited", { cell: "cell-2", source: "newer" });
  ended(store, "finished");
  const { waiting } = store.get().run;
  expect(waiting.map(({ index, source }) => [index, source])).toEqual([
    [1, "b"],
    [0, "a"],
  ]);
  store.dispatch("run/continued", { parts: waiting });
  store.dispatch("run/part", { index: 1, number: 2 });
  expect(store.get().run.stale).toEqual([1]);
  store.dispatch("run/part", { index: 0, number: 3 });
  expect(store.get().console.map(({ text }) => text)).toEqual(["[2] cell 2\n", "[3] cell 1\n"]);
});

test("an edit makes its own cell stale, and taking it back makes it fresh", () => {
  const store = opened("notebook", "a", "b");
  store.dispatch("run/started", { id: 1, parts: parts(store, 0, 1) });
  for (const index of [0, 1]) store.dispatch("run/part", { index, number: index + 1 });
  ended(store, "finished");
  store.dispatch("document/edited", { cell: "cell-2", source: "c" });
  expect([0, 1].map((cell) => isStale(store.get(), cell, 1))).toEqual([false, true]);
  store.dispatch("document/edited", { cell: "cell-2", source: "b" });
  expect(store.get().run.stale).toEqual([]);
});

test("in a script, the edited section is stale, and those that moved; one that never ran is not", () => {
  const text = ["# %%", "a = 1", "# %%", "b = 2", "# %%", "c = 3"];
  const store = opened("python", text.join("\n"));
  const edit = (line: number, source: string): void =>
    store.dispatch("document/edited", {
      cell: "cell-1",
      source: text.map((old, i) => (i === line - 1 ? source : old)).join("\n"),
    });
  store.dispatch("run/started", { id: 1, parts: parts(store, 0, 1) });
  for (const index of [0, 1]) store.dispatch("run/part", { index, number: index + 1 });
  ended(store, "finished");
  edit(2, "a = 9");
  expect([2, 4].map((line) => isStale(store.get(), 0, line))).toEqual([true, false]);
  edit(2, "a = 9\n");
  expect([2, 4].map((line) => isStale(store.get(), 0, line))).toEqual([true, true]);
  edit(6, "c = 9");
  expect(store.get().run.stale).toEqual([]);
});
