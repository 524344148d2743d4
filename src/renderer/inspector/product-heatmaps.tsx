/**
 * The tensors of a product as heatmaps. Of a matrix product a cell of the result lights the row and the column that made it and prints
 * their dot product; else upstream and contribution are shown with the number under the pointer.
 */
import { useState } from "preact/hooks";
import { formatNumber, formatShape, parseNumber } from "../../graph/format-number.ts";
import type { Tile, ValueSummary } from "../../trace/query.ts";
import { defaultWindow, windowTile } from "../tensor/tensor-window.ts";
import { useTiles } from "../tensor/use-tiles.ts";
import { type CellPlace, cellText, Heatmap, type Lit, mostCells } from "./heatmap.tsx";
import { dotProduct, type Factor, type MatrixProduct } from "./product-of.ts";

interface PairProps {
  upstream: ValueSummary | undefined;
  contribution: ValueSummary | undefined;
}

/** Upstream and contribution, cell by cell. */
export function PairHeatmaps({ upstream, contribution }: PairProps) {
  const pair = [
    { name: "upstream", value: upstream },
    { name: "contribution", value: contribution },
  ].map(({ name, value }) => ({
    name,
    request:
      value?.full && value.shape.length > 0 && !value.shape.includes(0)
        ? windowTile(value.id, value.shape, defaultWindow(value.shape), { rows: mostCells, columns: mostCells })
        : null,
  }));
  const tiles = useTiles(pair.map(({ request }) => request));
  const [cell, setCell] = useState("");
  if (pair.every(({ request }) => request === null)) return null;
  return (
    <div class="factors">
      {pair.map(({ name, request }, i) => {
        const tile = tiles[i] ?? null;
        if (!request) return null;
        return (
          <figure key={name}>
            <figcaption>{name}</figcaption>
            <Heatmap
              tile={tile}
              rows={request.rows}
              columns={request.columns}
              width={126}
              label={`${name} as a heatmap`}
              hover={(at) => setCell(at && tile ? `${name} ${cellText(tile, at.row, at.column)}` : "")}
            />
          </figure>
        );
      })}
      <p class="note mono">{cell || "\u00a0"}</p>
    </div>
  );
}

interface ProductProps {
  product: MatrixProduct;
  /** What a factor is called: "upstream", "W". */
  nameOf: (key: string) => string;
  resultName: string;
  /** The cell that the element level is at (it tells the dot product), lit when none is pointed at. */
  chosen: CellPlace | null;
}

/** first · second = result, each within a third of the card. */
export function ProductHeatmaps({ product, nameOf, resultName, chosen }: ProductProps) {
  const { first, second, result } = product;
  const [a = null, b = null, c = null] = useTiles([first.tile, second.tile, result.tile]);
  const [pointed, setPointed] = useState<CellPlace | null>(null);
  const at = pointed ?? chosen;
  // A cell of an earlier, larger product means nothing here.
  const cell = at && at.row < result.rows && at.column < result.columns ? at : null;
  const map = (one: Factor, tile: Tile | null, lit: Lit | null, hover?: (place: CellPlace | null) => void) => (
    <Heatmap
      tile={tile}
      rows={one.rows}
      columns={one.columns}
      width={78}
      height={96}
      label={`${one === result ? resultName : nameOf(one.key)} as a heatmap`}
      lit={lit}
      hover={hover}
    />
  );
  return (
    <div data-testid="product">
      <div class="factors product">
        <figure>
          {map(first, a, cell && { row: cell.row })}
          <Caption factor={first} name={nameOf(first.key)} />
        </figure>
        <span class="operator">·</span>
        <figure>
          {map(second, b, cell && { column: cell.column })}
          <Caption factor={second} name={nameOf(second.key)} />
        </figure>
        <span class="operator">=</span>
        <figure data-testid="product-result">
          {map(result, c, cell && { ...cell, cell: true }, setPointed)}
          <Caption factor={result} name={resultName} />
        </figure>
      </div>
      {(pointed || !chosen) && (
        <p class="product-line" data-testid="dot-product">
          {cell && a && b && c
            ? cellSentence(
                product,
                cell,
                dotProduct(a, b, cell.row, cell.column),
                c.data[cell.row * c.columns + cell.column],
              )
            : "Point at a cell of the result: the row and the column that make it."}
        </p>
      )}
    </div>
  );
}

function Caption({ factor, name }: { factor: Factor; name: string }) {
  return (
    <figcaption title={name}>
      {name}
      <br />
      {formatShape([factor.rows, factor.columns])}
    </figcaption>
  );
}

function cellSentence(
  { added }: MatrixProduct,
  { row, column }: CellPlace,
  { text, sum }: { text: string; sum: number },
  result: number | string | undefined,
): string {
  const cell = `[${row}, ${column}]: ${text}`;
  if (!added || result === undefined) return cell;
  const rest = parseNumber(result) - sum;
  return `${cell}; plus ${formatNumber(rest, { digits: 3 })} added: ${formatNumber(result)}`;
}
