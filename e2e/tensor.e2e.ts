import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { type Hands, takeInHand } from "./hands.ts";

let hands: Hands;
let page: Page;

test.beforeAll(async () => {
  hands = await takeInHand();
  page = hands.page;
});

test.describe.configure({ mode: "serial" });

test.afterAll(() => hands?.leave());

const tensor = () => page.getByTestId("tensor");
const slot = (key: string) => tensor().locator(`[data-slot="${key}"]`);
const clipboard = () => hands.running.app.evaluate(({ clipboard }) => clipboard.readText());

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
  await hands.runText("product.py", product);
  await page.keyboard.press("Escape");
  await hands.command("Step by edge");
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("End");
  await hands.selectNode(/^W,/);
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
  await hands.shoot("tensor");
  await page.getByRole("button", { name: "Copy .grad as Python" }).click();
  await expect.poll(clipboard).toBe("torch.tensor([[9.0, 9.0],\n              [12.0, 12.0]], dtype=torch.float32)");
  await page.getByRole("button", { name: "Copy value as CSV" }).click();
  await expect.poll(clipboard).toBe("-0.4,-1.9\n-0.95000005,-1.2\n");
});

test("a tensor is saved as a NumPy file", async () => {
  const path = join(hands.folder, "w.npy");
  await hands.running.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
  await page.getByRole("button", { name: "Copy .grad as NPY" }).click();
  await expect(slot("stored").getByRole("status")).toHaveText("saved");
  const file = await readFile(path);
  expect(file.subarray(0, 6).toString("latin1")).toBe("\x93NUMPY");
  expect(file.toString("latin1")).toContain("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }");
  expect([...new Float32Array(file.buffer.slice(file.byteOffset + 128))]).toEqual([9, 9, 12, 12]);
});

test("a cell of a product lights what made it and prints the dot product", async () => {
  await hands.command("Step by edge");
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("Home");
  const result = page.getByTestId("product-result").locator("canvas");
  await hands.stepTo(/mm computes/);
  // Forward: Y[0, 0] = 1·0.5 + 2·0.25.
  await result.hover({ position: { x: 5, y: 5 } });
  await expect(page.getByTestId("dot-product")).toHaveText("[0, 0]: 1.0×0.5 + 2.0×0.25 = 1.0");
  // Backward: dL/dW = Xᵀ · G.
  await hands.stepTo(/mm: contribution to W/);
  await result.hover({ position: { x: 5, y: 5 } });
  await expect(page.getByTestId("dot-product")).toHaveText("[0, 0]: 1.0×1.0 + 3.0×1.0 + 5.0×1.0 = 9.0");
  await hands.shoot("product");
});

test("a result that retains its gradient has a .grad, step by step", async () => {
  await hands.runText(
    "retain.py",
    `import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.retain_grad()
z = (y ** 2).sum()
z.backward(retain_graph=True)
z.backward()
`,
  );
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("Home");
  await hands.stepTo(/y\.grad is set to \[4\.0, 8\.0\]/);
  await expect(page.getByTestId("step-card")).toContainText("Retained gradient");
  await hands.selectNode(/^y/);
  await expect(slot("stored").locator("td")).toHaveText(["4.0", "8.0"]);
  await hands.stepTo(/y\.grad: \[4\.0, 8\.0\] \+ \[4\.0, 8\.0\] = \[8\.0, 16\.0\]/);
  await expect(slot("stored").locator("td")).toHaveText(["8.0", "16.0"]);
  await expect(page.locator(".monaco-editor .view-line").nth(2)).toContainText("[8.0, 16.0]");
  await expect(page.getByTestId("nodes").locator("li", { hasText: /^y = mul/ })).toContainText(".grad [8.0, 16.0]");
  await hands.shoot("retained");
});

test("a large tensor is looked at by windows over any two dimensions", async () => {
  await hands.runText(
    "large.py",
    "import torch\nx = torch.arange(2 * 300 * 400.).reshape(2, 300, 400)\nbig = torch.where(x == 239999, float('nan'), x)\nmean = big.mean()\n",
  );
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("End");
  await hands.selectNode(/^big/);
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
  await hands.shoot("tensor-large");
});

test("nothing went wrong in the page", () => {
  expect(hands.running.watched.consoleErrors).toEqual([]);
});
