/** The objects of a PDF file (ISO 32000-1, 7.5): dictionaries as text, streams compressed. */
import { zlibSync } from "fflate";
import { joined } from "../../trace/snapshot/bytes.ts";

export class PdfDocument {
  private readonly objects: (Uint8Array | null)[] = [];

  /** A number for an object that is written later. */
  reserve(): number {
    this.objects.push(null);
    return this.objects.length;
  }
  /** Writes an object; the result is a reference to it. */
  add(text: string, number = this.reserve()): string {
    this.objects[number - 1] = ascii(text);
    return reference(number);
  }
  /** Writes a stream; `entries` are those of its dictionary besides length and filter. */
  stream(data: string | Uint8Array, entries = "", number = this.reserve()): string {
    const body = zlibSync(typeof data === "string" ? ascii(data) : data);
    const head = ascii(`<< ${entries} /Filter /FlateDecode /Length ${body.length} >>\nstream\n`);
    this.objects[number - 1] = joined([head, body, ascii("\nendstream")]);
    return reference(number);
  }

  /** The file. `root` and `info` are references. */
  file(root: string, info: string): Uint8Array {
    // Bytes above 127 in the second line tell transports that the file is binary.
    const parts = [ascii("%PDF-1.7\n%"), new Uint8Array([0xe2, 0xe3, 0xcf, 0xd3, 10])];
    const places: number[] = [];
    let at = parts[0].length + parts[1].length;
    this.objects.forEach((body, i) => {
      if (body === null) throw new Error(`internal: object ${i + 1} of the PDF was not written`);
      const whole = joined([ascii(`${i + 1} 0 obj\n`), body, ascii("\nendobj\n")]);
      places.push(at);
      parts.push(whole);
      at += whole.length;
    });
    const rows = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
    const count = places.length + 1;
    parts.push(
      ascii(
        `xref\n0 ${count}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${count} /Root ${root} /Info ${info} >>\nstartxref\n${at}\n%%EOF\n`,
      ),
    );
    return joined(parts);
  }
}

export const reference = (number: number): string => `${number} 0 R`;

/** Any text as a PDF string: UTF-16 with a byte order mark, in hexadecimal. */
export function textString(text: string): string {
  return `<FEFF${utf16(text)}>`;
}

/** UTF-16 code units in hexadecimal. */
export function utf16(text: string): string {
  return Array.from({ length: text.length }, (_, i) => hex4(text.charCodeAt(i))).join("");
}

export const hex4 = (n: number): string => n.toString(16).toUpperCase().padStart(4, "0");

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}
