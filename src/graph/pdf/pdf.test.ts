import { readFileSync } from "node:fs";
import { unzlibSync } from "fflate";
import { describe, expect, it } from "vitest";
import { buildPicture } from "../build-picture.ts";
import { layoutScene } from "../layout.ts";
import { testRun } from "../run.fixture.ts";
import { fanOutScene } from "../scenes.fixture.ts";
import { pictureToPdf } from "./pdf.ts";
import { readTrueType } from "./true-type.ts";

const font = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../resources/fonts/${name}.ttf`, import.meta.url)));
const fonts = {
  400: font("Inter-Regular"),
  600: font("Inter-SemiBold"),
  700: font("Inter-Bold"),
  fallback: font("DejaVuSans"),
};
const scene = fanOutScene();
const run = testRun(scene, { a: 2, b: -3 });
const picture = buildPicture(scene, layoutScene(scene), run.view, run.value);

/** Objects by number, with their streams unpacked. */
function objects(pdf: Uint8Array): { dictionary: string; stream: string }[] {
  const text = Buffer.from(pdf).toString("latin1");
  const places = /startxref\n(\d+)\n%%EOF\n$/.exec(text);
  const table = text.slice(Number(places?.[1])).match(/^\d{10} 00000 n $/gm) ?? [];
  return table.map((row, i) => {
    const body = text.slice(Number(row.slice(0, 10)));
    expect(body.startsWith(`${i + 1} 0 obj\n`)).toBe(true);
    const dictionary = body.slice(body.indexOf("\n") + 1, body.search(/\n(stream|endobj)\n/));
    const length = /\/Filter \/FlateDecode \/Length (\d+)/.exec(dictionary)?.[1];
    if (length === undefined) return { dictionary, stream: "" };
    const start = body.indexOf("stream\n") + 7;
    const packed = Buffer.from(body.slice(start, start + Number(length)), "latin1");
    return { dictionary, stream: Buffer.from(unzlibSync(packed)).toString("latin1") };
  });
}
/** Text as a viewer finds it: glyphs through the fonts' maps back to characters. */
function textOf(pdf: Uint8Array): string[] {
  const all = objects(pdf);
  const page = all.find(({ dictionary }) => dictionary.includes("/Type /Page "))?.dictionary ?? "";
  const maps = new Map<string, Map<string, string>>();
  for (const [, name, number] of page.matchAll(/\/(F\w+) (\d+) 0 R/g)) {
    const unicode = /\/ToUnicode (\d+) 0 R/.exec(all[Number(number) - 1].dictionary)?.[1];
    const rows = all[Number(unicode) - 1].stream.matchAll(/^<(\w{4})> <(\w+)>$/gm);
    maps.set(
      name,
      new Map(
        [...rows].map(([, glyph, text]) => [
          glyph,
          String.fromCharCode(...(text.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16))),
        ]),
      ),
    );
  }
  const content = all.find(({ stream }) => stream.includes(" cm\n"))?.stream ?? "";
  return [...content.matchAll(/ BT (.*?) ET/g)].map(([, shown]) =>
    [...shown.matchAll(/\/(F\w+) \S+ Tf <(\w*)> Tj/g)]
      .flatMap(([, name, glyphs]) => (glyphs.match(/.{4}/g) ?? []).map((glyph) => maps.get(name)?.get(glyph)))
      .join(""),
  );
}

describe("a picture as PDF", () => {
  it("holds every text of the picture as text, in order", () => {
    const found = textOf(pictureToPdf(picture, { fonts }));
    const wanted = [...picture.edges, ...picture.nodes].flatMap(({ marks }) =>
      marks.flatMap((mark) => (mark.shape === "text" && mark.text !== "" ? [mark.text] : [])),
    );
    expect(found.slice(0, wanted.length)).toEqual(wanted);
    expect(found).toContain(picture.title);
  });

  it("takes characters that Inter lacks from the other font, and knows any title", () => {
    const odd = { ...picture, title: "∂ℒ ☃ 𝛼" };
    const pdf = pictureToPdf(odd, { fonts });
    expect(textOf(pdf)).toContain(odd.title);
    expect(objects(pdf).some(({ dictionary }) => dictionary.includes("/BCKSTP+DejaVuSans"))).toBe(true);
    expect(objects(pdf).some(({ dictionary }) => dictionary.includes("<FEFF22022112002026030020D835DEFC>"))).toBe(true);
  });

  it("fits a page, also a huge one", () => {
    const huge = { ...picture, bounds: { x: 0, y: 0, width: 50_000, height: 100 } };
    for (const one of [picture, huge]) {
      const page = objects(pictureToPdf(one, { fonts })).find(({ dictionary }) => dictionary.includes("/MediaBox"));
      const [width, height] = (/MediaBox \[0 0 (\S+) (\S+)\]/.exec(page?.dictionary ?? "") ?? []).slice(1).map(Number);
      expect(Math.max(width, height)).toBeLessThanOrEqual(14_400);
      expect(Math.min(width, height)).toBeGreaterThan(0);
    }
  });

  it("hatches freed tensors by a pattern, and fills no background when asked not to", () => {
    const node = picture.nodes[0];
    const marks = [{ shape: "rect", x: 0, y: 0, width: 9, height: 9, fill: { hatch: "freed" }, opacity: 0.5 }] as const;
    const hatched = { ...picture, nodes: [{ ...node, marks: [...marks] }], edges: [], groups: [], legend: [] };
    const all = objects(pictureToPdf(hatched, { fonts, background: "transparent" }));
    const content = all.find(({ stream }) => stream.includes(" cm\n"))?.stream ?? "";
    expect(content).toContain("q /A0 gs /Pattern cs /H0 scn  0 0 9 9 re f Q");
    expect(all.some(({ dictionary }) => dictionary.includes("/PatternType 1"))).toBe(true);
    expect(content.match(/ re f/g)).toHaveLength(1);
  });

  it("refuses what is no font", () => {
    expect(() => pictureToPdf(picture, { fonts: { ...fonts, 400: new Uint8Array(20) } })).toThrow(RangeError);
  });
});

describe("a TrueType font with some of its glyphs", () => {
  it("has the same widths and shapes for them, and nothing of the others", () => {
    const whole = readTrueType(fonts[400]);
    const glyphs = [..."Aé5"].map((char) => whole.glyph(char.codePointAt(0) as number));
    expect(glyphs.every((glyph) => glyph > 0)).toBe(true);
    const bytes = whole.subset(glyphs);
    expect(bytes.length).toBeLessThan(40_000);
    // The map from characters is left out: PDFs name glyphs.
    expect(() => readTrueType(bytes)).toThrow(/cmap/);
    // 644 thousandths, as in the table of text-metrics.ts.
    expect(Math.round(whole.width(whole.glyph(38)))).toBe(644);
  });
});
