import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Locator, test } from "@playwright/test";
import { type Hands, takeInHand } from "./hands.ts";

let hands: Hands;
test.beforeAll(async () => {
  hands = await takeInHand();
});
test.afterAll(() => hands.leave());

const status = () => hands.page.getByTestId("run-status");
const numbers = () => hands.page.locator(".cell-number").allInnerTexts();
const output = (cell: number) => hands.page.locator(`[data-cell="${cell}"] .cell-output`);
const caretCell = () =>
  hands.page.evaluate(() => document.activeElement?.closest("[data-cell]")?.getAttribute("data-cell"));
const click = async (cell: number) => {
  await hands.page.locator(`[data-cell="${cell}"] .view-lines`).click();
  await expect.poll(caretCell).toBe(String(cell));
};

const code = (source: string) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source });
const notebook = JSON.stringify({
  cells: [
    { cell_type: "markdown", metadata: {}, source: "# Cells" },
    code("import torch\nw = torch.tensor([1.0, 2.0], requires_grad=True)\nw"),
    code("loss = (w * w).sum()\nloss"),
    code("loss.backward()\nprint(w.grad)"),
    code("w @ torch.ones(3)"),
    code("print('after', w.grad.sum().item())"),
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

test("Shift+Enter runs cell after cell in one session, whose trace grows", async () => {
  const { page } = hands;
  await hands.openText("one-by-one.ipynb", notebook);
  await click(1);
  await page.keyboard.press("Shift+Enter");
  await expect(output(1)).toHaveText("tensor([1., 2.], requires_grad=True)");
  await expect.poll(numbers).toEqual(["[1]", "[ ]", "[ ]", "[ ]", "[ ]"]);
  await expect.poll(caretCell).toBe("2");
  await page.keyboard.press("Shift+Enter");
  await expect(output(2)).toHaveText("tensor(5., grad_fn=<SumBackward0>)");
  // Output comes before the cell's end and its steps.
  await expect.poll(numbers).toEqual(["[1]", "[2]", "[ ]", "[ ]", "[ ]"]);
  await expect.poll(hands.stepCount).toBeGreaterThan(0);
  const forward = await hands.stepCount();
  await page.keyboard.press("Shift+Enter");
  await expect(output(3)).toHaveText("tensor([2., 4.])");
  await expect.poll(hands.stepCount).toBeGreaterThan(forward);
  // The window goes to what the cell did.
  await expect.poll(hands.step).toBe(forward + 1);
  await expect(page.getByTestId("caption")).toContainText("backward pass 1 starts at loss");
  await expect(page.locator('[data-cell="3"]')).toHaveAttribute("data-current", "true");
  await page.getByTestId("timeline").hover({ position: { x: 300, y: 20 } });
  await expect(page.locator(".timeline-preview")).toContainText("[3] cell 4");
  await page.mouse.move(5, 5);
  await hands.shoot("cells");
});

test("an error in a cell leaves the session alive; Ctrl+Enter runs a cell and stays", async () => {
  const { page } = hands;
  await click(4);
  await page.keyboard.press("Control+Enter");
  await expect(status()).toContainText("RuntimeError");
  await expect(output(4)).toContainText("inconsistent tensor size");
  expect(await caretCell()).toBe("4");
  await expect(page.locator('[data-cell="4"]')).toHaveAttribute("data-state", "failed");
  await click(5);
  await page.keyboard.press("Control+Enter");
  await expect(output(5)).toHaveText("after 6.0");
  await expect.poll(numbers).toEqual(["[1]", "[2]", "[3]", "[4]", "[5]"]);
  await expect(status()).toContainText("Finished");
});

test("an edited cell is marked, and runs again with its new text; cells that are asked for while one runs wait", async () => {
  const { page } = hands;
  await click(2);
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("import time; time.sleep(0.7)\n");
  await expect(page.locator('[data-cell="2"] .cell-stale')).toHaveText("edited since it ran");
  await expect(page.locator(".cell-stale")).toHaveCount(1);
  for (let i = 0; i < 12; i += 1) await page.keyboard.press("Control+Z");
  await expect(page.locator(".cell-stale")).toHaveCount(0);
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("import time; time.sleep(0.7)\n");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("Shift+Enter");
  await expect.poll(numbers).toEqual(["[1]", "[*]", "[*]", "[4]", "[5]"]);
  await expect.poll(numbers).toEqual(["[1]", "[6]", "[7]", "[4]", "[5]"]);
  await expect(page.locator(".cell-stale")).toHaveCount(0);
  await expect(output(3)).toHaveText("tensor([4., 8.])");
});

test("a restart forgets everything; run all begins anew", async () => {
  const { page } = hands;
  await hands.command("Restart the session");
  await expect(status()).toHaveText("Ready");
  await expect.poll(numbers).toEqual(["[ ]", "[ ]", "[ ]", "[ ]", "[ ]"]);
  await click(3);
  await page.keyboard.press("Control+Enter");
  await expect(status()).toContainText("NameError");
  await page.getByTestId("run").click();
  // Up to the cell with the error, as in Jupyter.
  await expect.poll(numbers).toEqual(["[1]", "[2]", "[3]", "[4]", "[ ]"]);
  await expect(status()).toContainText("RuntimeError");
  await expect(output(3)).toHaveText("tensor([2., 4.])");
});

test("cells are added, moved and deleted, with a way back, and the file holds them in their order", async () => {
  const { page } = hands;
  const order = () =>
    page.locator(".cell").evaluateAll((cells) => cells.map((cell) => cell.getAttribute("data-cell")).join(" "));
  await page.getByTestId("run-status").waitFor();
  await click(2);
  await page.keyboard.press("Escape");
  await page.keyboard.press("b");
  await expect.poll(order).toBe("0 1 2 6 3 4 5");
  await page.keyboard.press("Enter");
  await expect.poll(caretCell).toBe("6");
  await page.keyboard.type("w.sum()");
  await page.keyboard.press("Control+Enter");
  await expect(output(6)).toHaveText("tensor(3., grad_fn=<SumBackward0>)");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Alt+ArrowUp");
  await expect.poll(order).toBe("0 1 6 2 3 4 5");
  await page.keyboard.press("Delete");
  await expect.poll(order).toBe("0 1 2 3 4 5");
  await page.keyboard.press("z");
  await expect.poll(order).toBe("0 1 6 2 3 4 5");
  await expect(output(6)).toHaveText("tensor(3., grad_fn=<SumBackward0>)");
  await page.keyboard.press("z");
  await expect.poll(order).toBe("0 1 2 6 3 4 5");
  await page.keyboard.press("Shift+Z");
  await expect.poll(order).toBe("0 1 6 2 3 4 5");
  await page.locator('[data-cell="4"]').hover();
  await hands.shoot("cell-tools");
  await page.getByRole("button", { name: "Delete: cell 5" }).click();
  await expect.poll(order).toBe("0 1 6 2 3 5");

  await page.keyboard.press("Control+S");
  const lastLines = async () => {
    const { cells } = JSON.parse(await readFile(join(hands.folder, "one-by-one.ipynb"), "utf8"));
    return cells.map(({ source }: { source: string | string[] }) => [source].flat().join("").split("\n").at(-1));
  };
  await expect
    .poll(lastLines)
    .toEqual(["# Cells", "w", "w.sum()", "loss", "print(w.grad)", "print('after', w.grad.sum().item())"]);
  await page.getByTestId("run").click();
  await expect.poll(numbers).toEqual(["[1]", "[2]", "[3]", "[4]", "[5]"]);
  await expect.poll(order).toBe("0 1 2 3 4 5");
  await expect(output(5)).toHaveText("after 6.0");
});

test("text cells are written in place: a double click opens them, Escape and Ctrl+Enter show them as they read", async () => {
  const { page } = hands;
  const path = join(hands.folder, "prose.ipynb");
  const picture = { "image/png": "AAAA" };
  const kept = {
    cells: [
      {
        cell_type: "markdown",
        id: "m",
        metadata: { tags: ["intro"] },
        attachments: { "a.png": picture },
        source: "# Old",
      },
      {
        ...code("print(1)"),
        id: "c",
        execution_count: 3,
        outputs: [{ output_type: "stream", name: "stdout", text: "1\n" }],
      },
    ],
    metadata: { kernelspec: { name: "python3", display_name: "Mine" }, colab: { toc: true } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  await hands.openText("prose.ipynb", JSON.stringify(kept));
  const text = page.locator('[data-cell="0"]');
  await text.getByRole("heading", { name: "Old" }).dblclick();
  await expect(text.locator(".view-lines")).toBeVisible();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("## New *words*");
  await page.keyboard.press("Escape");
  await expect(text.getByRole("heading", { name: "New words" })).toBeVisible();
  await expect(text).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" and $x^2$");
  await page.keyboard.press("Control+Enter");
  await expect(text.locator("h2 .katex, h2 math").first()).toBeVisible();
  await expect(page.locator(".cell-number")).toHaveText("[ ]");
  await page.keyboard.press("Control+S");
  const file = async () => JSON.parse(await readFile(path, "utf8"));
  const [prose, ...others] = kept.cells;
  await expect.poll(file).toEqual({
    ...kept,
    cells: [
      { ...prose, source: ["## New *words* and $x^2$"] },
      { ...others[0], source: ["print(1)"] },
    ],
  });
  // Code becomes text, and code again.
  await click(1);
  await page.keyboard.press("Escape");
  await page.keyboard.press("m");
  await expect(page.locator('[data-cell="1"] .prose')).toHaveText("print(1)");
  await page.keyboard.press("y");
  await expect(page.locator('[data-cell="1"] .view-lines')).toBeVisible();
  await page.keyboard.press("Shift+Enter");
  await expect(output(1)).toHaveText("1");
  await expect(page.locator(".notice")).toHaveCount(0);
  await hands.shoot("prose");
});

test("sections of a script run one by one as well", async () => {
  const { page } = hands;
  // Monaco writes spaces that do not break.
  const marks = async () =>
    (await page.locator(".section-mark").allInnerTexts()).map((text) => text.replaceAll("\u00a0", " "));
  await hands.openText(
    "parts.py",
    "import torch\n# %% one\nx = torch.ones(2, requires_grad=True)\n# %% two\ny = (x * 3).sum()\ny\n",
  );
  await page.locator(".view-line").first().click();
  for (const expected of [
    ["[1]", "[ ]", "[ ]"],
    ["[1]", "[2]", "[ ]"],
    ["[1]", "[2]", "[3]"],
  ]) {
    await page.keyboard.press("Shift+Enter");
    await expect.poll(marks).toEqual(expected);
  }
  await expect(page.getByTestId("console")).toContainText("[3] cell 3\ntensor(6., grad_fn=<SumBackward0>)");
  // Below its section too, as in a notebook.
  const below = page.locator(".section-zone");
  await expect(below).toHaveText("tensor(6., grad_fn=<SumBackward0>)");
  const lastLine = page.locator(".view-line").filter({ hasText: /^y$/ });
  const top = async (part: Locator) => (await part.boundingBox())?.y ?? 0;
  await expect.poll(async () => (await top(below)) - (await top(lastLine))).toBeCloseTo(20, 0);
  await hands.shoot("sections");
  await expect(page.getByTestId("caption")).toContainText("mul");
  await expect(page.locator(".mark-done")).not.toHaveCount(0);
  await page.locator(".view-line").filter({ hasText: "torch.ones" }).click();
  await page.keyboard.press("End");
  await page.keyboard.type(" # more");
  await expect.poll(marks).toEqual(["[1]", "[2] edited since it ran", "[3]"]);
  await page.locator(".gutter-run").nth(1).click();
  await expect.poll(marks).toEqual(["[1]", "[4]", "[3]"]);
});

test("the session violated no policy, asked nothing outside, and wrote no error", () => {
  expect(hands.running.watched).toEqual({ consoleErrors: [], policyViolations: [], outsideRequests: [] });
});
