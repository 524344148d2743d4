/** Writing a file so that it is either the old one or the whole new one, whatever happens in between. */
import { randomBytes } from "node:crypto";
import { chmod, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CodedError } from "../../ipc/result.ts";

/**
 * Writes beside the file, forces it to the disk and renames it over the old one. A link is followed, the old one's mode is kept.
 * @throws CodedError "not-written" with a sentence; then the old file is as it was
 */
export async function writeAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const mode = await stat(target).then(
      (about) => about.mode,
      () => null,
    );
    const file = await open(temporary, "wx", 0o666);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== null) await chmod(temporary, mode & 0o7777);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new CodedError("not-written", `${basename(path)} was not written: ${writeReason(error)}`);
  }
  await syncFolder(dirname(target));
}

/** The new name, too, must survive a power cut; not every system can force a folder. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // The file itself is on the disk.
  }
}

const reasons: Record<string, string> = {
  EACCES: "the folder may not be written.",
  EPERM: "the folder may not be written.",
  EROFS: "the disk is read-only.",
  ENOSPC: "the disk is full.",
  EDQUOT: "the disk quota is used up.",
  ENOENT: "its folder is gone.",
  EISDIR: "a folder has this name.",
  ENAMETOOLONG: "its name is too long.",
};

function writeReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
