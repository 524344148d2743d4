/** The oracle's cases: kept compressed in resources/oracle, unpacked into the cache when they are used. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { cacheFolder, root } from "./paths.mjs";

export const oracleFolder = join(root, "resources", "oracle");

/**
 * @returns {Promise<string>} a folder with ops.json, repr.json, …
 */
export async function unpackedOracle() {
  const names = (await readdir(oracleFolder)).filter((name) => name.endsWith(".json.br")).sort();
  const packed = await Promise.all(names.map((name) => readFile(join(oracleFolder, name))));
  const hash = createHash("sha256");
  for (const bytes of packed) hash.update(bytes);
  const folder = join(cacheFolder, "oracle", hash.digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;
  const work = `${folder}-${process.pid}`;
  await mkdir(work, { recursive: true });
  for (const [i, name] of names.entries())
    await writeFile(join(work, name.replace(/\.br$/, "")), brotliDecompressSync(packed[i]));
  await rename(work, folder).catch((error) => {
    // Another run has unpacked it meanwhile.
    if (!existsSync(folder)) throw error;
  });
  return folder;
}
