/** The finest grain: one cell of a result, and the elements that it was made of. Arrow keys walk the cells. */
import { Fragment } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { elementRule, elementSum } from "../../graph/element.ts";
import {
  broadcastIndex,
  type ElementAsk,
  type ElementPart,
  type ElementRule,
  type ElementTerm,
  indexIn,
} from "../../graph/element-rule.ts";
import { elementCount, formatCount, formatNumber } from "../../graph/format-number.ts";
import { fillFormula, numberLatex } from "../../graph/formula-text.ts";
import type { ValueSummary } from "../../trace/query.ts";
import { useSelect, useStore } from "../state/store.ts";
import { flatIndex } from "../tensor/tensor-window.ts";
import { Formula } from "../ui/formula.tsx";
import { canBeWalked, mostWalked, useNumbers } from "./use-numbers.ts";

interface Props {
  ask: Pick<ElementAsk, "op" | "attrs" | "template" | "argument">;
  /** What is looked at cell by cell. */
  result: ValueSummary | undefined;
  resultName: string;
  operand(key: string): ValueSummary | undefined;
  nameOf(key: string): string;
  /** The operands are to be seen too: no other picture shows them. */
  sources: boolean;
}

/** Cells around the chosen one that are shown. */
const shownRows = 7;
const shownColumns = 6;
const mostTerms = 8;

export function ElementLevel(props: Props) {
  const store = useStore();
  const element = useSelect((state) => state.element);
  const { result } = props;
  if (!result || elementCount(result.shape) < 2) return null;
  const choose = (next: number | null): void => store.dispatch("element/chosen", { element: next });
  if (element === null)
    return (
      <p class="note">
        <button type="button" class="link" data-testid="element-open" onClick={() => choose(0)}>
          Cell by cell
        </button>
        {props.ask.argument === null ? "" : " (F11)"}
      </p>
    );
  return (
    <Cells {...props} result={result} element={Math.min(element, elementCount(result.shape) - 1)} choose={choose} />
  );
}

interface CellsProps extends Props {
  result: ValueSummary;
  element: number;
  choose: (element: number | null) => void;
}

function Cells({ ask, result, resultName, operand, nameOf, sources, element: chosen, choose }: CellsProps) {
  const [pointed, point] = useState<number | null>(null);
  const element = pointed ?? chosen;
  const index = indexIn(result.shape, element);
  const asked = { ...ask, result: result.shape, shape: (key: string) => operand(key)?.shape };
  const keys = keysOf(elementRule(asked), index);
  const used = keys.flatMap((key) => operand(key) ?? []);
  const wanted = [result, ...used];
  const numbers = useNumbers(wanted);
  const number = ({ key, index: at }: { key: string; index: readonly number[] }): number => {
    const value = operand(key);
    return value === undefined ? Number.NaN : (numbers?.get(value.id)?.[flatIndex(at, value.shape)] ?? Number.NaN);
  };
  const rule = elementRule({ ...asked, number });
  const found = numbers?.get(result.id)?.[element];
  return (
    <section class="element-level" data-testid="element-level" aria-label="Element level">
      <header>
        <span>
          {resultName}
          <b class="mono">[{index.join(", ")}]</b>
        </span>
        <button type="button" class="link" onClick={() => choose(null)}>
          close (Shift+F11)
        </button>
      </header>
      <Grid
        result={result}
        numbers={numbers?.get(result.id) ?? null}
        element={chosen}
        lit={element}
        choose={choose}
        point={point}
      />
      {!wanted.every(canBeWalked) ? (
        <p class="note">At most {formatCount(mostWalked)} recorded real numbers are walked cell by cell.</p>
      ) : numbers === null || found === undefined ? (
        <p class="note">…</p>
      ) : rule === null ? (
        <p class="note">
          The formula of this operator does not say which elements make one cell; {resultName}[{index.join(", ")}] ={" "}
          {formatNumber(found)}.
        </p>
      ) : rule.template !== null ? (
        <ByFormula rule={rule} terms={rule.terms(index)} attrs={ask.attrs} number={number} found={found} />
      ) : (
        <BySum
          rule={rule}
          index={index}
          number={number}
          found={found}
          nameOf={nameOf}
          shape={(key) => operand(key)?.shape ?? []}
        />
      )}
      {sources && rule && numbers && (
        <Sources
          parts={rule.terms(index).flat()}
          operand={operand}
          nameOf={nameOf}
          numbers={(value) => numbers.get(value.id)}
        />
      )}
    </section>
  );
}

interface GridProps {
  result: ValueSummary;
  numbers: readonly number[] | null;
  /** Has the focus. */
  element: number;
  lit: number;
  choose: (element: number | null) => void;
  point: (element: number | null) => void;
}

/** The plane of the chosen cell, as many cells around it as there is room for. */
function Grid({ result, numbers, element, lit, choose, point }: GridProps) {
  const chosen = useRef<HTMLButtonElement>(null);
  // At once: the next key walks on from here.
  useLayoutEffect(() => chosen.current?.focus(), [element]);
  const { shape } = result;
  const columns = shape[shape.length - 1] ?? 1;
  const rows = shape[shape.length - 2] ?? 1;
  const plane = element - (element % (rows * columns));
  const row = Math.floor((element - plane) / columns);
  const column = element % columns;
  const moves: Record<string, number | undefined> = {
    ArrowRight: column + 1 < columns ? 1 : 0,
    ArrowLeft: column > 0 ? -1 : 0,
    ArrowDown: row + 1 < rows ? columns : 0,
    ArrowUp: row > 0 ? -columns : 0,
    PageDown: element + rows * columns < elementCount(shape) ? rows * columns : 0,
    PageUp: element - rows * columns >= 0 ? -rows * columns : 0,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = moves[event.key];
    if (by === undefined && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    point(null);
    choose(by === undefined ? null : element + by);
  };
  return (
    <table class="value-table" aria-label="Cells: arrow keys walk, Escape closes" onPointerLeave={() => point(null)}>
      <tbody>
        {windowOf(row, rows, shownRows).map((r) => (
          <tr key={r}>
            {windowOf(column, columns, shownColumns).map((c) => {
              const at = plane + r * columns + c;
              const own = at === element;
              return (
                <td key={c} data-lit={at === lit} onPointerEnter={() => point(at)}>
                  <button
                    ref={own ? chosen : undefined}
                    type="button"
                    tabIndex={own ? 0 : -1}
                    aria-pressed={own}
                    onKeyDown={onKeyDown}
                    onClick={() => choose(at)}
                  >
                    {numbers ? formatNumber(numbers[at] ?? Number.NaN, { digits: 3 }) : "\u00a0"}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface SourcesProps {
  parts: readonly ElementPart[];
  operand(key: string): ValueSummary | undefined;
  nameOf(key: string): string;
  numbers(value: ValueSummary): readonly number[] | undefined;
}

/** The operands that the cell was made of, each around the first of its elements, which are lit. */
function Sources({ parts, operand, nameOf, numbers }: SourcesProps) {
  const keys = [...new Set(parts.map(({ key }) => key))];
  return (
    <div class="element-sources">
      {keys.map((key) => {
        const value = operand(key);
        const places = parts.filter((part) => part.key === key).map(({ index }) => index);
        const [first = []] = places;
        if (!value || elementCount(value.shape) < 2) return null;
        const all = numbers(value) ?? [];
        const lit = new Set(places.map((place) => flatIndex(place, value.shape)));
        const rows = windowOf(first.at(-2) ?? 0, value.shape.at(-2) ?? 1, shownRows);
        const columns = windowOf(first.at(-1) ?? 0, value.shape.at(-1) ?? 1, shownColumns);
        const at = (row: number, column: number): number =>
          flatIndex([...first.slice(0, -2), ...(value.shape.length > 1 ? [row] : []), column], value.shape);
        return (
          <figure key={key}>
            <figcaption class="mono">
              {nameOf(key)}
              {first.length > 2 && `[${first.slice(0, -2).join(", ")}]`}
            </figcaption>
            <table class="value-table">
              <tbody>
                {rows.map((row) => (
                  <tr key={row}>
                    {columns.map((column) => (
                      <td key={column} data-lit={lit.has(at(row, column))}>
                        {formatNumber(all[at(row, column)] ?? Number.NaN, { digits: 3 })}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </figure>
        );
      })}
    </div>
  );
}

interface FormulaProps {
  rule: ElementRule;
  terms: readonly ElementTerm[];
  attrs: Readonly<Record<string, unknown>>;
  number: (part: ElementTerm[number]) => number;
  found: number;
}

/** An element-wise formula with the numbers of this place; of a broadcast input one for each place. */
function ByFormula({ rule, terms, attrs, number, found }: FormulaProps) {
  const constants = Object.entries(attrs).flatMap(([key, x]) =>
    typeof x === "number" ? [[key, numberLatex(formatNumber(x))]] : [],
  );
  const filled = terms.slice(0, mostTerms).map((term) => {
    const numbers = term.map((part) => [part.key, numberLatex(formatNumber(number(part)))]);
    return fillFormula(rule.template ?? "", Object.fromEntries([...constants, ...numbers])).replace(
      /\\odot/g,
      "\\times",
    );
  });
  return (
    <div class="element-terms" data-testid="element-terms">
      {filled.map((latex, i) => (
        // terms are told apart by their place
        <div key={i}>
          {i > 0 && "+ "}
          <Formula latex={latex} />
        </div>
      ))}
      {terms.length > filled.length && <div>… {formatCount(terms.length - filled.length)} more</div>}
      <p class="product-line" role="status" data-testid="element-result">
        {terms.length > 1 && `${rule.words}: `}= {formatNumber(found)}
      </p>
    </div>
  );
}

interface SumProps {
  rule: ElementRule;
  index: readonly number[];
  number: (part: ElementTerm[number]) => number;
  found: number;
  nameOf(key: string): string;
  shape(key: string): readonly number[];
}

/** A sum of products, term by term. */
function BySum({ rule, index, number, found, nameOf, shape }: SumProps) {
  const terms = rule.terms(index);
  const short = (x: number): string => formatNumber(x, { digits: 3 });
  const sum = elementSum(rule, index, number, shape);
  // A rule that does not give what the run has explains nothing.
  const right = !Number.isFinite(found) || Math.abs(sum - found) <= 1e-3 * Math.max(1, Math.abs(found));
  if (!right) return <p class="note">= {formatNumber(found)}; which elements it is made of is not known.</p>;
  const shown = terms.slice(0, mostTerms);
  const added = rule.added.map((key) => ({ key, index: broadcastIndex(index, shape(key)) }));
  const product = (term: ElementTerm): string => term.map((part) => short(number(part))).join("×");
  const line = [...shown.map(product), ...(terms.length > shown.length ? ["…"] : [])].join(" + ");
  const scaled = rule.combine ? "" : rule.scale === 1 ? line : `${short(rule.scale)} · (${line})`;
  return (
    <div class="element-terms" data-testid="element-terms">
      <p class="product-line" role="status" data-testid="element-result">
        {[scaled, ...added.map((part) => short(number(part)))].join(" + ")} = {formatNumber(found)}
      </p>
      <ul>
        {[...shown, ...added.map((part) => [part])].map((term, i) => (
          // terms are told apart by their place
          <li key={i} class="mono">
            {term.map((part, k) => (
              <Fragment key={part.key}>
                {k > 0 && " × "}
                <span>{`${nameOf(part.key)}[${part.index.join(", ")}] ${short(number(part))}`}</span>
              </Fragment>
            ))}
          </li>
        ))}
        {terms.length > shown.length && <li>… {formatCount(terms.length - shown.length)} more</li>}
      </ul>
      {rule.words && <p class="note">{rule.words}</p>}
    </div>
  );
}

/** Operands of an element. */
function keysOf(rule: ElementRule | null, index: readonly number[]): string[] {
  if (rule === null) return [];
  const named = rule.operands ?? rule.terms(index).flatMap((term) => term.map(({ key }) => key));
  return [...new Set([...named, ...rule.added])];
}

/** At most `most` places around `at`. */
function windowOf(at: number, count: number, most: number): number[] {
  const first = Math.max(0, Math.min(at - Math.floor(most / 2), count - most));
  return Array.from({ length: Math.min(count, most) }, (_, i) => first + i);
}
