/** The key to the edges: what width, colour and pattern mean. The same at every step of a run. */
import { formatPower } from "./format-number.ts";
import { gradientWidth, signStyles } from "./gradient-style.ts";
import type { GradientScale, LegendEntry } from "./picture.ts";

/** Entries in reading order: signs, then magnitudes, then other edges. */
export function gradientLegend(scale: GradientScale): LegendEntry[] {
  const sample = "edge" as const;
  const plain = { sample, dash: null, hatched: false };
  const middle = gradientWidth(1, scale);
  const signs = (["positive", "negative", "mixed"] as const).map(
    (sign): LegendEntry => ({
      ...plain,
      label: `${signStyles[sign].glyph} ${signStyles[sign].word}`,
      color: signStyles[sign].stroke,
      width: middle,
    }),
  );
  const step = (scale.maxExponent - scale.minExponent) / 3;
  const exponents = [0, 1, 2, 3].map((i) => Math.round(scale.minExponent + i * step));
  const sizes = exponents.map((exponent, i): LegendEntry => {
    const mark = i === 0 ? "≤ " : i === exponents.length - 1 ? "≥ " : "";
    const width = gradientWidth(10 ** exponent, scale);
    return { ...plain, label: `|g| ${mark}${formatPower(exponent)}`, color: "text", width };
  });
  return [
    ...signs,
    { ...plain, label: "0 exactly zero", color: "zero", width: scale.minWidth },
    { ...plain, label: "! NaN or infinite", color: "bad", width: middle, hatched: true },
    ...sizes,
    { ...plain, label: "no gradient yet", color: "edge", width: 1.5 },
    { ...plain, label: "data only", color: "edgeData", width: 1.3, dash: [1.5, 4] },
  ];
}
