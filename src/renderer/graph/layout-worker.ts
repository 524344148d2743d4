/// <reference lib="webworker" />
/** Lays scenes out off the main thread. One question, one answer, matched by number. */
import { layoutScene } from "../../graph/layout.ts";
import type { Layout, LayoutOptions, VisibleGraph } from "../../graph/picture.ts";

export interface LayoutQuestion {
  id: number;
  graph: VisibleGraph;
  options: LayoutOptions;
}
export type LayoutAnswer = { id: number; layout: Layout } | { id: number; error: string };

self.onmessage = (message: MessageEvent<LayoutQuestion>): void => {
  const { id, graph, options } = message.data;
  let answer: LayoutAnswer;
  try {
    answer = { id, layout: layoutScene(graph, options) };
  } catch (error) {
    answer = { id, error: String(error) };
  }
  self.postMessage(answer);
};
