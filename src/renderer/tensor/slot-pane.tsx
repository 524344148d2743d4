/** One of value, gradient and `.grad`: its cells, and copies of it for other programs. */
import { useEffect, useState } from "preact/hooks";
import { elementCount, formatCount } from "../../graph/format-number.ts";
import type { ValueSummary } from "../../trace/query.ts";
import { type CellPlace, Heatmap } from "../inspector/heatmap.tsx";
import { NumberText } from "../inspector/number-text.tsx";
import { useActions } from "../session/actions-context.ts";
import { cellWords } from "./cell-words.ts";
import { copyText } from "./copy-text.ts";
import { ImageCells } from "./image-cells.tsx";
import { csvText, mostCopied, pythonText, readAll } from "./tensor-text.ts";
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

const formats = [
  { name: "Python", text: pythonText },
  { name: "CSV", text: csvText },
];

function CopyLinks({ value, title }: { value: ValueSummary; title: string }) {
  const { tile, report } = useActions();
  const [copied, setCopied] = useState("");
  const count = elementCount(value.shape);
  const possible = value.full && count <= mostCopied;
  useEffect(() => {
    const timer = setTimeout(() => setCopied(""), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async ({ name, text }: (typeof formats)[number]): Promise<void> => {
    try {
      await copyText(text(value, await readAll(value, tile)));
      setCopied(name);
    } catch (error) {
      report(error);
    }
  };
  return (
    <span class="tensor-copy">
      <span role="status">{copied && "copied"}</span>
      {formats.map((format) => (
        <button
          key={format.name}
          type="button"
          class="link"
          disabled={!possible}
          aria-label={`Copy ${title} as ${format.name}`}
          title={possible ? `Copy as ${format.name}` : `At most ${formatCount(mostCopied)} numbers`}
          onClick={() => void copy(format)}
        >
          {format.name}
        </button>
      ))}
    </span>
  );
}
