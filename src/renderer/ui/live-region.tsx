/** One line per step for screen readers, settled so that fast steps are not all read out. */
import { useEffect, useState } from "preact/hooks";
import { describeContext, describeStep } from "../../graph/describe.ts";
import { useActions } from "../session/actions-context.ts";
import { eventCount } from "../state/app-state.ts";
import { useSelect, useStore } from "../state/store.ts";

export function LiveRegion() {
  const store = useStore();
  const actions = useActions();
  const shown = useSelect((state) => state.shown);
  const [line, setLine] = useState("");
  useEffect(() => {
    const value = actions.client()?.value;
    if (!shown || !value) return;
    const timer = setTimeout(
      () =>
        setLine(describeStep(shown.event, describeContext(shown.lookup, value, shown.view), eventCount(store.get()))),
      150,
    );
    return () => clearTimeout(timer);
  }, [shown, actions, store]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite" data-testid="live">
      {line}
    </div>
  );
}
