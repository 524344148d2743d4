/** What the event at the cursor does: one view per kind of event, in one table. */
import type { ComponentChildren } from "preact";
import { describeEvent, nodeName } from "../../graph/describe.ts";
import { formatBytes, formatShape } from "../../graph/format-number.ts";
import { fillFormula, nameLatex } from "../../graph/formula-text.ts";
import { gradientSign } from "../../graph/gradient-style.ts";
import { eventValues } from "../../graph/needed-values.ts";
import type { EventKind, TraceEvent } from "../../trace/events.ts";
import { useActions } from "../session/actions-context.ts";
import { useValues } from "../session/use-values.ts";
import type { Shown } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import { Formula } from "../ui/formula.tsx";
import { cardContext, operandValues } from "./card-context.ts";
import { EdgeCard } from "./edge-card.tsx";
import { ElementLevel } from "./element-level.tsx";
import { NumberText } from "./number-text.tsx";
import { ProductHeatmaps } from "./product-heatmaps.tsx";
import { placeIn, productOf } from "./product-of.ts";
import { Remedy } from "./remedy.tsx";
import { useFormula } from "./use-formula.ts";

type Of<K extends EventKind> = Extract<TraceEvent, { kind: K }>;
interface Kind<K extends EventKind> {
  title: string;
  view?: (event: Of<K>, shown: Shown) => ComponentChildren;
  /** The view says what happened: no sentence stands above it. */
  speaks?: boolean;
}

const kinds: { [K in EventKind]: Kind<K> } = {
  "fwd.op": { title: "Forward", view: (event, shown) => <ForwardView event={event} shown={shown} /> },
  "bwd.seed": { title: "Backward begins", view: (event) => <SeedView event={event} /> },
  "bwd.enter": { title: "Backward function", view: (event, shown) => <EnterView event={event} shown={shown} /> },
  "bwd.edge": { title: "Contribution", view: (event, shown) => <EdgeCard event={event} shown={shown} /> },
  "bwd.accumulate": { title: "Accumulation", view: (event, shown) => <AccumulateView event={event} shown={shown} /> },
  "leaf.accumulate": { title: "Leaf gradient", view: (event, shown) => <LeafView event={event} shown={shown} /> },
  "saved.release": {
    title: "Saved tensors",
    view: (event) => (
      <p class="note">
        {event.kept
          ? `retain_graph keeps ${formatBytes(event.bytes)}, so that backward can run again.`
          : `${formatBytes(event.bytes)} freed. A second backward through this node would fail unless retain_graph=True.`}
      </p>
    ),
  },
  "bwd.skip": { title: "Gradient stops" },
  "bwd.end": { title: "Backward ends" },
  "grad.zero": { title: "Gradient cleared" },
  "opt.step": { title: "Optimiser", view: (event, shown) => <OptimizerView event={event} shown={shown} /> },
  error: {
    title: "Error",
    speaks: true,
    view: (event) => (
      <>
        <p class="failure">
          {event.type}: {event.message}
        </p>
        <Remedy message={event.message} />
      </>
    ),
  },
};

/** What kind of event it is, as a heading. */
export function kindTitle(kind: EventKind): string {
  return kinds[kind].title;
}

export function StepCard({ shown }: { shown: Shown }) {
  const { event } = shown;
  const value = useValues(eventValues(event));
  const context = cardContext(shown, value, null);
  if (!event) {
    return (
      <section class="card" data-testid="step-card">
        <h2>Before the first step</h2>
        <p class="muted">Step with F10, play with Space, or drag the timeline.</p>
      </section>
    );
  }
  const { view, speaks } = kinds[event.kind] as Kind<EventKind>;
  return (
    <section class="card" data-testid="step-card" data-kind={event.kind}>
      <h2>{titleOf(event)}</h2>
      {!speaks && <p class="sentence">{describeEvent(event, context)}</p>}
      {view?.(event, shown)}
    </section>
  );
}

function titleOf(event: TraceEvent): string {
  if (event.kind === "leaf.accumulate" && event.retained) return "Retained gradient";
  if (event.kind === "grad.zero" && event.after !== null) return "Gradient changed";
  return kindTitle(event.kind);
}

function ForwardView({ event, shown }: { event: Of<"fwd.op">; shown: Shown }) {
  const element = useSelect((state) => state.element);
  const formula = useFormula(event.node);
  const value = useValues([...event.values, event.before, ...operandValues(shown, event.node)]);
  const context = cardContext(shown, value, formula);
  const node = context.node(event.node);
  const inputs = context.inputs(event.node);
  const operand = (key: string) => {
    const edge = inputs.find(({ inputName }) => inputName === key);
    return edge && value(shown.view.values.get(edge.from)?.[edge.output]);
  };
  const product = formula && !event.inplace ? productOf(formula.forward, operand, value(event.values[0])) : null;
  const symbols: Record<string, string> = {};
  for (const edge of context.inputs(event.node)) symbols[edge.inputName] = nameLatex(nodeName(context.node(edge.from)));
  return (
    <div class="equation">
      {formula && (
        <div class="term">
          <header>
            <span>{node?.op}</span>
            <span>{node?.gradFn ?? "no gradient recorded"}</span>
          </header>
          <Formula latex={fillFormula(formula.forward, { out: nameLatex(nodeName(node)), ...symbols })} />
        </div>
      )}
      {context.inputs(event.node).map((edge) => (
        <div class="term" key={edge.id}>
          <header>
            <span>{edge.inputName}</span>
            <span>{nodeName(context.node(edge.from))}</span>
          </header>
          <NumberText value={value(shown.view.values.get(edge.from)?.[edge.output])} as="value" none="not recorded" />
        </div>
      ))}
      {event.values.map((id) => (
        <div class="term result" key={id}>
          <header>
            <span>result</span>
            <span>{value(id) ? formatShape(value(id)?.shape ?? []) : ""}</span>
          </header>
          <NumberText value={value(id)} as="value" none="…" />
        </div>
      ))}
      {formula && !event.inplace && (
        <ElementLevel
          ask={{ op: formula.op, attrs: node?.attrs ?? {}, template: formula.forward, argument: null }}
          result={value(event.values[0])}
          resultName={nodeName(node)}
          sources={product === null}
          operand={operand}
          nameOf={(key) => nodeName(context.node(inputs.find(({ inputName }) => inputName === key)?.from ?? -1))}
        />
      )}
      {product && (
        <ProductHeatmaps
          chosen={placeIn(product.result, element)}
          product={product}
          nameOf={(key) => nodeName(context.node(inputs.find(({ inputName }) => inputName === key)?.from ?? -1))}
          resultName={nodeName(node)}
        />
      )}
    </div>
  );
}

function SeedView({ event }: { event: Of<"bwd.seed"> }) {
  const value = useValues(event.roots.flatMap(({ seed, value: of }) => [seed, of]));
  return (
    <div class="equation">
      {event.roots.map((root) => (
        <div class="term result" key={root.node}>
          <header>
            <span>seed gradient</span>
          </header>
          <NumberText value={value(root.seed)} />
        </div>
      ))}
      {(event.retainGraph || event.createGraph) && (
        <p class="note">
          {event.retainGraph ? "retain_graph=True: saved tensors stay. " : ""}
          {event.createGraph ? "create_graph=True: this backward pass is itself recorded." : ""}
        </p>
      )}
    </div>
  );
}

function EnterView({ event, shown }: { event: Of<"bwd.enter">; shown: Shown }) {
  const formula = useFormula(event.node);
  const value = useValues(event.upstream);
  const context = cardContext(shown, value, formula);
  const inputs = context.inputs(event.node).filter(({ differentiable }) => differentiable);
  return (
    <div class="equation">
      {event.upstream.map((id, output) => (
        // outputs are told apart by their number
        <div class="term" key={output}>
          <header>
            <span>upstream gradient</span>
            <span>{value(id) ? formatShape(value(id)?.shape ?? []) : ""}</span>
          </header>
          <NumberText value={value(id)} none="none" />
        </div>
      ))}
      {inputs.length > 0 && (
        <p class="note">
          {`Will send ${inputs.length === 1 ? "one contribution" : `${inputs.length} contributions`}: to `}
          {inputs.map((edge) => nodeName(context.node(edge.from))).join(", ")}. Step into it with F11.
        </p>
      )}
    </div>
  );
}

function AccumulateView({ event, shown }: { event: Of<"bwd.accumulate">; shown: Shown }) {
  const flows = shown.lookup
    .outputs(event.node)
    .filter((edge) => edge.differentiable)
    .map((edge) => ({ edge, flow: shown.view.flows.get(edge.id) }));
  const value = useValues([event.before, event.sum, ...flows.map(({ flow }) => flow)]);
  const arrived = flows.filter(({ flow }) => flow !== undefined);
  const waiting = event.expected - event.received;
  return (
    <div class="slots">
      <div class="slot-bar" role="img" aria-label={`${event.received} of ${event.expected} received`}>
        {Array.from({ length: Math.min(event.expected, 40) }, (_, i) => {
          const of = value(arrived[i]?.flow);
          // slots are told apart by their place
          return <i key={i} data-sign={i < event.received && of ? gradientSign(of) : undefined} />;
        })}
      </div>
      <p>
        {event.received} of {event.expected} received
      </p>
      <div class="product-line" data-testid="accumulation">
        {arrived.map(({ edge, flow }, i) => (
          <span key={edge.id}>
            {i > 0 && " + "}
            <NumberText value={value(flow)} />
          </span>
        ))}
        {" = "}
        <NumberText value={value(event.sum)} />
      </div>
      <p class="note">
        {waiting > 0
          ? "It runs only when all have arrived: backward visits nodes in reverse topological order."
          : "All contributions have arrived: this node can run."}
      </p>
    </div>
  );
}

function LeafView({ event, shown }: { event: Of<"leaf.accumulate">; shown: Shown }) {
  const value = useValues([event.before, event.delta, event.after]);
  const { goToNext } = useActions();
  const name = nodeName(shown.lookup.node(event.node));
  return (
    <>
      <div class="equation">
        <div class="term">
          <header>
            <span>{name}.grad before</span>
          </header>
          <NumberText value={value(event.before)} />
        </div>
        <div class="equation-row">
          <span class="operator">+</span>
          <div class="term">
            <header>
              <span>this backward</span>
            </header>
            <NumberText value={value(event.delta)} />
          </div>
        </div>
        <div class="equation-row">
          <span class="operator">=</span>
          <div class="term result">
            <header>
              <span>{name}.grad after</span>
            </header>
            <NumberText value={value(event.after)} />
          </div>
        </div>
      </div>
      {event.earlier > 0 && (
        <p class="warning">
          Includes {event.earlier} earlier backward {event.earlier === 1 ? "pass" : "passes"}: the gradient was not
          zeroed.{" "}
          <button type="button" class="link" onClick={() => goToNext({ by: "accumulated", node: event.node }, -1)}>
            Show it
          </button>
        </p>
      )}
    </>
  );
}

function OptimizerView({ event, shown }: { event: Of<"opt.step">; shown: Shown }) {
  const updates = event.updates.slice(0, 24);
  const value = useValues(updates.flatMap(({ before, after }) => [before, after]));
  return (
    <ul class="changes">
      {updates.map(({ node, before, after }) => (
        <li key={node}>
          <span class="what">{nodeName(shown.lookup.node(node))}</span>
          <span>
            <NumberText value={value(before)} as="value" none="…" />
            <span class="arrow">→</span>
            <NumberText value={value(after)} as="value" none="…" />
          </span>
        </li>
      ))}
    </ul>
  );
}
