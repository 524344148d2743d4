/**
 * A picture of the built app, taken on a virtual display:
 *
 *   npm run screenshot -- [--out FILE.png] [--size 1600x1000] [--wait MS] [--for SELECTOR] [--theme light|dark]
 *                         [--keys "F5 Control+K"] [--do FILE.mjs] [--folder APP] [FILE TO OPEN]
 *
 * `--keys` are pressed one after the other; `--do` is a module whose `act({ page, app, shoot })` drives the window and takes more
 * pictures with `await shoot("name")` (beside --out). What the page writes to its console is printed.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { callerFolder, root } from "./lib/paths.mjs";
import { runAttached } from "./lib/run.mjs";
import { runScript, say } from "./lib/say.mjs";
import { setUpElectron, setUpPackages } from "./lib/setup.mjs";
import { underVirtualDisplay } from "./lib/virtual-display.mjs";

const inside = "BACKSTEP_SCREENSHOT_INSIDE";

await runScript(async () => {
  if (process.env[inside]) return shootInside(process.env[inside]);
  await setUpPackages();
  const electron = await setUpElectron({ virtualDisplay: true });
  if (!process.argv.includes("--folder")) {
    const { buildAll } = await import("./build.mjs");
    await buildAll({ onlyIfStale: true });
  }
  const [command, args] = underVirtualDisplay(process.execPath, [
    fileURLToPath(import.meta.url),
    ...process.argv.slice(2),
  ]);
  return runAttached(command, args, { env: { [inside]: electron.executable } });
});

/** @param {string} executablePath */
async function shootInside(executablePath) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: "string", default: "artifacts/screenshot.png" },
      size: { type: "string", default: "1600x1000" },
      wait: { type: "string", default: "1500" },
      for: { type: "string" },
      theme: { type: "string" },
      keys: { type: "string", default: "" },
      do: { type: "string" },
      folder: { type: "string", default: root },
    },
  });
  const here = (/** @type {string} */ path) => resolve(callerFolder, path);
  const out = here(values.out);
  const [width = 1600, height = 1000] = values.size.split("x").map(Number);
  const profile = await mkdtemp(join(tmpdir(), "backstep-screenshot-"));
  const { _electron } = await import("@playwright/test");
  const asRoot = process.getuid?.() === 0;
  const app = await _electron.launch({
    executablePath,
    args: [
      ...(asRoot ? ["--no-sandbox"] : []),
      `--user-data-dir=${profile}`,
      here(values.folder),
      ...positionals.map(here),
    ],
    cwd: root,
    env: { .../** @type {Record<string, string>} */ (process.env), ELECTRON_DISABLE_SECURITY_WARNINGS: "1" },
    colorScheme: values.theme === "dark" ? "dark" : values.theme === "light" ? "light" : null,
  });
  try {
    app.context().on("console", (message) => process.stderr.write(`page ${message.type()}: ${message.text()}\n`));
    app.context().on("weberror", (error) => process.stderr.write(`page exception: ${error.error().stack}\n`));
    const page = await app.firstWindow();
    await app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 0, y: 0, ...size }),
      { width, height },
    );
    await page.waitForLoadState("load");
    await mkdir(dirname(out), { recursive: true });
    const shoot = async (/** @type {string} */ name) => {
      const path = join(dirname(out), `${basename(out, ".png")}${name ? `-${name}` : ""}.png`);
      await page.screenshot({ path });
      say(`wrote ${path}`);
    };
    if (values.for) await page.locator(values.for).first().waitFor({ timeout: 60_000 });
    // Before the file is open its keys mean something else.
    if (positionals.length > 0) await page.getByTestId("run").waitFor({ timeout: 60_000 });
    for (const key of values.keys.split(" ").filter(Boolean)) await page.keyboard.press(key);
    if (values.do) await (await import(pathToFileURL(here(values.do)).href)).act({ page, app, shoot });
    await page.waitForTimeout(Number(values.wait));
    await shoot("");
  } finally {
    const child = app.process();
    await Promise.race([app.close(), new Promise((settle) => setTimeout(settle, 5000).unref())]).catch(() => {});
    child.kill("SIGKILL");
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
