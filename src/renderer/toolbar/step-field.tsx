/** "step 412 / 1 870": type a number to jump there. Steps are counted from 1; 0 is before the first. */
import { useEffect, useRef, useState } from "preact/hooks";
import { formatCount } from "../../graph/format-number.ts";
import { useActions } from "../session/actions-context.ts";
import { eventCount } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";

export function StepField() {
  const target = useSelect((state) => state.cursor.target);
  const count = useSelect(eventCount);
  const { goTo } = useActions();
  const [draft, setDraft] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  // A step taken by other means wins over half-typed text.
  // runs when the cursor moves
  useEffect(() => setDraft(null), [target]);
  const commit = (): void => {
    const number = Number((draft ?? "").replace(/[\s\u202f,.]/g, ""));
    setDraft(null);
    if (draft !== null && draft.trim() !== "" && Number.isFinite(number)) goTo(number - 1);
  };
  return (
    <label class="step-field">
      step
      <input
        ref={input}
        inputMode="numeric"
        aria-label={`Step, of ${count}`}
        data-testid="step"
        disabled={count === 0}
        value={draft ?? formatCount(target + 1)}
        onFocus={() => input.current?.select()}
        onInput={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key === "Escape") setDraft(null);
        }}
      />
      <span data-testid="step-count">/ {formatCount(count)}</span>
    </label>
  );
}
