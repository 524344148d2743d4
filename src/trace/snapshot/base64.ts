/** Base64 (RFC 4648, with padding) from bytes to bytes: the realm that writes snapshots has no btoa. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES = Uint8Array.from(ALPHABET, (c) => c.charCodeAt(0));
const EQUALS = 61;
const INVALID = 255;
const DIGITS = new Uint8Array(128).fill(INVALID);
CODES.forEach((code, digit) => {
  DIGITS[code] = digit;
});

/** ASCII codes of the text. */
export function encodeBase64(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 * Math.ceil(bytes.length / 3));
  let o = 0;
  let i = 0;
  for (; i + 2 < bytes.length; i += 3) {
    const x = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];
    out[o++] = CODES[x >> 18];
    out[o++] = CODES[(x >> 12) & 63];
    out[o++] = CODES[(x >> 6) & 63];
    out[o++] = CODES[x & 63];
  }
  const rest = bytes.length - i;
  if (rest > 0) {
    const x = (bytes[i] << 16) | (rest === 2 ? bytes[i + 1] << 8 : 0);
    out[o++] = CODES[x >> 18];
    out[o++] = CODES[(x >> 12) & 63];
    out[o++] = rest === 2 ? CODES[(x >> 6) & 63] : EQUALS;
    out[o++] = EQUALS;
  }
  return out;
}

/** The bytes, or null when the text is not base64. */
export function decodeBase64(text: string): Uint8Array | null {
  const { length } = text;
  if (length % 4 !== 0) return null;
  if (length === 0) return new Uint8Array(0);
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = length - padding;
  const out = new Uint8Array((length / 4) * 3 - padding);
  let o = 0;
  let bits = 0;
  let bad = 0;
  for (let i = 0; i < digits; i++) {
    const code = text.charCodeAt(i);
    const digit = code < 128 ? DIGITS[code] : INVALID;
    bad |= digit & 128;
    bits = ((bits << 6) | (digit & 63)) & 0xffffff;
    if ((i & 3) !== 0) out[o++] = (bits >> (6 - 2 * (i & 3))) & 255;
  }
  return bad === 0 ? out : null;
}
