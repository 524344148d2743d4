import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { PNG } from "pngjs";
import { type LaunchedApp, launchApp } from "./launch.ts";

// One app for all, as a person keeps it open: what is tested runs one after the other on the same window.
let running: LaunchedApp;
let page: Page;
let folder = "";

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backstep-tutorial-"));
  running = await launchApp({ firstStart: true });
  page = running.page;
});

test.afterAll(async () => {
  await running?.close();
  await rm(folder, { recursive: true, force: true });
});

const screenshot = (name: string) => page.screenshot({ path: `artifacts/screens/${name}.png` });

/** Runs a command by its title, as from the palette. */
async function command(title: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByLabel("Command, node or step").fill(title);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

async function openFile(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, text);
  await openPath(path);
  // A key pressed earlier would still mean the document before.
  if (!name.endsWith(".json")) await expect(page.getByTestId("document-name")).toContainText(name);
}

async function openPath(path: string): Promise<void> {
  await running.app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [file] });
  }, path);
  await page.keyboard.press("Control+O");
}

async function run(): Promise<void> {
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("run-status")).toContainText(/Finished|Stopped|Error/, { timeout: 60_000 });
}

/** What a person sees of the picture: its list of nodes, its caption, and its pixels. */
async function picture(): Promise<{ nodes: string; caption: string; pixels: string }> {
  await page.waitForTimeout(900); // the pulse and the settling of the camera
  return {
    nodes: await page.getByTestId("nodes").innerText(),
    caption: await page.getByTestId("caption").innerText(),
    pixels: await page.locator("canvas.graph-base").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL()),
  };
}

async function goTo(step: number): Promise<void> {
  await page.getByTestId("step").fill(String(step));
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("caption")).toContainText(step === 0 ? "before the first" : `step ${step} of`);
}

const step = () => page.getByTestId("step").inputValue().then(Number);

test("the tutorial opens at the first start, runs, and prints what it says", async () => {
  await expect(page.getByTestId("document-name")).toContainText("autograd-tutorial.ipynb");
  await expect(page.getByText("Torch.autograd is the built-in")).toBeVisible();
  await screenshot("tutorial-opened");
  await run();
  await expect(page.getByTestId("console")).toContainText("requires_grad is False");
  await expect(page.getByTestId("console")).toContainText(
    "The first call and third call have the same values of gradients",
  );
  await expect(page.getByTestId("console")).toContainText("Loss after gradient descent:");
  await screenshot("tutorial-run");
});

test("ten steps forward and ten back give the same picture, and scrubbing equals stepping", async () => {
  await command("Show the graph as a list");
  await command("Step by edge");
  await goTo(0);
  const before = await picture();
  for (let i = 0; i < 10; i += 1) await page.keyboard.press("F10");
  await expect.poll(step).toBeGreaterThanOrEqual(10);
  const there = await step();
  const after = await picture();
  expect(after.nodes).not.toBe(before.nodes);
  await screenshot("tutorial-step-10");
  for (let i = 0; i < 10; i += 1) await page.keyboard.press("Shift+F10");
  await expect.poll(step).toBe(0);
  expect(await picture()).toEqual(before);
  await goTo(there);
  expect(await picture()).toEqual(after);
  // The timeline is a slider: its end, then back to the same step by the field.
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("End");
  await expect.poll(step).toBeGreaterThan(there);
  await goTo(there);
  expect(await picture()).toEqual(after);
});

test("the gradient card shows the tutorial's numbers: upstream times local derivative", async () => {
  await openFile(
    "by_hand.py",
    `import torch
x = torch.tensor([3., 5.])
w = torch.tensor([0.5, -0.25], requires_grad=True)
b = torch.tensor([1.0], requires_grad=True)
d = torch.tensor(.2)
loss = (d - (torch.matmul(x, w) + b)) ** 2
loss.backward()
print(w.grad, b.grad)
`,
  );
  await command("Show the console");
  await run();
  // d - y = 0.2 - 1.25 = -1.05; dL/db = -2 (d - y) = 2.1, dL/dw = 2.1 x.
  await expect(page.getByTestId("console")).toContainText("tensor([ 6.3000, 10.5000]) tensor([2.1000])");
  await command("Step by edge");
  await goTo(0);
  const cards: string[] = [];
  for (
    let i = 0;
    i < 40 && (await step()) < Number((await page.getByTestId("step-count").innerText()).replace(/\D/g, ""));
    i += 1
  ) {
    const at = await step();
    await page.keyboard.press("F10");
    await expect.poll(step).not.toBe(at);
    await page.waitForTimeout(120);
    if (await page.getByTestId("gradient-card").count())
      cards.push(await page.getByTestId("gradient-card").innerText());
  }
  const all = cards.join("\n---\n");
  expect(all).toContain("−2.1");
  expect(all).toMatch(/6\.3/);
  expect(all).toMatch(/10\.5/);
  await screenshot("gradient-card");
});

test("an infinite loop stops, and the app runs the next program", async () => {
  await openFile("forever.py", "import torch\nn = 0\nprint('looping', flush=True)\nwhile True:\n    n += 1\n");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("console")).toContainText("looping", { timeout: 60_000 });
  await page.getByTestId("stop").click();
  await expect(page.getByTestId("run-status")).toContainText("Stopped", { timeout: 30_000 });
  await openFile("next.py", "import torch\nprint(torch.tensor([1., 2.]).sum())\n");
  await run();
  await expect(page.getByTestId("console")).toContainText("tensor(3.)");
});

test("an error of the program is printed and marks its line", async () => {
  await openFile("broken.py", "import torch\na = torch.ones(2, 3)\nb = torch.ones(2, 3)\nprint('so far')\nc = a @ b\n");
  await run();
  await expect(page.getByTestId("run-status")).toContainText("RuntimeError: mat1 and mat2");
  const console = page.getByTestId("console");
  await expect(console).toContainText("so far");
  await expect(console).toContainText("RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
  await expect(console).toContainText('File "broken.py", line 5');
  await expect(page.locator(".monaco-editor .mark-error").first()).toBeVisible();
  await screenshot("error");
});

test("a notebook's cells run in order in one namespace", async () => {
  const cell = (source: string) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source });
  const notebook = {
    cells: [
      { cell_type: "markdown", metadata: {}, source: ["# A title\n", "and text"] },
      cell("import torch\nx = torch.tensor(3., requires_grad=True)"),
      cell("y = x ** 2\ny.backward()"),
      cell("x.grad"),
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  await openFile("small.ipynb", JSON.stringify(notebook));
  await expect(page.getByRole("heading", { name: "A title" })).toBeVisible();
  await run();
  await expect(page.getByTestId("console")).toContainText("tensor(6.)");
});

test("pictures and the snapshot leave as files, and the snapshot reopens at the same step", async () => {
  await command("Show the graph as a list");
  await goTo(3);
  const seen = await picture();
  const save = async (format: string, name: string): Promise<Buffer> => {
    const path = join(folder, name);
    await running.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    }, path);
    await page.keyboard.press("Control+Shift+E");
    await page.getByRole("radio", { name: format }).click();
    await page.getByTestId("export-save").click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    return readFile(path);
  };
  const png = PNG.sync.read(await save("PNG", "step.png"));
  expect(png.width).toBeGreaterThan(100);
  expect(new Set(png.data).size).toBeGreaterThan(10);
  const svg = (await save("SVG", "step.svg")).toString();
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(svg).toContain("PowBackward0");
  expect((await save("Web page", "run.html")).toString()).toMatch(/^<!doctype html>[\s\S]*PowBackward0/i);
  expect((await save("Graphviz", "graph.dot")).toString()).toMatch(/^digraph/);
  expect((await save("Gradients (CSV)", "gradients.csv")).toString()).toMatch(/\nx,/);
  await save("Snapshot", "step.json");

  await openFile("other.py", "import torch\n");
  await openPath(join(folder, "step.json"));
  await expect(page.getByTestId("document-name")).toContainText("small.ipynb");
  await expect.poll(step).toBe(3);
  expect(await picture()).toEqual(seen);

  await openFile("foreign.json", '{"some": "other file"}');
  await expect(page.getByLabel("Messages")).toContainText(/not a Backstep snapshot|snapshot/i);
  await expect(page.getByTestId("document-name")).toContainText("small.ipynb");
});

test("the whole session violated no policy, asked nothing outside, and wrote no error", () => {
  expect(running.watched).toEqual({ consoleErrors: [], policyViolations: [], outsideRequests: [] });
});
