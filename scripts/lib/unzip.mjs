/** Unpacks a zip file, keeping the modes of its files. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";

/**
 * @param {string} archive
 * @param {string} target a folder, made if missing
 * @param {(name: string) => string | null} place where in `target` an entry goes; null = leave it out
 */
export async function unzip(archive, target, place) {
  const yauzl = await import("yauzl");
  const zip = await yauzl.openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const name = place(entry.fileName);
    if (name === null) continue;
    const path = resolve(target, name);
    if (path !== target && !path.startsWith(resolve(target) + sep))
      throw new Error(`the archive has an entry outside: ${name}`);
    if (entry.fileName.endsWith("/")) {
      await mkdir(path, { recursive: true });
      continue;
    }
    const mode = entry.externalFileAttributes >>> 16;
    if ((mode & 0o170000) === 0o120000) throw new Error(`the archive has a link: ${name}`);
    await mkdir(dirname(path), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { mode: mode & 0o777 || 0o644 }));
  }
  zip.close();
}
