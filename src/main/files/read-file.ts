/** Reading a file that a person chose: a real file, not bigger than its kind may be. */
import { constants, open } from "node:fs/promises";
import { basename } from "node:path";
import { CodedError } from "../../ipc/result.ts";

/**
 * @param most bytes
 * @throws CodedError "not-found", "bad-file" or "too-big", with a sentence
 */
export async function readCapped(path: string, most: number): Promise<Uint8Array> {
  const name = basename(path);
  // Opening a pipe or a device must not wait for its other end.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error: unknown) => {
    throw new CodedError("not-found", `${name} cannot be opened: ${readReason(error)}`);
  });
  try {
    const about = await file.stat();
    if (!about.isFile()) throw new CodedError("bad-file", `${name} is not a file.`);
    if (about.size > most) throw new CodedError("too-big", tooBig(name, most));
    // One byte more tells a file that grew meanwhile.
    const bytes = new Uint8Array(Math.min(most, about.size) + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === bytes.length) break;
    }
    if (length > about.size) throw new CodedError("bad-file", `${name} changed while it was read: try again.`);
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/** @throws CodedError "bad-file" when it is not UTF-8 */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CodedError("bad-file", `${name} is not text in UTF-8.`);
  }
}

function tooBig(name: string, most: number): string {
  return `${name} is too big: more than ${Math.round(most / 2 ** 20)} MB are not opened.`;
}

function readReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "ENOENT") return "it is not there any more.";
  if (code === "EACCES" || code === "EPERM") return "this account may not read it.";
  return error instanceof Error ? error.message : String(error);
}
