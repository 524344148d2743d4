/** The formula of one node's operator; null until it is known or where there is none. */
import { useEffect, useState } from "preact/hooks";
import type { OperatorFormula } from "../../trace/graph-model.ts";
import { useActions } from "../session/actions-context.ts";

export function useFormula(node: number | null): OperatorFormula | null {
  const actions = useActions();
  const client = actions.client();
  const [known, setKnown] = useState<{ node: number; formula: OperatorFormula | null } | null>(null);
  useEffect(() => {
    if (node === null || !client) return;
    let gone = false;
    client.formula(node).then((formula) => {
      if (!gone) setKnown({ node, formula });
    }, actions.report);
    return () => {
      gone = true;
    };
  }, [client, node, actions]);
  return known !== null && known.node === node ? known.formula : null;
}
