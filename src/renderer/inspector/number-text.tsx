/** A gradient or a value in a line: its numbers, coloured by sign, the sign also in the text. */
import { formatValue } from "../../graph/format-number.ts";
import { gradientSign } from "../../graph/gradient-style.ts";
import type { ValueSummary } from "../../trace/query.ts";

interface Props {
  value: ValueSummary | undefined;
  as?: "value" | "gradient";
  none?: string;
}

export function NumberText({ value, as = "gradient", none = "None" }: Props) {
  if (!value) return <span class="number muted">{none}</span>;
  return (
    <span
      class="number"
      data-sign={as === "gradient" ? gradientSign(value) : undefined}
      title={value.text || undefined}
    >
      {formatValue(value, as)}
    </span>
  );
}
