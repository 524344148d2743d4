import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { findElectron } from "../scripts/lib/electron.mjs";
import { type LaunchedApp, launchApp, projectFolder } from "./launch.ts";

let folder = "";
let running: LaunchedApp | null = null;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backstep-window-"));
  await writeFile(join(folder, "one.py"), "one = 1\n");
  await writeFile(join(folder, "two.py"), "two = 2\n");
});
test.afterEach(async () => {
  await running?.close();
  running = null;
});
test.afterAll(() => rm(folder, { recursive: true, force: true }));

const start = async (options: Parameters<typeof launchApp>[0] = {}): Promise<LaunchedApp & { page: Page }> => {
  running = await launchApp(options);
  return running;
};
const code = (page: Page) => page.locator(".monaco-editor .view-lines").first();
const title = ({ app }: LaunchedApp) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());

/** Dialogs answer by themselves: the button of message boxes, the file of save dialogs. What they asked is noted. */
const answerDialogs = ({ app }: LaunchedApp, answers: { button?: number; save?: string }) =>
  app.evaluate(({ dialog }, given) => {
    const asked: string[] = [];
    (globalThis as { asked?: string[] }).asked = asked;
    dialog.showMessageBox = (async (...args: unknown[]) => {
      asked.push((args.at(-1) as { message: string }).message);
      return { response: given.button ?? 0, checkboxChecked: false };
    }) as typeof dialog.showMessageBox;
    dialog.showSaveDialog = (async () => ({
      canceled: !given.save,
      filePath: given.save ?? "",
    })) as typeof dialog.showSaveDialog;
  }, answers);
const asked = ({ app }: LaunchedApp) => app.evaluate(() => (globalThis as { asked?: string[] }).asked ?? []);

async function type(page: Page, text: string): Promise<void> {
  await code(page).click();
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

test("the window opens within its budget, with a menu, examples and nothing running", async () => {
  const begun = Date.now();
  const launched = await start();
  const { app, page } = launched;
  await page.locator(".welcome li").first().waitFor();
  const interactive = Date.now() - begun;
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);
  console.log(`cold start to interactive: ${interactive} ms; first paint ${Math.round(paint)} ms after the page began`);
  // Measured 1.5 s on two idle cores; the limit only catches a start that has become another thing.
  expect(interactive).toBeLessThan(20_000);
  expect(await title(launched)).toBe("Backstep");
  await expect(page.getByTestId("run-status")).toHaveText("Ready");
  expect(await page.locator(".welcome li").count()).toBeGreaterThanOrEqual(8);
  const labels = await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
  expect(labels).toEqual(["&File", "&Edit", "&View", "&Run", "&Step", "&Help"]);
});

test("the menu offers what is possible, and what it offers happens", async () => {
  const { app, page } = await start();
  await page.locator(".welcome li").first().waitFor();
  const item = (id: string) =>
    app.evaluate(({ Menu }, name) => Menu.getApplicationMenu()?.getMenuItemById(name)?.enabled, id);
  await expect.poll(() => item("file.open")).toBe(true);
  expect(await item("file.save")).toBe(false);
  expect(await item("step.over")).toBe(false);
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById("view.palette")?.click());
  await expect(page.getByRole("dialog", { name: "Command palette" })).toBeVisible();
  await page.keyboard.press("Escape");
  await app.evaluate(({ Menu }) => {
    const file = Menu.getApplicationMenu()?.items[0]?.submenu;
    const examples = file?.items.find(({ label }) => label === "Examples")?.submenu;
    examples?.items.find(({ label }) => label === "Fitting a line")?.click();
  });
  await expect(code(page)).toContainText("Gradient descent fits a line");
  await expect.poll(() => item("run.start")).toBe(true);
});

test("keys: new, run, stop, palette, shortcuts, save", async () => {
  const launched = await start();
  const { page } = launched;
  await page.locator(".welcome").waitFor();
  await page.keyboard.press("Control+N");
  await expect(code(page)).toContainText("requires_grad");
  await page.keyboard.press("F1");
  await expect(page.getByRole("dialog", { name: "Command palette" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+/");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await type(page, "print(6 * 7)");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("console")).toContainText("42", { timeout: 60_000 });
  await expect.poll(() => title(launched)).toBe("● untitled.py - Backstep");
  await answerDialogs(launched, { save: join(folder, "saved.py") });
  await page.keyboard.press("Control+S");
  await expect.poll(() => title(launched)).toBe("saved.py - Backstep");
  expect(await readFile(join(folder, "saved.py"), "utf8")).toBe("print(6 * 7)");
  const recent = await launched.app.evaluate(({ Menu }) => {
    const file = Menu.getApplicationMenu()?.items[0]?.submenu;
    return file?.items.find(({ label }) => label === "Open recent")?.submenu?.items.map(({ label }) => label);
  });
  expect(recent?.[0]).toBe("saved.py");
});

test("an endless program is stopped, and the next one runs", async () => {
  const { page } = await start();
  await page.locator(".welcome").waitFor();
  await page.keyboard.press("Control+N");
  await type(page, "while True: print(1)");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("run-status")).toHaveText(/^Running/);
  await page.keyboard.press("Control+Shift+Backspace");
  await expect(page.getByTestId("run-status")).toHaveText(/^Stopped/, { timeout: 30_000 });
  await type(page, "print('again')");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("console")).toContainText("again", { timeout: 60_000 });
});

test("a file given at the start opens; a second start hands its file to the first window", async () => {
  const launched = await start({ args: [join(folder, "one.py")] });
  await expect(code(launched.page)).toContainText("one = 1");
  expect(await title(launched)).toBe("one.py - Backstep");
  const electron = findElectron();
  const switches = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const second = spawn(electron?.executable ?? "", [
    ...switches,
    `--user-data-dir=${launched.userData}`,
    projectFolder,
    join(folder, "two.py"),
  ]);
  const ended = new Promise((resolve) => second.on("exit", resolve));
  await expect(code(launched.page)).toContainText("two = 2");
  expect(await ended).toBe(0);
  expect(await launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test("closing with unsaved text asks: cancel stays, don't save closes", async () => {
  const launched = await start({ args: [join(folder, "one.py")] });
  const { app, page } = launched;
  await type(page, "changed = 1");
  await expect.poll(() => title(launched)).toBe("● one.py - Backstep");
  await answerDialogs(launched, { button: 2 });
  const close = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await close();
  await expect.poll(() => asked(launched)).toEqual(["Save the changes to one.py?"]);
  await expect(code(page)).toContainText("changed = 1");
  await answerDialogs(launched, { button: 1 });
  const gone = page.waitForEvent("close");
  await close();
  await gone;
  expect(await readFile(join(folder, "one.py"), "utf8")).toBe("one = 1\n");
});

test("a page that dies is offered anew, with its text", async () => {
  const launched = await start({ args: [join(folder, "one.py")] });
  const { app, page } = launched;
  await type(page, "not_saved = 1");
  await expect
    .poll(() => readFile(join(launched.userData, "unsaved-text.json"), "utf8").catch(() => ""))
    .toContain("not_saved = 1");
  await answerDialogs(launched, { button: 0 });
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  await expect.poll(() => asked(launched)).toEqual([expect.stringContaining("ended unexpectedly")]);
  const text = () =>
    app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
        "document.querySelector('.monaco-editor .view-lines')?.textContent ?? ''",
      ),
    );
  await expect.poll(text, { timeout: 20_000 }).toMatch(/not_saved/);
  expect(await title(launched)).toBe("● one.py - Backstep");
});

test("what was not saved when the app was killed is there at the next start, and so is the window's place", async () => {
  const first = await start();
  await first.page.locator(".welcome").waitFor();
  await first.page.keyboard.press("Control+N");
  await type(first.page, "kept = 'over a crash'");
  await first.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 1100, height: 700 }),
  );
  const kept = (name: string) => readFile(join(first.userData, name), "utf8").catch(() => "");
  await expect.poll(() => kept("unsaved-text.json")).toContain("over a crash");
  await expect.poll(() => kept("window-place.json")).toContain("1100");
  const child = first.app.process();
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  const second = await start({ userData: first.userData });
  await expect(code(second.page)).toContainText("over a crash");
  await expect(second.page.getByRole("status").filter({ hasText: "is back" })).toBeVisible();
  const bounds = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
  expect(bounds).toMatchObject({ width: 1100, height: 700 });
});

test("the whole interface is made larger and smaller, and the size survives a restart", async () => {
  const first = await start();
  const density = ({ page }: LaunchedApp) => page.evaluate(() => window.devicePixelRatio);
  await first.page.locator(".welcome").waitFor();
  const designed = await density(first);
  await first.page.keyboard.press("Control+Alt+=");
  await first.page.keyboard.press("Control+Alt+=");
  await expect.poll(() => density(first)).toBeCloseTo(designed * 1.21, 2);
  await first.close({ keepProfile: true });
  const second = await start({ userData: first.userData });
  await expect.poll(() => density(second)).toBeCloseTo(designed * 1.21, 2);
  await second.page.keyboard.press("Control+Alt+0");
  await expect.poll(() => density(second)).toBeCloseTo(designed, 2);
});
