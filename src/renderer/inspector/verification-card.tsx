/** What the numeric check of a leaf's gradient found, element by element. */
import { useEffect, useRef } from "preact/hooks";
import { toleranceText, verificationRows } from "../../graph/verification.ts";
import type { Verification } from "../../trace/query.ts";
import { useActions } from "../session/actions-context.ts";
import { useSelect, useStore } from "../state/store.ts";
import { Icon } from "../ui/icons.tsx";

const verdicts: Record<Verification["status"], string> = {
  passed: "passed",
  failed: "failed",
  impossible: "not possible",
};

/** What the card is wide enough for; the command line prints more. */
const shownDigits = 4;

export function VerificationCard() {
  const store = useStore();
  const { goTo } = useActions();
  const check = useSelect((state) => state.verification);
  const card = useRef<HTMLElement>(null);
  useEffect(() => card.current?.scrollIntoView({ block: "nearest" }), [check]);
  if (!check) return null;
  const { pass } = check;
  return (
    <section ref={card} class="card verification" data-testid="verification" data-status={check.status}>
      <h2>
        Verify <span class="verdict">{verdicts[check.status]}</span>
        <span class="grow" />
        <button
          type="button"
          class="icon-button"
          aria-label="Close the verification"
          onClick={() => store.dispatch("verification/shown", { verification: null })}
        >
          <Icon name="close" />
        </button>
      </h2>
      <p role="status">{check.text}</p>
      {pass && (
        <p class="note">
          Gradient of{" "}
          <button type="button" class="link" onClick={() => goTo(pass.seq)}>
            step {pass.seq + 1}
          </button>
          , backward pass {pass.pass + 1} from {pass.roots.join(", ")}; central differences in float64.
        </p>
      )}
      {check.elements.length > 0 && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
          <section class="table-scroll" aria-label="Elements" tabIndex={0}>
            <table class="value-table" aria-label="Elements verified">
              <thead>
                <tr>
                  {["cell", "verdict", "analytic", "numeric", "error"].map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {verificationRows(check, shownDigits).map((row) => (
                  <tr key={row.place} data-status={row.status} title={row.note ?? undefined}>
                    <th scope="row">{row.place}</th>
                    <td>{row.status}</td>
                    <td>{row.analytic}</td>
                    <td>{row.numeric}</td>
                    <td>{row.error}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          {verificationRows(check).flatMap(({ place, note }) =>
            note === null
              ? []
              : [
                  <p class="note" key={place}>
                    {place} {note}; PyTorch takes a number in between.
                  </p>,
                ],
          )}
          <p class="note">{toleranceText(check)}</p>
        </>
      )}
      {check.notes.map((note) => (
        <p class="warning" key={note}>
          {note}
        </p>
      ))}
    </section>
  );
}
