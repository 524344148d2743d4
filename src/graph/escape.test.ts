import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeCsv, escapeDot, escapeXml, jsonForScript } from "./escape.ts";
import { hostile } from "./hostile.fixture.ts";
import { sha256Base64 } from "./sha256.ts";
import { parseXml } from "./xml.fixture.ts";

describe("escapeXml", () => {
  it.each(hostile)("%j stays text", (text) => {
    const element = parseXml(`<a b="${escapeXml(text)}">${escapeXml(text)}</a>`);
    expect(element.children).toEqual([]);
    expect([...element.attributes.keys()]).toEqual(["b"]);
    const allowed = text.replace(/[\ud800-\udfff]/gu, "\ufffd").replace(/[\u0000\u0001\u001f\ufffe\uffff]/g, "\ufffd");
    expect(element.text).toBe(allowed);
  });

  it("any string is well-formed after it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        parseXml(`<a b="${escapeXml(text)}">${escapeXml(text)}</a>`);
      }),
    );
  });
});

describe("other escapes", () => {
  it("JSON in a script element cannot end it and reads back the same", () => {
    for (const text of hostile) {
      const json = jsonForScript({ text });
      expect(json).not.toMatch(/[<>\u2028\u2029]/);
      expect(JSON.parse(json)).toEqual({ text });
    }
  });

  it("CSV quotes, and spreadsheets see no formula", () => {
    expect(escapeCsv('a "b", c')).toBe('"a ""b"", c"');
    expect(escapeCsv("=1+1")).toBe("'=1+1");
    expect(escapeCsv("-1.5e-3")).toBe("-1.5e-3");
    expect(escapeCsv("-x")).toBe("'-x");
  });

  it("DOT strings keep quotes and backslashes", () => {
    expect(escapeDot('a "b" \\ c\nd')).toBe('"a \\"b\\" \\\\ c\\nd"');
  });

  it("SHA-256 agrees with the standard's examples", () => {
    expect(sha256Base64("")).toBe("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    expect(sha256Base64("abc")).toBe("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    expect(sha256Base64("a".repeat(1000))).toBe("Qe3s5C1j6Nm/UVqbppMuHCDLyfWl0TRkWttdsblzfqM=");
  });
});
