/** One list of all breakpoints, and a form for conditions. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { placeName } from "../../trace/place-name.ts";
import { useActions } from "../session/actions-context.ts";
import type { Breakpoint, BreakpointPlace } from "../state/app-state.ts";
import { hitCountText, hitCountWords, parseHitCount } from "../state/hit-count.ts";
import { useSelect, useStore } from "../state/store.ts";
import { Icon } from "../ui/icons.tsx";

/** What a breakpoint waits for, in words. */
export function placeText(place: BreakpointPlace): string {
  switch (place.by) {
    case "line":
      return placeName(place);
    case "node":
      return `node ${place.label || place.node}`;
    case "op":
      return `operator ${place.op}`;
    case "nan":
      return "NaN or infinity appears";
    case "grad":
      return `|gradient| > ${place.above}`;
    case "leafGrad":
      return "a leaf's .grad changes";
  }
}

const conditions: { id: string; label: string; needs?: string; place: (text: string) => BreakpointPlace | null }[] = [
  { id: "nan", label: "NaN or infinity appears", place: () => ({ by: "nan" }) },
  {
    id: "grad",
    label: "|gradient| greater than",
    needs: "10",
    place: (text) => (Number.isFinite(Number(text)) && text !== "" ? { by: "grad", above: Number(text) } : null),
  },
  { id: "leafGrad", label: "a leaf's .grad changes", place: () => ({ by: "leafGrad" }) },
  {
    id: "op",
    label: "operator",
    needs: "mul",
    place: (text) => (text.trim() === "" ? null : { by: "op", op: text.trim() }),
  },
];

export function Breakpoints() {
  const store = useStore();
  const breakpoints = useSelect((state) => state.breakpoints);
  const pauses = useSelect((state) => state.prefs.breakpointsPause);
  return (
    <>
      <div class="breakpoint-head">
        <ConditionForm />
        <label class="breakpoint-pause">
          <input
            type="checkbox"
            checked={pauses}
            onChange={(event) =>
              store.dispatch("prefs/changed", { prefs: { breakpointsPause: event.currentTarget.checked } })
            }
          />
          Pause the running program
        </label>
      </div>
      {breakpoints.length === 0 ? (
        <p class="empty-hint">
          Click beside a line number, press F9 on a line or a selected node, or add a condition above. A running program
          pauses there; F5 goes on to the next hit, Shift+F5 to the one before.
        </p>
      ) : (
        <ul class="breakpoints">
          {breakpoints.map((breakpoint) => (
            <Row key={breakpoint.id} breakpoint={breakpoint} />
          ))}
        </ul>
      )}
    </>
  );
}

function Row({ breakpoint }: { breakpoint: Breakpoint }) {
  const store = useStore();
  const { id, place, enabled, hits } = breakpoint;
  return (
    <li class="breakpoint-row">
      <input
        type="checkbox"
        checked={enabled}
        aria-label={`Enable ${placeText(place)}`}
        onChange={(event) => store.dispatch("breakpoint/enabled", { id, enabled: event.currentTarget.checked })}
      />
      <span>{placeText(place)}</span>
      {place.by === "line" ? <HitCountField breakpoint={breakpoint} /> : <span />}
      <span class="muted">{hits === 1 ? "1 hit" : `${hits} hits`}</span>
      <button
        type="button"
        class="icon-button"
        aria-label={`Remove ${placeText(place)}`}
        onClick={() => store.dispatch("breakpoint/removed", { id })}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

/** Which executions of its line a breakpoint waits for; what is no hit count yet changes nothing. */
function HitCountField({ breakpoint: { id, place, only } }: { breakpoint: Breakpoint }) {
  const store = useStore();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(only ? hitCountText(only) : "");
  const inHand = useSelect(({ breakpointInHand }) => (breakpointInHand?.id === id ? breakpointInHand : null));
  useLayoutEffect(() => {
    if (inHand) field.current?.select();
  }, [inHand]);
  const read = parseHitCount(text);
  const wrong = read === null && text.trim() !== "";
  return (
    <span class="hit-count">
      <input
        ref={field}
        class="text-input"
        aria-label={`Hit count of ${placeText(place)}`}
        aria-invalid={wrong}
        placeholder="each time"
        title="5: the fifth execution of the line; >= 5: from then on; % 10: each tenth"
        value={text}
        onInput={(event) => {
          const now = event.currentTarget.value;
          setText(now);
          const next = parseHitCount(now);
          if (next !== null || now.trim() === "") store.dispatch("breakpoint/only", { id, only: next });
        }}
      />
      <span class="muted">{wrong ? "write 5, >= 5 or % 10" : read ? hitCountWords(read) : ""}</span>
    </span>
  );
}

function ConditionForm() {
  const actions = useActions();
  const [kind, setKind] = useState("nan");
  const [text, setText] = useState("");
  const condition = conditions.find(({ id }) => id === kind);
  return (
    <form
      class="breakpoint-form"
      onSubmit={(event) => {
        event.preventDefault();
        const place = condition?.place(text);
        if (place) actions.addBreakpoint(place);
      }}
    >
      <label>
        Break when{" "}
        <select class="select" value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          {conditions.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {condition?.needs && (
        <input
          class="text-input"
          aria-label={condition.label}
          placeholder={condition.needs}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      )}
      <button type="submit" class="button">
        Add
      </button>
    </form>
  );
}
