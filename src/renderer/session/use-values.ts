/** Values for a view: asks for what is missing and draws again when it is here. */
import { useEffect, useReducer } from "preact/hooks";
import type { ValueSummary } from "../../trace/query.ts";
import { useActions } from "./actions-context.ts";

export function useValues(
  ids: readonly (number | null | undefined)[],
): (id: number | null | undefined) => ValueSummary | undefined {
  const actions = useActions();
  const client = actions.client();
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const wanted = ids.filter((id): id is number => id !== null && id !== undefined);
  const key = wanted.join(",");
  // the ids are compared by content
  useEffect(() => {
    if (!client || wanted.every((id) => client.value(id))) return;
    let gone = false;
    client.loadValues(wanted).then(() => {
      if (!gone) redraw(0);
    }, actions.report);
    return () => {
      gone = true;
    };
  }, [client, key]);
  return (id) => (id === null || id === undefined ? undefined : client?.value(id));
}
