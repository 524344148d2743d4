/**
 * `npm start [-- FILE]` sets everything up and opens the window; `npm start -- --headless FILE …` runs a file without one.
 * Before the dependencies are installed nothing but Node itself may be imported here.
 */
import { resolve } from "node:path";
import { requireNode } from "./lib/node-version.mjs";
import { callerFolder, root } from "./lib/paths.mjs";
import { runAttached } from "./lib/run.mjs";
import { Refusal, runScript, say } from "./lib/say.mjs";
import { setUpElectron, setUpPackages } from "./lib/setup.mjs";

await runScript(() => start(process.argv.slice(2)));

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
async function start(args) {
  requireNode();
  if (args[0] === "--headless") return startHeadless(args.slice(1));
  const display = requireDisplay();
  await setUpPackages();
  const electron = await setUpElectron();
  const { requireUsableSandbox } = await import("./lib/system-libraries.mjs");
  if (electron.source !== "given") requireUsableSandbox(electron.dist);
  const { buildAll } = await import("./build.mjs");
  await buildAll({ onlyIfStale: true });
  /** @type {string[]} */
  const switches = [...display];
  if (process.platform === "linux" && process.getuid?.() === 0) {
    say("running as root, so Chromium's sandbox is off (--no-sandbox); as any other user it stays on");
    switches.push("--no-sandbox");
  }
  say(`opening the window (Electron ${electron.version})`);
  return runAttached(electron.executable, [...switches, root, ...args.map(fromCaller)], {
    // Electron's development warnings fail on their own with workers of the page; the tests check what they would.
    // ELECTRON_RUN_AS_NODE is set by some editors' terminals; it would make Electron a plain Node.
    env: {
      ELECTRON_OVERRIDE_DIST_PATH: electron.dist,
      ELECTRON_DISABLE_SECURITY_WARNINGS: "1",
      ELECTRON_RUN_AS_NODE: undefined,
    },
  });
}

/** @param {string[]} args as for `backstep run` */
async function startHeadless(args) {
  if (args.length === 0) throw new Refusal("Which file? npm start -- --headless FILE");
  await setUpPackages();
  return runAttached(process.execPath, [resolve(root, "bin/backstep.mjs"), "run", ...args], { cwd: callerFolder });
}

/**
 * npm changes the working directory; a file is meant from where the command was given.
 * @param {string} word
 */
function fromCaller(word) {
  return word.startsWith("-") ? word : resolve(callerFolder, word);
}

/** @returns {string[]} switches for the display that there is */
function requireDisplay() {
  if (process.platform !== "linux" || process.env.DISPLAY) return [];
  if (process.env.WAYLAND_DISPLAY) return ["--ozone-platform=wayland"];
  throw new Refusal(
    "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): start it in a desktop session, or run a file without a window: npm start -- --headless FILE",
  );
}
