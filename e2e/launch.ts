import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { _electron, type ConsoleMessage, type ElectronApplication, errors, type Page } from "@playwright/test";
import { findElectron } from "../scripts/lib/electron.mjs";

/** The project's folder, which is the app's as well. */
export const projectFolder = fileURLToPath(new URL("..", import.meta.url));

/** What must stay empty in a whole session. */
export interface Watched {
  /** Errors which the page wrote to its console, and exceptions that nobody caught. */
  consoleErrors: string[];
  /** Violations of the content policy: directive and what it blocked. */
  policyViolations: string[];
  /** Addresses asked for that are not the app's own. */
  outsideRequests: string[];
}

export interface LaunchedApp {
  app: ElectronApplication;
  /** The first window's page, loaded. */
  page: Page;
  watched: Watched;
  /** The profile folder; a later launch may take it over. */
  userData: string;
  /** Ends the app; the profile is removed unless `keepProfile`. */
  close(options?: { keepProfile?: boolean }): Promise<void>;
}

export interface LaunchOptions {
  /** As on a machine where the app never ran. */
  firstStart?: boolean;
  /** The app's folder: the project itself by default. */
  folder?: string;
  /** Words after the folder, e.g. a file to open. */
  args?: string[];
  env?: Record<string, string>;
  /** A profile kept from an earlier launch, instead of a fresh one. */
  userData?: string;
}

/** Schemes that never leave the machine. */
const ownSchemes = /^(app|smoke|data|blob|devtools|chrome|file|about|chrome-error):/;

/**
 * Launches the built app in the Electron that the launcher found, with a fresh profile, and watches it from its first moment.
 * Needs a display: `npm run e2e` gives it a virtual one.
 */
export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const electron = findElectron();
  if (electron === null) throw new Error("No Electron yet: `npm test -- --only e2e` sets one up.");
  const folder = options.folder ?? projectFolder;
  const userData = options.userData ?? (await mkdtemp(join(tmpdir(), "backstep-e2e-")));
  // The very first start greets with the tutorial; tests begin at the empty state unless they ask for that.
  if (!options.userData && !options.firstStart) await writeFile(join(userData, "greeted.json"), "true");
  const asRoot = process.getuid?.() === 0;
  const app = await started({
    args: [...(asRoot ? ["--no-sandbox"] : []), `--user-data-dir=${userData}`, folder, ...(options.args ?? [])],
    cwd: projectFolder,
    env: { ...definedEnvironment(), BACKSTEP_E2E: "1", ELECTRON_DISABLE_SECURITY_WARNINGS: "1", ...options.env },
    executablePath: electron.executable,
    timeout: 40_000,
  });
  const watched: Watched = { consoleErrors: [], policyViolations: [], outsideRequests: [] };
  watch(app, watched);
  const page = await app.firstWindow();
  // Without a limit of its own an action that cannot happen fails the test's limit, which does not say where.
  page.setDefaultTimeout(20_000);
  await page.waitForLoadState("load");
  await noteEarlier(page, watched);
  return {
    app,
    page,
    watched,
    userData,
    async close({ keepProfile = false } = {}) {
      await closeApp(app);
      if (!keepProfile) await rm(userData, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * In about one of 150 starts Playwright's connection to an app that is up and shows its window is never answered
 * (both debuggers are connected, its first commands wait for ever). Such an app is ended and started once more.
 */
async function started(options: Parameters<typeof _electron.launch>[0]): Promise<ElectronApplication> {
  try {
    return await _electron.launch(options);
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    process.stderr.write(`e2e: a start was not answered and is repeated\n${error.message}\n`);
    return _electron.launch(options);
  }
}

function definedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

function watch(app: ElectronApplication, watched: Watched): void {
  const context = app.context();
  context.on("console", (message) => noteMessage(watched, message));
  context.on("weberror", (error) => noteError(watched, error.error()));
  context.on("request", (request) => noteRequest(watched, request.url()));
}

/** What happened on the page before Playwright's listeners reached it. */
async function noteEarlier(page: Page, watched: Watched): Promise<void> {
  for (const message of await page.consoleMessages()) noteMessage(watched, message);
  for (const error of await page.pageErrors()) noteError(watched, error);
  for (const request of await page.requests()) noteRequest(watched, request.url());
}

/** A violation of the content policy reaches the console as an error, also from workers, so the console tells both. */
function noteMessage(watched: Watched, message: ConsoleMessage): void {
  if (message.type() !== "error") return;
  const { url } = message.location();
  const text = url ? `${message.text()} (${url})` : message.text();
  noteOnce(/content security policy/i.test(text) ? watched.policyViolations : watched.consoleErrors, text);
}

function noteError(watched: Watched, error: Error): void {
  noteOnce(watched.consoleErrors, error.stack ?? String(error));
}

function noteRequest(watched: Watched, address: string): void {
  if (!ownSchemes.test(address)) noteOnce(watched.outsideRequests, address);
}

function noteOnce(list: string[], text: string): void {
  if (!list.includes(text)) list.push(text);
}

/** Closes the windows without the question about unsaved text, then the app; an app that holds back is ended. */
async function closeApp(app: ElectronApplication): Promise<void> {
  const child = app.process();
  await app
    .evaluate(({ BrowserWindow }) => {
      // In a turn of its own: the debugger runs this in the middle of the app's code, e.g. while it shows its window.
      setImmediate(() => {
        for (const window of BrowserWindow.getAllWindows()) window.destroy();
      });
    })
    .catch(() => {
      // It has ended already, or is ending.
    });
  const ended = app.close().then(
    () => true,
    () => true,
  );
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 10_000).unref());
  if (!(await Promise.race([ended, late]))) child.kill("SIGKILL");
}
