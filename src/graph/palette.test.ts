import { describe, expect, it } from "vitest";
import { type ColorToken, palettes, type ThemeName } from "./palette.ts";

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const surfaces: ColorToken[] = ["canvas", "surface", "surfaceLeaf", "surfaceMuted", "surfaceGroup"];
const fills: ColorToken[] = ["positiveFill", "negativeFill", "mixedFill", "badFill"];
/** Text and everything that it may stand on; text also crosses hatch lines. */
const pairs: [ColorToken, ColorToken[]][] = [
  ["text", [...surfaces, ...fills, "hatch"]],
  ["textMuted", [...surfaces, ...fills, "hatch"]],
  ["textLeaf", surfaces],
  ["positiveText", [...surfaces, "positiveFill"]],
  ["negativeText", [...surfaces, "negativeFill"]],
  ["mixedText", [...surfaces, "mixedFill"]],
  ["zeroText", [...surfaces]],
  ["badText", [...surfaces, "badFill"]],
  ["boundaryText", surfaces],
  ["currentText", surfaces],
];
/** Lines that carry meaning: 3:1 against the canvas (WCAG 1.4.11). */
const lines: ColorToken[] = ["positive", "negative", "mixed", "bad", "current", "boundary", "borderLeaf"];

describe.each(Object.keys(palettes) as ThemeName[])("palette %s", (theme) => {
  const palette = palettes[theme];
  const least = theme === "contrast" ? 7 : 4.5;

  it.each(pairs)("text %s is readable on all it stands on", (text, backs) => {
    for (const back of backs) {
      // Crossing a thin hatch line is no background of its own: 4:1 keeps letters apart from it.
      const wanted = back === "hatch" ? 4 : least;
      expect({
        back,
        enough: contrast(palette[text], palette[back]) >= wanted,
        ratio: contrast(palette[text], palette[back]),
      }).toMatchObject({ back, enough: true });
    }
  });

  it.each(lines)("line %s stands out from the canvas", (line) => {
    expect(contrast(palette[line], palette.canvas)).toBeGreaterThanOrEqual(3);
  });

  it("colours are six-digit hex", () => {
    for (const color of Object.values(palette)) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });
});
