const POLYNOMIAL = 0xedb88320;

const table = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? POLYNOMIAL ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 (ISO 3309, as in PNG and zip) as eight hexadecimal digits. */
export function crc32(bytes: Uint8Array): string {
  let c = -1;
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return (~c >>> 0).toString(16).padStart(8, "0");
}
