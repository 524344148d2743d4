import { expect, type Page, test } from "@playwright/test";
import { type Hands, takeInHand } from "./hands.ts";

let hands: Hands;
let page: Page;

test.beforeAll(async () => {
  hands = await takeInHand();
  page = hands.page;
  await hands.runText(
    "cells.py",
    `import torch
X = torch.tensor([[1., 2.], [3., 4.], [5., 6.]])
W = torch.tensor([[0.5, -1.], [0.25, 0.]], requires_grad=True)
b = torch.tensor([1., 2.], requires_grad=True)
Y = torch.tanh(X @ W * 0.1) + b
Y.sum().backward()
image = torch.arange(9.).reshape(1, 1, 3, 3)
kernel = torch.ones(1, 1, 2, 2, requires_grad=True)
torch.nn.functional.conv2d(image, kernel).sum().backward()
`,
  );
  await page.keyboard.press("Escape");
  await hands.command("Step by edge");
});

test.describe.configure({ mode: "serial" });

test.afterAll(() => hands?.leave());

const level = () => page.getByTestId("element-level");
const result = () => page.getByTestId("element-result");
const terms = () => page.getByTestId("element-terms").getByRole("listitem");

test("F11 on a product's edge opens its cells; arrow keys walk them, Shift+F11 leaves", async () => {
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("Home");
  await hands.stepTo(/mm: contribution to W/);
  const caption = await hands.caption();
  await page.keyboard.press("F11");
  await expect(level()).toContainText("contribution[0, 0]");
  await expect(terms()).toHaveCount(3);
  await expect(terms().first()).toContainText(/^X\[0, 0\] 1\.0 × upstream\[0, 0\] /);
  await page.keyboard.press("ArrowDown");
  await expect(level()).toContainText("contribution[1, 0]");
  await expect(terms().nth(2)).toContainText(/^X\[2, 1\] 6\.0 × upstream\[2, 0\] /);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(level()).toContainText("contribution[1, 1]");
  await hands.shoot("element-product");
  expect(await hands.caption()).toBe(caption);
  await page.keyboard.press("Shift+F11");
  await expect(level()).toHaveCount(0);
  expect(await hands.caption()).toBe(caption);
  // F11 again and again walks the cells, then the next event.
  for (let i = 0; i < 4; i += 1) await page.keyboard.press("F11");
  await expect(level()).toContainText("contribution[1, 1]");
  await hands.press("F11");
  await expect(level()).toHaveCount(0);
});

test("an element-wise operator shows its formula with this element's numbers", async () => {
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("Home");
  await hands.stepTo(/tanh computes/);
  await page.getByTestId("element-open").click();
  await page.keyboard.press("ArrowRight");
  await expect(level()).toContainText("[0, 1]");
  // tanh(0.1 · (1 · −1 + 2 · 0)) = −0.09967
  await expect(result()).toContainText("= −0.09967");
  await expect(page.getByTestId("element-terms")).toContainText("tanh");
  await hands.shoot("element-wise");
  await page.keyboard.press("Escape");
  await expect(level()).toHaveCount(0);
});

test("a broadcast input collects every place where it stood", async () => {
  await hands.stepTo(/add: contribution to b/);
  await page.keyboard.press("F11");
  await expect(level()).toContainText("contribution[0]");
  await expect(result()).toContainText("3 places where it was broadcast to: = 3.0");
});

test("a window of a convolution, and where a number of the kernel was used", async () => {
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("Home");
  await hands.stepTo(/conv\w* computes/);
  await page.getByTestId("element-open").click();
  await page.keyboard.press("ArrowDown");
  // The window from row 1: 3 + 4 + 6 + 7.
  await expect(result()).toHaveText("3.0×1.0 + 4.0×1.0 + 6.0×1.0 + 7.0×1.0 = 20.0");
  await hands.stepTo(/contribution to kernel/);
  await page.keyboard.press("F11");
  await expect(result()).toHaveText("1.0×0.0 + 1.0×1.0 + 1.0×3.0 + 1.0×4.0 = 8.0");
  await hands.command("Theme: dark");
  await hands.shoot("element-convolution-dark");
  await hands.command("Theme: light");
});

test("an operator that chooses lights what it chose from, where the pointer is too", async () => {
  await hands.runText(
    "choose.py",
    `import torch
image = torch.tensor([[[1., 5., 2., 0.], [3., 4., 9., 1.]]], requires_grad=True)
pooled = torch.nn.functional.max_pool2d(image, 2)
table = torch.arange(6.).reshape(3, 2).requires_grad_()
rows = torch.nn.functional.embedding(torch.tensor([2, 0, 2]), table)
(pooled.sum() + rows.sum()).backward()
`,
  );
  const lit = page.locator(".element-sources td[data-lit=true]");
  await hands.command("First step");
  await hands.stepTo(/max_pool2d\w* computes/);
  await page.getByTestId("element-open").click();
  await page.mouse.move(5, 400);
  await expect(lit).toHaveText(["1.0", "5.0", "3.0", "4.0"]);
  await level().getByRole("button", { name: "9.0" }).hover();
  await expect(lit).toHaveText(["2.0", "0.0", "9.0", "1.0"]);
  await expect(level()).toContainText("the largest of the window");
  await hands.shoot("element-window");
  await page.mouse.move(5, 400);
  await hands.command("Step by edge");
  await hands.stepTo(/embedding: contribution to table/);
  await page.keyboard.press("F11");
  await expect(result()).toContainText("= 1.0");
  for (const key of ["ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  await expect(level()).toContainText("contribution[2, 0]");
  await expect(result()).toContainText("= 2.0");
  await expect(lit).toHaveText(["1.0", "1.0"]);
});

test("nothing went wrong in the page", () => {
  expect(hands.running.watched.consoleErrors).toEqual([]);
});
