import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { type LaunchedApp, type LaunchOptions, launchApp } from "./launch.ts";

/** What a person does with the window, and the first things that they look at. */
export interface Hands {
  readonly running: LaunchedApp;
  readonly page: Page;
  /** A folder for this session's files; gone after `leave`. */
  readonly folder: string;
  /** Opens a file by the menu's dialog and waits until the window shows it under this name. */
  openPath(path: string, name?: string): Promise<void>;
  /** Writes a file into the folder and opens it. */
  openText(name: string, text: string): Promise<void>;
  /** Runs what is open, to its end. */
  run(): Promise<void>;
  /** Opens a text as a file and runs it. */
  runText(name: string, text: string): Promise<void>;
  /** Runs a command by its title, as from the palette. */
  command(title: string): Promise<void>;
  /** The cursor's step. */
  step(): Promise<number>;
  /** How many steps the run has. */
  stepCount(): Promise<number>;
  /** Types a step number and waits until the picture is there. */
  goTo(step: number): Promise<void>;
  /** Presses a key and waits until the cursor has moved by it. */
  press(key: string): Promise<void>;
  /** Steps on from here until the caption says this. */
  stepTo(words: RegExp): Promise<void>;
  /** Chooses a node in the list that mirrors the graph. */
  selectNode(name: RegExp): Promise<void>;
  /** Exports in a format of the dialog, and reads the file that was saved. */
  exportAs(format: string, file: string, ...choices: (string | RegExp)[]): Promise<Buffer>;
  /** The caption of the step, in words. */
  caption(): Promise<string>;
  /** A digest of the picture's pixels, when nothing moves in it any more. */
  pixels(): Promise<string>;
  /** Saves a screenshot under artifacts/screens. */
  shoot(name: string): Promise<void>;
  leave(): Promise<void>;
}

/** Starts the app and takes it in hand. */
export async function takeInHand(options: LaunchOptions = {}): Promise<Hands> {
  const folder = await mkdtemp(join(tmpdir(), "backstep-session-"));
  const running = await launchApp(options);
  const { app, page } = running;
  const captionLine = page.getByTestId("caption");
  const number = async (text: Promise<string>): Promise<number> => Number((await text).replace(/\D/g, ""));

  /** Waits for the picture of a step. Thousands are parted by a narrow space. */
  const shows = (step: number): Promise<void> => {
    const written = String(step).replace(/\B(?=(\d{3})+$)/g, "\u202f");
    return expect(captionLine).toContainText(step === 0 ? "before the first" : `step ${written} of`);
  };

  const hands: Hands = {
    running,
    page,
    folder,

    async openPath(path, name) {
      await app.evaluate(({ dialog }, file) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [file] });
        dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false });
      }, path);
      await page.keyboard.press("Control+O");
      // A key pressed earlier would still mean the document before.
      if (name !== undefined) await expect(page.getByTestId("document-name")).toContainText(name);
    },

    async openText(name, text) {
      const path = join(folder, name);
      await writeFile(path, text);
      await hands.openPath(path, name);
    },

    async run() {
      await page.keyboard.press("Control+Enter");
      await expect(page.getByTestId("run-status")).toContainText(/Finished|Stopped|Error/, { timeout: 60_000 });
    },

    async runText(name, text) {
      await hands.openText(name, text);
      await hands.run();
    },

    async command(title) {
      await page.keyboard.press("F1");
      await page.getByLabel("Command, node or step").fill(title);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    },

    step: () => number(page.getByTestId("step").inputValue()),
    stepCount: () => number(page.getByTestId("step-count").innerText()),

    async goTo(step) {
      await page.getByTestId("step").fill(String(step));
      await page.keyboard.press("Enter");
      await shows(step);
    },

    async press(key) {
      // A caption still on its way would be taken for the one before.
      await shows(await hands.step());
      const before = await captionLine.innerText();
      await page.keyboard.press(key);
      await expect(captionLine).not.toHaveText(before);
    },

    async stepTo(words) {
      for (let i = 0; i < 80; i += 1) {
        if (words.test(await captionLine.innerText())) return;
        await hands.press("F10");
      }
      throw new Error(`no step says ${words}`);
    },

    async selectNode(name) {
      await hands.command("Show the graph as a list");
      await page.getByTestId("nodes").getByRole("button", { name }).first().click();
    },

    async exportAs(format, file, ...choices) {
      const path = join(folder, file);
      await app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = async () => ({ canceled: false, filePath });
      }, path);
      await page.keyboard.press("Control+Shift+E");
      for (const name of [format, ...choices]) await page.getByRole("radio", { name }).click();
      await page.getByTestId("export-save").click();
      await expect(page.getByRole("dialog")).toHaveCount(0);
      return readFile(path);
    },

    caption: () => captionLine.innerText(),

    async pixels() {
      await page.waitForTimeout(900); // the pulse and the settling of the camera
      const graph = page.locator("canvas.graph-base");
      const image = await graph.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
      return createHash("sha256").update(image).digest("hex");
    },

    async shoot(name) {
      await page.screenshot({ path: `artifacts/screens/${name}.png` });
    },

    async leave() {
      await running.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return hands;
}
