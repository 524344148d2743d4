/** One of value, gradient and `.grad`: its cells, and copies of it for other programs. */
import { useEffect, useState } from "preact/hooks";
import { elementCount, formatCount } from "../../graph/format-number.ts";
import type { ValueSummary } from "../../trace/query.ts";
import { type CellPlace, Heatmap } from "../inspector/heatmap.tsx";
import { NumberText } from "../inspector/number-text.tsx";
import { type Actions, useActions } from "../session/actions-context.ts";
import { cellWords } from "./cell-words.ts";
import { copyText } from "./copy-text.ts";
import { ImageCells } from "./image-cells.tsx";
import { npyBytes } from "./npy.ts";
import { csvText, mostCopied, mostSaved, pythonText, readAll } from "./tensor-text.ts";
import type { Mode, ReadySlot } from "./tensor-viewer.tsx";

interface Props {
  slot: ReadySlot;
  /** How many slots share the card. */
  of: number;
  mode: Mode;
  lit: CellPlace | null;
  hover: (cell: CellPlace | null) => void;
  pick: (cell: CellPlace) => void;
}

export function SlotPane({ slot, of, mode, lit, hover, pick }: Props) {
  const { value, title } = slot;
  return (
    <figure class="tensor-slot" data-slot={slot.slot.key} data-changed={slot.slot.before !== undefined}>
      <figcaption>
        <span>{slot.isChange ? `change of ${title}` : title}</span>
        {value && <CopyLinks value={value} title={title} />}
      </figcaption>
      <Cells slot={slot} of={of} mode={mode} lit={lit} hover={hover} pick={pick} />
    </figure>
  );
}

function Cells({ slot, of, mode, lit, hover, pick }: Props) {
  const { value, tile, request, title, isChange } = slot;
  const as = slot.slot.key === "value" ? "value" : "gradient";
  if (!value) return <span class="number muted">None</span>;
  if (elementCount(value.shape) < 2) return <NumberText value={value} as={as} />;
  if (!request) return <p class="note">Only statistics were kept: the value budget was reached.</p>;
  const { rows, columns } = request;
  const width = of === 1 ? 270 : 126;
  const label = `${title} as a heatmap`;
  if (mode === "image") {
    return <ImageCells value={value} tile={tile} request={request} width={width} label={title} />;
  }
  if (mode === "heatmap") {
    return (
      <Heatmap
        tile={tile}
        rows={rows}
        columns={columns}
        width={width}
        height={of === 1 ? 200 : 126}
        label={label}
        lit={lit && { ...lit, cell: true }}
        hover={hover}
        pick={pick}
        peak={isChange ? undefined : peakOfAll(value)}
      />
    );
  }
  return (
    <div class="table-scroll">
      <table
        class="value-table"
        aria-label={isChange ? `change of ${title}` : title}
        onPointerLeave={() => hover(null)}
      >
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            // cells are told apart by their place
            <tr key={row}>
              {Array.from({ length: columns }, (_, column) => (
                <td
                  key={column}
                  data-lit={lit?.row === row && lit.column === column}
                  onPointerEnter={() => hover({ row, column })}
                  onPointerDown={() => pick({ row, column })}
                >
                  {tile ? cellWords(tile.data[row * columns + column], value.dtype) : "\u00a0"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of the whole tensor, so that its parts and its sides compare. */
function peakOfAll({ stats }: ValueSummary): number | undefined {
  return stats && stats.min !== null && stats.max !== null
    ? Math.max(1e-30, Math.abs(stats.min), Math.abs(stats.max))
    : undefined;
}

interface Copy {
  name: string;
  /** Elements it takes at most. */
  most: number;
  /** What is done, as a word; null when the person thought better of it. */
  make(value: ValueSummary, data: readonly (number | string)[], save: Actions["saveExport"]): Promise<string | null>;
}

const asText =
  (text: (value: ValueSummary, data: readonly (number | string)[]) => string): Copy["make"] =>
  async (value, data) => {
    await copyText(text(value, data));
    return "copied";
  };
const copies: readonly Copy[] = [
  { name: "Python", most: mostCopied, make: asText(pythonText) },
  { name: "CSV", most: mostCopied, make: asText(csvText) },
  {
    // The clipboard has no type for arrays: a file, for numpy.load.
    name: "NPY",
    most: mostSaved,
    make: async (value, data, save) => ((await save("tensor.npy", npyBytes(value, data))) ? "saved" : null),
  },
];

function CopyLinks({ value, title }: { value: ValueSummary; title: string }) {
  const { tile, report, saveExport } = useActions();
  const [done, setDone] = useState("");
  const count = elementCount(value.shape);
  useEffect(() => {
    const timer = setTimeout(() => setDone(""), 1600);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async ({ make, most }: Copy): Promise<void> => {
    try {
      setDone((await make(value, await readAll(value, tile, most), saveExport)) ?? "");
    } catch (error) {
      report(error);
    }
  };
  return (
    <span class="tensor-copy">
      {copies.map((one) => {
        const possible = value.full && count <= one.most;
        return (
          <button
            key={one.name}
            type="button"
            class="link"
            disabled={!possible}
            aria-label={`Copy ${title} as ${one.name}`}
            title={possible ? `Copy as ${one.name}` : `At most ${formatCount(one.most)} numbers`}
            onClick={() => void copy(one)}
          >
            {one.name}
          </button>
        );
      })}
      <span role="status">{done}</span>
    </span>
  );
}
