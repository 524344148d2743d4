/** Fonts of a PDF: which font has a character, and only the glyphs that were used embedded. */
import type { FontWeight } from "../text-metrics.ts";
import { hex4, type PdfDocument, utf16 } from "./document.ts";
import { readTrueType, type TrueType } from "./true-type.ts";

/** Font files: Inter in three weights, and one for characters that it lacks. */
export interface FontFiles {
  readonly 400: Uint8Array;
  readonly 600: Uint8Array;
  readonly 700: Uint8Array;
  readonly fallback: Uint8Array;
}

/** Characters of one font in a row. */
export interface Run {
  /** Name of the font among the page's resources. */
  font: string;
  /** Glyphs as a PDF string. */
  glyphs: string;
  /** In thousandths of an em. */
  width: number;
}

interface Used {
  font: TrueType;
  name: string;
  /** Text of each glyph used. */
  glyphs: Map<number, string>;
}

export class PdfFonts {
  private readonly used: Record<keyof FontFiles, Used>;

  /** Errors: RangeError when a file is no TrueType font. */
  constructor(files: FontFiles) {
    const use = (key: keyof FontFiles, name: string): Used => ({
      font: readTrueType(files[key]),
      name,
      glyphs: new Map(),
    });
    this.used = {
      400: use(400, "Inter-Regular"),
      600: use(600, "Inter-SemiBold"),
      700: use(700, "Inter-Bold"),
      fallback: use("fallback", "DejaVuSans"),
    };
  }

  /** Text as runs of glyphs; what no font has shows as its missing glyph. */
  runs(text: string, weight: FontWeight): Run[] {
    const out: Run[] = [];
    let last: keyof FontFiles | null = null;
    for (const char of text) {
      const code = char.codePointAt(0) as number;
      const key: keyof FontFiles =
        this.used[weight].font.glyph(code) !== 0 || this.used.fallback.font.glyph(code) === 0 ? weight : "fallback";
      const { font, glyphs } = this.used[key];
      const glyph = font.glyph(code);
      glyphs.set(glyph, char);
      if (key !== last) out.push({ font: fontName(key), glyphs: "", width: 0 });
      last = key;
      const run = out[out.length - 1];
      run.glyphs += hex4(glyph);
      run.width += font.width(glyph);
    }
    return out;
  }

  /** Embeds what was used; the entries of a page's /Font dictionary. */
  write(pdf: PdfDocument): string {
    return Object.entries(this.used)
      .filter(([, { glyphs }]) => glyphs.size > 0)
      .map(([key, used]) => `/${fontName(key)} ${embed(pdf, used)}`)
      .join(" ");
  }
}

const fontName = (key: string | number): string => `F${key}`;

/** A font that is addressed by glyphs (9.7), with a map back to text, so that it can be searched and copied. */
function embed(pdf: PdfDocument, { font, name, glyphs }: Used): string {
  // A tag tells viewers that glyphs are missing (9.6.4).
  const base = `/BCKSTP+${name}`;
  const file = font.subset(glyphs.keys());
  const descriptor = pdf.add(
    `<< /Type /FontDescriptor /FontName ${base} /Flags 4 /FontBBox [${font.box.join(" ")}] /ItalicAngle 0 /Ascent ${font.ascent} /Descent ${font.descent} /CapHeight ${font.ascent} /StemV 80 /FontFile2 ${pdf.stream(file, `/Length1 ${file.length}`)} >>`,
  );
  const sorted = [...glyphs].sort(([a], [b]) => a - b);
  const widths = sorted.map(([glyph]) => `${glyph} [${Math.round(font.width(glyph) * 100) / 100}]`).join(" ");
  const descendant = pdf.add(
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont ${base} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity /FontDescriptor ${descriptor} /W [${widths}] >>`,
  );
  const unicode = pdf.stream(toUnicode(sorted));
  return pdf.add(
    `<< /Type /Font /Subtype /Type0 /BaseFont ${base} /Encoding /Identity-H /DescendantFonts [${descendant}] /ToUnicode ${unicode} >>`,
  );
}

function toUnicode(glyphs: readonly (readonly [number, string])[]): string {
  const blocks: string[] = [];
  // At most 100 entries in a block.
  for (let i = 0; i < glyphs.length; i += 100) {
    const block = glyphs.slice(i, i + 100);
    const rows = block.map(([glyph, text]) => `<${hex4(glyph)}> <${utf16(text)}>`).join("\n");
    blocks.push(`${block.length} beginbfchar\n${rows}\nendbfchar`);
  }
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CMapType 2 def
/CMapName /Backstep def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
${blocks.join("\n")}
endcmap
end
end`;
}
