/** Where on the timeline the enabled breakpoints are met: the first few hundred hits. */
import { useEffect, useState } from "preact/hooks";
import { useActions } from "../session/actions-context.ts";
import { breakpointMatch, findEvent } from "../session/navigation.ts";
import { eventCount, runFile } from "../state/app-state.ts";
import { useSelect, useStore } from "../state/store.ts";

const most = 200;

export function useBreakpointTicks(): { seq: number; hit: boolean }[] {
  const store = useStore();
  const actions = useActions();
  const client = actions.client();
  const breakpoints = useSelect((state) => state.breakpoints);
  const count = useSelect(eventCount);
  const cursor = useSelect((state) => state.cursor.target);
  const [seqs, setSeqs] = useState<number[]>([]);
  useEffect(() => {
    let gone = false;
    const enabled = breakpoints.filter((one) => one.enabled);
    const file = runFile(store.get());
    const find = async (): Promise<void> => {
      const found = new Set<number>();
      for (const breakpoint of enabled) {
        const match = breakpointMatch(breakpoint, file);
        let at = -1;
        for (let hits = 0; hits < most && client; hits += 1) {
          const next = await findEvent(client, at, 1, match, count);
          if (next === null || gone) break;
          found.add(next);
          at = next;
        }
      }
      if (!gone) setSeqs([...found]);
    };
    if (!client || count === 0 || enabled.length === 0) setSeqs([]);
    else find().catch(actions.report);
    return () => {
      gone = true;
    };
  }, [client, breakpoints, count, actions, store]);
  return seqs.map((seq) => ({ seq, hit: seq <= cursor }));
}
