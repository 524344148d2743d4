/** The shared libraries, and for tests the virtual display and fonts, that a bare Debian machine lacks. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";
import { elapsed, explain, Refusal, say } from "./say.mjs";

const electronPackages = [
  "libnss3",
  "libatk1.0-0",
  "libatk-bridge2.0-0",
  "libcups2",
  "libgbm1",
  "libasound2",
  "libgtk-3-0",
  "libxkbcommon0",
  "libdrm2",
];

/** What to look for, and the packages which bring it. */
const displayNeeds = [
  { is: () => existsSync("/usr/bin/xvfb-run") && existsSync("/usr/bin/Xvfb"), packages: ["xvfb"] },
  { is: () => existsSync("/usr/bin/xauth"), packages: ["xauth"] },
  { is: () => hasFonts("/usr/share/fonts"), packages: ["fonts-dejavu-core"] },
];

/**
 * Installs what is missing (as root on Debian), or refuses with the command to give.
 * @param {{ dist: string, executable: string } | null} electron whose libraries to check
 * @param {{ display?: boolean }} [needs] `display`: also a virtual display and fonts
 */
export async function ensureSystemLibraries(electron, needs = {}) {
  if (process.platform !== "linux") return;
  const missing = await missingLibraries(electron);
  const packages = missing.length > 0 ? [...electronPackages] : [];
  if (needs.display) {
    for (const need of displayNeeds) if (!need.is()) packages.push(...need.packages);
  }
  if (packages.length === 0) return;
  const about =
    missing.length > 0
      ? `Electron lacks ${missing.slice(0, 3).join(", ")}${missing.length > 3 ? " and more" : ""}`
      : "tools are missing";
  if (!existsSync("/etc/debian_version")) {
    throw new Refusal(
      `${about}: install what Debian calls ${packages.join(" ")} with this system's package manager, then start again.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new Refusal(
      `${about}. Run this once, then start again:\n  sudo apt-get install -y --no-install-recommends ${packages.join(" ")}`,
    );
  }
  say(`${about}: installing with apt-get (as root): ${packages.join(" ")} …`);
  await aptInstall(packages);
  const still = await missingLibraries(electron);
  if (still.length > 0)
    throw new Refusal(`Electron still lacks ${still.join(", ")} after installing ${packages.join(" ")}.`);
  say(`installed what was missing (${elapsed()})`);
}

/**
 * @param {{ dist: string, executable: string } | null} electron
 * @returns {Promise<string[]>} names of the shared libraries that the loader does not find
 */
async function missingLibraries(electron) {
  if (!electron || !existsSync("/usr/bin/ldd")) return [];
  const { output } = await run("ldd", [electron.executable], { env: { LC_ALL: "C" } });
  return missingFrom(output, new Set(readdirSync(electron.dist)));
}

/**
 * @param {string} lddOutput
 * @param {Set<string>} beside files beside the program, which it finds by itself
 * @returns {string[]}
 */
export function missingFrom(lddOutput, beside) {
  const names = [...lddOutput.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? "");
  return [...new Set(names)].filter((name) => !beside.has(name));
}

/** @param {string[]} packages */
async function aptInstall(packages) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const updated = await run("apt-get", ["update", "-qq"], { env });
  const names = [];
  for (const name of packages) names.push(await nameHere(name));
  const { code, output } = await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], { env });
  if (code !== 0) {
    const reason = explain("installing Debian packages", `${updated.code === 0 ? "" : updated.output}\n${output}`);
    throw new Refusal(`${reason}\nThe command was: apt-get install -y --no-install-recommends ${names.join(" ")}`);
  }
}

/**
 * Newer Debian and Ubuntu add `t64` to some names.
 * @param {string} name
 */
async function nameHere(name) {
  const { output } = await run("apt-cache", ["policy", name], { env: { LC_ALL: "C" } });
  return /Candidate: (?!\(none\))/.test(output) ? name : `${name}t64`;
}

/** @param {string} folder */
function hasFonts(folder) {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true }).some((name) => /\.(ttf|otf|pfb)$/.test(String(name)));
}

/**
 * A system that forbids Chromium's sandbox to ordinary users (Ubuntu 24.04's AppArmor rule) needs the set-uid helper.
 * @param {string} dist
 */
export function requireUsableSandbox(dist) {
  if (process.platform !== "linux" || process.getuid?.() === 0) return;
  const read = (/** @type {string} */ path) => (existsSync(path) ? readFileSync(path, "utf8").trim() : "");
  const forbidden =
    read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") === "1" ||
    read("/proc/sys/kernel/unprivileged_userns_clone") === "0";
  const helper = join(dist, "chrome-sandbox");
  if (!forbidden || !existsSync(helper) || isSetUidRoot(helper)) return;
  throw new Refusal(
    `This system forbids Electron's sandbox to ordinary programs. Run this once, then start again:\n  sudo chown root:root "${helper}" && sudo chmod 4755 "${helper}"`,
  );
}

/** @param {string} path */
function isSetUidRoot(path) {
  const { uid, mode } = statSync(path);
  return uid === 0 && (mode & 0o4000) !== 0;
}
