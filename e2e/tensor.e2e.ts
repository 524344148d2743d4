import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { type LaunchedApp, launchApp } from "./launch.ts";

let running: LaunchedApp;
let page: Page;
let folder = "";

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backstep-tensor-"));
  running = await launchApp();
  page = running.page;
});

test.describe.configure({ mode: "serial" });

test.afterAll(async () => {
  await running?.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, text);
  await running.app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [file] });
  }, path);
  await page.keyboard.press("Control+O");
  await expect(page.getByTestId("document-name")).toContainText(name);
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("run-status")).toContainText("Finished", { timeout: 60_000 });
}

async function command(title: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.getByLabel("Command, node or step").fill(title);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

async function selectNode(name: RegExp): Promise<void> {
  await command("Show the graph as a list");
  await page.getByTestId("nodes").getByRole("button", { name }).first().click();
}

/** Steps on until the caption says this. */
async function stepTo(words: RegExp): Promise<void> {
  const caption = page.getByTestId("caption");
  for (let i = 0; i < 60; i += 1) {
    const before = await caption.innerText();
    if (words.test(before)) return;
    await page.keyboard.press("F10");
    await expect(caption).not.toHaveText(before);
  }
  throw new Error(`no step says ${words}`);
}

const tensor = () => page.getByTestId("tensor");
const slot = (key: string) => tensor().locator(`[data-slot="${key}"]`);
const clipboard = () => running.app.evaluate(({ clipboard }) => clipboard.readText());

const product = `import torch
X = torch.tensor([[1., 2.], [3., 4.], [5., 6.]])
W = torch.tensor([[0.5, -1.], [float("inf"), 0.]], requires_grad=True)
with torch.no_grad():
    W[1, 0] = 0.25
optimizer = torch.optim.SGD([W], lr=0.1)
Y = X @ W
Y.sum().backward()
optimizer.step()
`;

test("value, gradient and .grad stand side by side, with numbers, statistics and copies", async () => {
  await run("product.py", product);
  await page.keyboard.press("Escape");
  await command("Step by edge");
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("End");
  await selectNode(/^W,/);
  await expect(tensor()).toContainText("[2×2]");
  await expect(page.getByTestId("tensor-facts")).toContainText("float32 · strides (2, 1) · 16 B");
  // dL/dW = Xᵀ · ones = [[9, 9], [12, 12]].
  await expect(slot("stored").locator("td")).toHaveText(["9.0", "9.0", "12.0", "12.0"]);
  // The last step is the optimiser's: before, after and what changed.
  await expect(slot("value").locator("td")).toHaveText(["−0.4", "−1.9", "−0.95", "−1.2"]);
  await page.getByRole("radio", { name: "before" }).click();
  await expect(slot("value").locator("td")).toHaveText(["0.5", "−1.0", "0.25", "0.0"]);
  await page.getByRole("radio", { name: "change" }).click();
  await expect(slot("value").locator("td")).toHaveText(["−0.9", "−0.9", "−1.2", "−1.2"]);
  await page.getByRole("radio", { name: "after" }).click();
  const row = page.getByTestId("tensor-stats").getByRole("row", { name: /^norm/ });
  await expect(row).toContainText("21.21");
  await slot("stored").locator("td").nth(2).hover();
  await expect(page.getByTestId("tensor-readout")).toContainText("[1, 0]");
  await expect(page.getByTestId("tensor-readout")).toContainText(".grad 12.0");
  await page.screenshot({ path: "artifacts/screens/tensor.png" });
  await page.getByRole("button", { name: "Copy .grad as Python" }).click();
  await expect.poll(clipboard).toBe("torch.tensor([[9.0, 9.0],\n              [12.0, 12.0]], dtype=torch.float32)");
  await page.getByRole("button", { name: "Copy value as CSV" }).click();
  await expect.poll(clipboard).toBe("-0.4,-1.9\n-0.95000005,-1.2\n");
});

test("a cell of a product lights what made it and prints the dot product", async () => {
  await command("Step by edge");
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("Home");
  const result = page.getByTestId("product-result").locator("canvas");
  await stepTo(/mm computes/);
  // Forward: Y[0, 0] = 1·0.5 + 2·0.25.
  await result.hover({ position: { x: 5, y: 5 } });
  await expect(page.getByTestId("dot-product")).toHaveText("[0, 0]: 1.0×0.5 + 2.0×0.25 = 1.0");
  // Backward: dL/dW = Xᵀ · G.
  await stepTo(/mm: contribution to W/);
  await result.hover({ position: { x: 5, y: 5 } });
  await expect(page.getByTestId("dot-product")).toHaveText("[0, 0]: 1.0×1.0 + 3.0×1.0 + 5.0×1.0 = 9.0");
  await page.screenshot({ path: "artifacts/screens/product.png" });
});

test("a large tensor is looked at by windows over any two dimensions", async () => {
  await run(
    "large.py",
    "import torch\nx = torch.arange(2 * 300 * 400.).reshape(2, 300, 400)\nbig = torch.where(x == 239999, float('nan'), x)\nmean = big.mean()\n",
  );
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("End");
  await selectNode(/^big/);
  await expect(page.getByTestId("tensor-stats").getByRole("row", { name: /^NaN/ })).toContainText("1");
  const sliders = page.getByTestId("tensor-window").getByRole("slider");
  await expect(sliders).toHaveCount(3);
  await sliders.nth(0).press("End");
  await sliders.nth(1).press("End");
  await sliders.nth(2).press("End");
  await expect(page.getByTestId("tensor-window")).toContainText("272–399 of 400");
  const heat = slot("value").locator("canvas");
  const box = await heat.boundingBox();
  await heat.hover({ position: { x: (box?.width ?? 0) - 4, y: (box?.height ?? 0) - 4 } });
  await expect(page.getByTestId("tensor-readout")).toContainText("[1, 29");
  await page.getByTestId("tensor-window").getByLabel("columns").selectOption("0");
  await expect(page.getByTestId("tensor-window")).toContainText("dim 2");
  await expect(page.getByRole("button", { name: "Copy value as CSV" })).toBeDisabled();
  await page.screenshot({ path: "artifacts/screens/tensor-large.png" });
});

test("nothing went wrong in the page", () => {
  expect(running.watched.consoleErrors).toEqual([]);
});
