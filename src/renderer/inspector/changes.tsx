/** "This step changed": exactly what the event touched, before → after. */
import { nodeName } from "../../graph/describe.ts";
import type { TraceEvent } from "../../trace/events.ts";
import { useValues } from "../session/use-values.ts";
import type { Shown } from "../state/app-state.ts";
import { NumberText } from "./number-text.tsx";

export interface Change {
  what: string;
  before: number | null | undefined;
  after: number | null | undefined;
  /** In place of values. */
  words?: string;
  as: "value" | "gradient";
}

/** Pure: what an event changed, with value ids. */
function changesOf(event: TraceEvent, shown: Shown): Change[] {
  const { node, edge } = shown.lookup;
  const name = (id: number): string => nodeName(node(id));
  switch (event.kind) {
    case "fwd.op":
      return event.values.map((after) => ({ what: name(event.node), before: event.before, after, as: "value" }));
    case "bwd.seed":
      return event.roots.map((root) => ({
        what: `∂L/∂${name(root.node)}`,
        before: null,
        after: root.seed,
        as: "gradient",
      }));
    case "bwd.enter":
      return [
        { what: name(event.node), before: null, after: null, words: "runs its backward function", as: "gradient" },
      ];
    case "bwd.edge": {
      const from = edge(event.edge);
      return [
        {
          what: `${name(event.node)} → ${from ? name(from.from) : ""}`,
          before: null,
          after: event.contribution,
          as: "gradient",
        },
      ];
    }
    case "bwd.accumulate":
      return [{ what: `∂L/∂${name(event.node)}`, before: event.before, after: event.sum, as: "gradient" }];
    case "leaf.accumulate":
    case "grad.zero":
      return [{ what: `${name(event.node)}.grad`, before: event.before, after: event.after, as: "gradient" }];
    case "saved.release":
      return [
        {
          what: name(event.node),
          before: null,
          after: null,
          words: event.kept ? "saved tensors kept" : "saved tensors freed",
          as: "value",
        },
      ];
    case "bwd.skip":
      return [{ what: name(event.node), before: null, after: null, words: `stops: ${event.reason}`, as: "gradient" }];
    case "opt.step":
      return event.updates.map(({ node, before, after }) => ({ what: name(node), before, after, as: "value" }));
    case "bwd.end":
    case "error":
      return [];
  }
}

const most = 12;

export function Changes({ shown }: { shown: Shown }) {
  const changes = shown.event ? changesOf(shown.event, shown) : [];
  const value = useValues(changes.slice(0, most).flatMap(({ before, after }) => [before, after]));
  if (changes.length === 0) return null;
  return (
    <section class="card">
      <h2>This step changed</h2>
      <ul class="changes" data-testid="changes">
        {changes.slice(0, most).map(({ what, before, after, words, as }) => (
          <li key={what}>
            <span class="what">{what}</span>
            {words ? (
              <span>{words}</span>
            ) : (
              <span>
                <NumberText value={value(before)} as={as} none={as === "value" ? "–" : "None"} />
                <span class="arrow">→</span>
                <NumberText value={value(after)} as={as} />
              </span>
            )}
          </li>
        ))}
        {changes.length > most && <li class="muted">and {changes.length - most} more</li>}
      </ul>
    </section>
  );
}
