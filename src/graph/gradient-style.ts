/** How a gradient looks: its magnitude, sign, colour, stroke width and glyph. The scale is fixed, so that steps compare. */
import type { ValueSummary } from "../trace/query.ts";
import { elementCount, parseNumber } from "./format-number.ts";
import type { ColorToken } from "./palette.ts";
import type { GradientScale } from "./picture.ts";

export type GradientSign = "positive" | "negative" | "mixed" | "zero" | "nan";

/** Vanishing (10⁻⁶ and below) to exploding (10³ and above). */
export const defaultScale: GradientScale = { minExponent: -6, maxExponent: 3, minWidth: 1.2, maxWidth: 7 };

export interface SignStyle {
  stroke: ColorToken;
  text: ColorToken;
  fill: ColorToken;
  glyph: string;
  word: string;
}
/** One row per sign: colour never stands alone. */
export const signStyles: Record<GradientSign, SignStyle> = {
  positive: { stroke: "positive", text: "positiveText", fill: "positiveFill", glyph: "+", word: "positive" },
  negative: { stroke: "negative", text: "negativeText", fill: "negativeFill", glyph: "−", word: "negative" },
  mixed: { stroke: "mixed", text: "mixedText", fill: "mixedFill", glyph: "±", word: "both signs" },
  zero: { stroke: "zero", text: "zeroText", fill: "surfaceMuted", glyph: "0", word: "exactly zero" },
  nan: { stroke: "bad", text: "badText", fill: "badFill", glyph: "!", word: "not finite" },
};

/** Sign class of a gradient: of its number, or of all its elements together. */
export function gradientSign(value: ValueSummary): GradientSign {
  const count = elementCount(value.shape);
  const stats = value.stats;
  if (stats) {
    if (stats.nan > 0 || stats.inf > 0) return "nan";
    if (stats.zero === count) return "zero";
    if (stats.min !== null && stats.max !== null) {
      return stats.min >= 0 ? "positive" : stats.max <= 0 ? "negative" : "mixed";
    }
  }
  const numbers = value.preview.map(parseNumber);
  if (numbers.some((x) => !Number.isFinite(x))) return "nan";
  if (numbers.every((x) => x === 0)) return "zero";
  if (numbers.every((x) => x >= 0)) return "positive";
  return numbers.every((x) => x <= 0) ? "negative" : "mixed";
}

/** |g|: absolute value of a scalar, Euclidean norm of a tensor. */
export function gradientMagnitude(value: ValueSummary): number {
  const count = elementCount(value.shape);
  if (count === 0) return 0;
  const norm = value.stats?.norm;
  if (norm !== null && norm !== undefined) return norm;
  const numbers = value.preview.map(parseNumber);
  return Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0));
}

/** Stroke width for a magnitude: linear in log10 between the ends of the scale, clamped. */
export function gradientWidth(magnitude: number, scale: GradientScale = defaultScale): number {
  if (!(magnitude > 0)) return scale.minWidth;
  const t = (Math.log10(magnitude) - scale.minExponent) / (scale.maxExponent - scale.minExponent);
  return scale.minWidth + Math.min(1, Math.max(0, t)) * (scale.maxWidth - scale.minWidth);
}
