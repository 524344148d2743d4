/** The gradient card: upstream × local derivative = contribution, as symbols, shapes and numbers. */
import { nodeName } from "../../graph/describe.ts";
import { type CardTerm, gradientCard } from "../../graph/gradient-card.ts";
import { gradientSign } from "../../graph/gradient-style.ts";
import type { BackwardEdge } from "../../trace/events.ts";
import type { ValueSummary } from "../../trace/query.ts";
import { useValues } from "../session/use-values.ts";
import type { Shown } from "../state/app-state.ts";
import { useSelect } from "../state/store.ts";
import { Formula } from "../ui/formula.tsx";
import { cardContext, operandValues } from "./card-context.ts";
import { ElementLevel } from "./element-level.tsx";
import { PairHeatmaps, ProductHeatmaps } from "./product-heatmaps.tsx";
import { placeIn, productOf } from "./product-of.ts";
import { useFormula } from "./use-formula.ts";

const operators = { times: "×", left: "·", right: "·", other: "→" } as const;

export function EdgeCard({ event, shown }: { event: BackwardEdge; shown: Shown }) {
  const formula = useFormula(event.node);
  const value = useValues([
    event.upstream,
    event.contribution,
    ...operandValues(shown, event.node),
    ...(shown.view.values.get(event.node) ?? []),
  ]);
  const element = useSelect((state) => state.element);
  const context = cardContext(shown, value, formula);
  const card = gradientCard(event, context);
  const edges = context.inputs(event.node);
  const edge = context.edge(event.edge);
  const rule = formula?.inputs.find(({ name }) => name === edge?.inputName);
  const operand = (key: string): ValueSummary | undefined => {
    if (key === "g") return value(event.upstream);
    if (key === "out") return value(context.forward(event.node, 0));
    const from = edges.find(({ inputName }) => inputName === key);
    return from && value(context.forward(from.from, from.output));
  };
  const operandName = (key: string): string => {
    const from = edges.find(({ inputName }) => inputName === key);
    return key === "g" ? "upstream" : from ? nodeName(context.node(from.from)) : key;
  };
  const product = rule ? productOf(rule.vjp, operand, value(event.contribution)) : null;
  const first = card.product === "right" && card.local ? card.local : card.upstream;
  const second = card.product === "right" && card.local ? card.upstream : card.local;
  const label = (term: CardTerm): string =>
    term === card.local ? "local derivative" : term === card.upstream ? "upstream" : "contribution";
  return (
    <div data-testid="gradient-card">
      <div class="equation">
        <Term term={first} label={label(first)} value={value(first.value)} />
        {second && (
          <div class="equation-row">
            <span class="operator">{operators[card.product]}</span>
            <Term term={second} label={label(second)} value={value(second.value)} />
          </div>
        )}
        <div class="equation-row">
          <span class="operator">=</span>
          <Term term={card.contribution} label="contribution" value={value(card.contribution.value)} result />
        </div>
      </div>
      {card.arithmetic ? (
        <p class="product-line" data-testid="arithmetic">
          {card.arithmetic}
        </p>
      ) : (
        card.shapes && <p class="product-line">{card.shapes}</p>
      )}
      <p class="note" data-testid="card-formula">
        <Formula latex={card.formula} />
        {card.numbers && (
          <>
            <br />
            <Formula latex={card.numbers} />
          </>
        )}
      </p>
      {card.notes.map((note) => (
        <p class="note" key={note}>
          {note}
        </p>
      ))}
      {rule && edge && (
        <ElementLevel
          ask={{
            op: formula?.op ?? "",
            attrs: context.node(event.node)?.attrs ?? {},
            template: rule.vjp,
            argument: rule.name,
          }}
          result={value(event.contribution)}
          resultName="contribution"
          sources={product === null}
          operand={operand}
          nameOf={operandName}
        />
      )}
      {product ? (
        <ProductHeatmaps
          product={product}
          nameOf={operandName}
          resultName="contribution"
          chosen={placeIn(product.result, element)}
        />
      ) : (
        <PairHeatmaps upstream={value(event.upstream)} contribution={value(event.contribution)} />
      )}
    </div>
  );
}

interface TermProps {
  term: CardTerm;
  label: string;
  value: ValueSummary | undefined;
  result?: boolean;
}

function Term({ term, label, value, result = false }: TermProps) {
  return (
    <div class={result ? "term result" : "term"} data-term={label}>
      <header>
        <span>{label}</span>
        <span>{term.shape}</span>
      </header>
      <Formula latex={term.symbol} />
      <div class="number" data-sign={value ? gradientSign(value) : undefined}>
        {term.text}
      </div>
    </div>
  );
}
