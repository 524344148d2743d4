/** What the run should tell its person: each finding in a sentence, with the way to its step and node. */
import { formatCount } from "../../graph/format-number.ts";
import type { Finding } from "../../trace/query.ts";
import { useActions } from "../session/actions-context.ts";
import { eventCount } from "../state/app-state.ts";
import { useSelect, useStore } from "../state/store.ts";

const titles: Record<Finding["kind"], string> = {
  vanishing: "Vanishing gradient",
  exploding: "Exploding gradient",
  "dead-relu": "Dead ReLU",
  nan: "NaN",
  unzeroed: "Gradients not zeroed",
  "no-grad-parameter": "No gradient",
  freed: "Freed graph",
};

/** What makes results wrong, against what is only worth a look. */
const grave: ReadonlySet<Finding["kind"]> = new Set(["nan", "freed", "unzeroed"]);

export function Findings() {
  const store = useStore();
  const actions = useActions();
  const findings = useSelect((state) => state.findings);
  const count = useSelect(eventCount);
  const running = useSelect((state) => state.run.status === "running");
  const cursor = useSelect((state) => state.shown?.view.cursor ?? -1);
  if (findings.length === 0) {
    return (
      <p class="empty-hint">
        {running
          ? "The run is looked at once it has ended or is paused."
          : count === 0
            ? "Run a program: gradients that vanish or explode, dead ReLUs, NaN and forgotten calls are told here."
            : "Nothing stands out: no vanishing or exploding gradient, no dead ReLU, no NaN, no forgotten zero_grad() or requires_grad."}
      </p>
    );
  }
  const show = ({ seq, node }: Finding): void => {
    actions.goTo(seq);
    if (node !== null) store.dispatch("select/node", { node });
  };
  return (
    <ul class="findings" aria-label="Findings" data-testid="findings">
      {findings.map((finding) => (
        <li key={`${finding.kind} ${finding.seq} ${finding.node}`}>
          <button
            type="button"
            class="finding"
            data-grave={grave.has(finding.kind) || undefined}
            aria-current={finding.seq === cursor ? "step" : undefined}
            onClick={() => show(finding)}
          >
            <span class="finding-kind">{titles[finding.kind]}</span>
            <span class="finding-text">{finding.text}</span>
            <span class="finding-step">step {formatCount(finding.seq + 1)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
