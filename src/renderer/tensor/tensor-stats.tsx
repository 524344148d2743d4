/** Histogram and statistics of value, gradient and `.grad` in columns side by side. */
import { formatCount, formatNumber } from "../../graph/format-number.ts";
import type { ValueStats } from "../../trace/query.ts";
import type { ReadySlot } from "./tensor-viewer.tsx";

const rows: { key: keyof Omit<ValueStats, "histogram">; title: string; count: boolean }[] = [
  { key: "min", title: "min", count: false },
  { key: "max", title: "max", count: false },
  { key: "mean", title: "mean", count: false },
  { key: "std", title: "std", count: false },
  { key: "norm", title: "norm", count: false },
  { key: "zero", title: "zeros", count: true },
  { key: "nan", title: "NaN", count: true },
  { key: "inf", title: "Inf", count: true },
];

export function TensorStats({ slots }: { slots: readonly ReadySlot[] }) {
  const withStats = slots.filter(({ value }) => value?.stats);
  if (withStats.length === 0) return null;
  return (
    <table class="stats-table" data-testid="tensor-stats">
      <thead>
        <tr>
          <th>
            <span class="visually-hidden">statistic</span>
          </th>
          {withStats.map(({ slot, title }) => (
            <th key={slot.key} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">spread</th>
          {withStats.map(({ slot, title, value }) => (
            <td key={slot.key}>
              <Histogram counts={value?.stats?.histogram ?? []} label={`Histogram of ${title}`} />
            </td>
          ))}
        </tr>
        {rows.map(({ key, title, count }) => (
          <tr key={key}>
            <th scope="row">{title}</th>
            {withStats.map(({ slot, value }) => {
              const x = value?.stats?.[key] ?? null;
              const bad = x !== null && x > 0 && (key === "nan" || key === "inf");
              return (
                <td key={slot.key} data-bad={bad}>
                  {x === null ? "–" : count ? formatCount(x) : formatNumber(x)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Histogram({ counts, label }: { counts: readonly number[]; label: string }) {
  const peak = Math.max(1, ...counts);
  if (counts.every((n) => n === 0)) return <span class="muted">–</span>;
  return (
    <div class="histogram" role="img" aria-label={label} title="Finite numbers, from min to max">
      {counts.map((n, i) => (
        // bins are told apart by their place
        <i key={i} style={{ height: `${(100 * n) / peak}%` }} data-empty={n === 0} />
      ))}
    </div>
  );
}
