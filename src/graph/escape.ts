/** Escaping for the text formats: the only place, used for everything that came from a program or a file. */

/** Text for XML or HTML content and quoted attributes; characters that XML 1.0 forbids become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\ud800-\udfff]/gu, "\ufffd")
    .replace(forbidden, "\ufffd")
    .replace(/[&<>"']/g, (char) => entities[char] as string);
}

/** Control characters but tab, line feed and return, and the two non-characters (lone surrogates go before). */
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** JSON that may stand inside a <script> element: "</script" and "<!--" cannot occur. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, "\\u003c")
    .replace(/>/g, "\\u003e")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** A quoted Graphviz string. */
export function escapeDot(text: string): string {
  return `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\r?\n/g, "\\n")}"`;
}

/** A CSV field (RFC 4180). A leading = + - @ gets an apostrophe, so that spreadsheets do not take text for a formula. */
export function escapeCsv(field: string): string {
  const number = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(field);
  const safe = !number && /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
