/** "step 412 / 1 870": type a number to jump there. Steps are counted from 1; 0 is before the first. */
import { useRef, useState } from "preact/hooks";
import { formatCount } from "../../graph/format-number.ts";
import { useActions } from "../session/actions-context.ts";
import { eventCount } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";

export function StepField() {
  const target = useSelect((state) => state.cursor.target);
  const count = useSelect(eventCount);
  const { goTo } = useActions();
  const [typed, setTyped] = useState<{ text: string; at: number } | null>(null);
  const input = useRef<HTMLInputElement>(null);
  // A step taken by other means wins over half-typed text.
  const draft = typed?.at === target ? typed.text : null;
  const commit = (): void => {
    const number = Number((draft ?? "").replace(/[\s\u202f,.]/g, ""));
    setTyped(null);
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
        onInput={(event) => setTyped({ text: event.currentTarget.value, at: target })}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key === "Escape") setTyped(null);
        }}
      />
      <span data-testid="step-count">/ {formatCount(count)}</span>
    </label>
  );
}
