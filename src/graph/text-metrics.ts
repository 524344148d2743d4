/**
 * Text widths without a DOM, so that layout, SVG, tests and the window agree on every box.
 * Widths are the advance widths of Inter (OFL), in thousandths of an em, for code points 32…126, taken from the font's `hmtx`
 * table; where another font stands in, SVG's textLength and canvas' maxWidth keep the text in its box.
 */
export const fontStack = {
  sans: "Inter, 'Segoe UI', system-ui, -apple-system, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif",
  mono: "'JetBrains Mono', ui-monospace, 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
} as const;

export type FontWeight = 400 | 600 | 700;

const ascii: Record<FontWeight, readonly number[]> = {
  // biome-ignore format: a table
  400: [281,288,466,633,642,982,644,300,365,365,501,662,288,460,288,360,631,407,610,618,646,593,620,566,619,620,288,302,662,662,662,511,966,690,654,730,722,601,590,746,743,269,571,672,565,903,753,765,639,765,644,642,646,744,690,985,682,679,629,365,360,365,471,456,323,562,612,571,612,583,370,613,591,242,242,549,242,876,591,600,612,612,376,528,327,591,562,818,546,562,552,426,333,426,662],
  // biome-ignore format: a table
  600: [252,321,523,644,650,1004,663,326,373,373,540,673,319,465,319,379,660,423,623,636,666,612,640,576,640,640,319,329,673,673,673,543,999,728,659,737,722,605,588,749,746,277,580,703,565,922,759,769,645,773,652,650,660,736,728,1020,720,713,652,373,379,373,481,469,351,574,624,583,624,591,389,625,612,262,262,569,262,900,612,609,624,624,397,549,353,612,587,839,569,588,566,455,359,455,673],
  // biome-ignore format: a table
  700: [237,338,552,649,655,1016,672,339,377,377,559,679,334,468,334,388,674,431,630,646,676,622,649,582,651,649,334,343,679,679,679,560,1016,747,662,740,722,607,587,750,747,281,584,719,565,932,762,771,648,777,657,655,667,732,747,1038,738,731,664,377,388,377,487,476,365,581,630,588,630,596,398,632,623,271,271,580,271,913,623,613,630,630,407,560,366,623,600,850,580,602,573,469,372,469,679],
};

/** Symbols the picture itself writes, at weight 400. */
const symbols = new Map<number, number>(
  Object.entries({
    "−": 662,
    "×": 662,
    "±": 662,
    "≤": 662,
    "≥": 662,
    "≈": 662,
    "⁰": 459,
    "¹": 304,
    "²": 442,
    "³": 446,
    "⁴": 460,
    "⁵": 440,
    "⁶": 444,
    "⁷": 406,
    "⁸": 450,
    "⁹": 444,
    "⁻": 429,
    "∂": 634,
    "·": 288,
    "→": 954,
    "←": 954,
    "↑": 834,
    "↓": 834,
    "∞": 936,
    "…": 864,
    "√": 629,
    "∑": 634,
    "‖": 500,
    "\u00a0": 281,
    "\u202f": 200,
  }).map(([char, width]) => [char.codePointAt(0) as number, width]),
);

/** Width by kind of character for what the tables lack: wide for CJK and emoji, nothing for combining marks. */
function otherWidth(code: number): number {
  const combining = (code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200f) || code === 0xfe0f;
  if (combining) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    code >= 0x1f000;
  return wide ? 1000 : 625;
}

/** Width in pixels of `text` set in the UI font at `size` pixels. */
export function textWidth(text: string, size: number, weight: FontWeight = 400): number {
  const table = ascii[weight];
  const bolder = weight === 400 ? 1 : weight === 600 ? 1.03 : 1.05;
  let sum = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    sum += code >= 32 && code <= 126 ? (table[code - 32] as number) : (symbols.get(code) ?? otherWidth(code)) * bolder;
  }
  return (sum * size) / 1000;
}

/** `text` shortened with "…" so that it fits in `width` pixels; never splits a surrogate pair. */
export function fitText(text: string, width: number, size: number, weight: FontWeight = 400): string {
  if (textWidth(text, size, weight) <= width) return text;
  const room = width - textWidth("…", size, weight);
  let used = 0;
  let kept = "";
  for (const char of text) {
    used += textWidth(char, size, weight);
    if (used > room) break;
    kept += char;
  }
  return `${kept.trimEnd()}…`;
}
