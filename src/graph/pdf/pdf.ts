/** A picture as a PDF of one page: everything in vectors, text as text. The same strokes as the SVG writer. */
import { describeFrame } from "../frame.ts";
import { type ColorToken, type Palette, palettes, type ThemeName } from "../palette.ts";
import type { Mark, Paint, Picture, PictureEdge } from "../picture.ts";
import { PdfDocument, reference, textString } from "./document.ts";
import { type FontFiles, PdfFonts } from "./fonts.ts";

export interface PdfOptions {
  theme?: ThemeName;
  background?: "theme" | "transparent";
  fonts: FontFiles;
  /** "Backstep 0.1.0". */
  generator?: string;
}

/** A picture pixel is 1/96 inch, a PDF point 1/72. */
const POINTS = 0.75;
/** Longest side of a page in points (Annex C). */
const LONGEST = 14_400;
/** Control points of a quarter of a circle. */
const ROUND = 0.5523;
/** Slant of italics: the fonts have none of their own. */
const SLANT = 0.2;

/** Errors: RangeError when a font cannot be read. */
export function pictureToPdf(picture: Picture, options: PdfOptions): Uint8Array {
  const { box, marks } = describeFrame(picture, true);
  const scale = Math.min(POINTS, LONGEST / Math.max(box.width, box.height, 1));
  const width = box.width * scale;
  const height = box.height * scale;
  const pdf = new PdfDocument();
  const page = new Page(pdf, palettes[options.theme ?? "light"], options.fonts, scale, {
    x: box.x,
    bottom: box.y + box.height,
  });
  if (options.background !== "transparent")
    page.mark({ shape: "rect", x: box.x, y: box.y, width: box.width, height: box.height, fill: "canvas" });
  for (const group of picture.groups) page.marks(group.marks);
  for (const edge of picture.edges) page.edge(edge);
  for (const node of picture.nodes) page.marks(node.marks);
  page.marks(marks);
  const contents = pdf.stream(page.content());
  const pages = pdf.reserve();
  const leaf = pdf.add(
    `<< /Type /Page /Parent ${reference(pages)} /MediaBox [0 0 ${num(width)} ${num(height)}] /Contents ${contents} /Resources << ${page.resources()} >> >>`,
  );
  pdf.add(`<< /Type /Pages /Kids [${leaf}] /Count 1 >>`, pages);
  const info = pdf.add(
    `<< /Title ${textString(picture.title)} /Subject ${textString(picture.caption)} /Producer ${textString(options.generator ?? "Backstep")} >>`,
  );
  return pdf.file(pdf.add(`<< /Type /Catalog /Pages ${reference(pages)} >>`), info);
}

class Page {
  private readonly pdf: PdfDocument;
  private readonly palette: Palette;
  private readonly fonts: PdfFonts;
  private readonly transform: string;
  private readonly lines: string[] = [];
  /** Names of graphics states by opacity, of hatch patterns by paint. */
  private readonly states = new Map<number, string>();
  private readonly hatches = new Map<string, { name: string; object: string }>();
  private readonly scale: number;
  private readonly origin: { x: number; bottom: number };

  constructor(
    pdf: PdfDocument,
    palette: Palette,
    fonts: FontFiles,
    scale: number,
    origin: { x: number; bottom: number },
  ) {
    this.pdf = pdf;
    this.palette = palette;
    this.fonts = new PdfFonts(fonts);
    this.scale = scale;
    this.origin = origin;
    // Pictures have y down, pages up.
    this.transform = [scale, 0, 0, -scale, -origin.x * scale, origin.bottom * scale].map(num).join(" ");
  }

  content(): string {
    return `q ${this.transform} cm\n${this.lines.join("\n")}\nQ`;
  }

  resources(): string {
    const states = [...this.states].map(([alpha, name]) => `/${name} << /ca ${num(alpha)} /CA ${num(alpha)} >>`);
    const patterns = [...this.hatches.values()].map(({ name, object }) => `/${name} ${object}`);
    return `/Font << ${this.fonts.write(this.pdf)} >> /ExtGState << ${states.join(" ")} >> /Pattern << ${patterns.join(" ")} >>`;
  }

  marks(list: readonly Mark[], alpha = 1): void {
    for (const mark of list) this.mark(mark, alpha);
  }

  edge(edge: PictureEdge): void {
    const path = flattened(edge.path);
    const stroke = (color: ColorToken, width: number, dash: readonly number[] | null, alpha = 1): void =>
      this.draw(alpha * edge.opacity, `${this.strokeOf(color, width, dash)} ${path} S`);
    if (edge.halo) stroke(edge.halo.color, edge.halo.width, null, 0.45);
    if (edge.hatched) {
      stroke("badFill", edge.width + 2, null);
      stroke(edge.color, edge.width, [3, 3]);
    } else {
      stroke(edge.color, edge.width, edge.dash);
    }
    this.marks(edge.marks, edge.opacity);
  }

  mark(mark: Mark, alpha = 1): void {
    const opacity = alpha * (mark.opacity ?? 1);
    if (mark.shape === "text") {
      this.text(mark, opacity);
      return;
    }
    const path = mark.shape === "rect" ? rectangle(mark) : mark.commands.map(command).join(" ");
    const fill = mark.fill === undefined ? "" : this.fillOf(mark.fill);
    const stroke = mark.stroke ? this.strokeOf(mark.stroke, mark.lineWidth ?? 1, mark.dash ?? null) : "";
    if (fill === "" && stroke === "") return;
    this.draw(opacity, `${fill} ${stroke} ${path} ${fill === "" ? "S" : stroke === "" ? "f" : "B"}`);
  }

  private text(mark: Extract<Mark, { shape: "text" }>, alpha: number): void {
    if (mark.text === "") return;
    const runs = this.fonts.runs(mark.text, mark.weight ?? 400);
    const natural = (runs.reduce((sum, run) => sum + run.width, 0) * mark.size) / 1000;
    const left =
      mark.anchor === "middle" ? mark.x - mark.width / 2 : mark.anchor === "end" ? mark.x - mark.width : mark.x;
    const stretch = natural > 0 ? mark.width / natural : 1;
    const shown = runs.map(({ font, glyphs }) => `/${font} ${num(mark.size)} Tf <${glyphs}> Tj`).join(" ");
    const slant = mark.italic ? SLANT : 0;
    this.draw(
      alpha,
      `${this.fillOf(mark.fill)} BT ${num(100 * stretch)} Tz 1 0 ${num(slant)} -1 ${num(left)} ${num(mark.y)} Tm ${shown} ET`,
    );
    if (mark.strike)
      this.mark({
        shape: "rect",
        x: left,
        y: mark.y - mark.size * 0.3,
        width: mark.width,
        height: Math.max(1, mark.size / 12),
        fill: mark.fill,
      });
  }

  private draw(alpha: number, operators: string): void {
    this.lines.push(alpha >= 1 ? operators : `q /${this.state(alpha)} gs ${operators} Q`);
  }

  private state(alpha: number): string {
    const rounded = Math.round(alpha * 1000) / 1000;
    let name = this.states.get(rounded);
    if (name === undefined) {
      name = `A${this.states.size}`;
      this.states.set(rounded, name);
    }
    return name;
  }

  private fillOf(paint: Paint): string {
    if (typeof paint === "string") return `${rgb(this.palette[paint])} rg`;
    return `/Pattern cs /${this.hatch(paint)} scn`;
  }

  private strokeOf(color: ColorToken, width: number, dash: readonly number[] | null): string {
    const caps = dash === null ? 1 : 0;
    return `${rgb(this.palette[color])} RG ${num(width)} w ${caps} J 1 j [${(dash ?? []).map(num).join(" ")}] 0 d`;
  }

  /** Lines 9 pixels apart, turned by 45°, as in the SVG writer. */
  private hatch({ hatch, back }: Exclude<Paint, string>): string {
    const key = `${hatch} ${back ?? ""}`;
    let known = this.hatches.get(key);
    if (known === undefined) {
      const { scale, origin } = this;
      const turn = scale * Math.SQRT1_2;
      // Patterns are placed on the page itself, not in the picture's coordinates.
      const matrix = [turn, -turn, -turn, -turn, -origin.x * scale, origin.bottom * scale].map(num).join(" ");
      const fill = back ? `${rgb(this.palette[back])} rg 0 0 9 9 re f ` : "";
      const object = this.pdf.stream(
        `${fill}${rgb(this.palette[hatch])} rg 0 0 1.1 9 re f`,
        `/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << >> /Matrix [${matrix}]`,
      );
      known = { name: `H${this.hatches.size}`, object };
      this.hatches.set(key, known);
    }
    return known.name;
  }
}

/** At most four decimals, never an exponent. */
function num(x: number): string {
  return String(Math.round(x * 10_000) / 10_000 || 0);
}

/** "#rrggbb" as three numbers from 0 to 1. */
function rgb(hex: string): string {
  return [1, 3, 5].map((at) => num(Number.parseInt(hex.slice(at, at + 2), 16) / 255)).join(" ");
}

const operators = { M: "m", L: "l", C: "c", Z: "h" } as const;

function command(each: Extract<Mark, { shape: "path" }>["commands"][number]): string {
  const [name, ...numbers] = each;
  return [...numbers.map(num), operators[name]].join(" ");
}

/** A flattened Bézier path. */
function flattened(path: readonly number[]): string {
  const parts = [`${num(path[0] ?? 0)} ${num(path[1] ?? 0)} m`];
  for (let i = 2; i + 5 < path.length; i += 6)
    parts.push(
      `${path
        .slice(i, i + 6)
        .map(num)
        .join(" ")} c`,
    );
  return parts.join(" ");
}

function rectangle({ x, y, width, height, radius = 0 }: Extract<Mark, { shape: "rect" }>): string {
  const r = Math.min(radius, width / 2, height / 2);
  if (r <= 0) return `${[x, y, width, height].map(num).join(" ")} re`;
  const k = r * (1 - ROUND);
  const right = x + width;
  const bottom = y + height;
  const line = (...at: number[]): string => `${at.map(num).join(" ")} l`;
  const curve = (...at: number[]): string => `${at.map(num).join(" ")} c`;
  return [
    `${num(x + r)} ${num(y)} m`,
    line(right - r, y),
    curve(right - k, y, right, y + k, right, y + r),
    line(right, bottom - r),
    curve(right, bottom - k, right - k, bottom, right - r, bottom),
    line(x + r, bottom),
    curve(x + k, bottom, x, bottom - k, x, bottom - r),
    line(x, y + r),
    curve(x, y + k, x + k, y, x + r, y),
    "h",
  ].join(" ");
}
