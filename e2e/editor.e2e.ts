import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { type Hands, takeInHand } from "./hands.ts";
import { projectFolder } from "./launch.ts";

let hands: Hands;
let page: Page;

test.beforeAll(async () => {
  hands = await takeInHand();
  page = hands.page;
});

test.afterAll(() => hands?.leave());

const editor = () => page.locator(".monaco-editor").first();
/** Monaco writes spaces as no-break spaces. */
const values = async () =>
  (await page.locator(".inline-value").allInnerTexts()).map((text) => text.replaceAll("\u00a0", " "));

/** The middle of a line's number, of its margin, or of its text, on the window. */
async function placeOf(line: number, part: "margin" | "text", column = 1): Promise<{ x: number; y: number }> {
  const number = editor().locator(".line-numbers", { hasText: new RegExp(`^${line}$`) });
  const box = (await number.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const y = box.y + box.height / 2;
  // A character of the 13 px font is about 7.8 px wide; text begins 4 px after the number.
  return part === "margin" ? { x: box.x - 8, y } : { x: box.x + box.width + 4 + 7.8 * (column - 0.5), y };
}

const program = `import torch
a = torch.tensor(2.0, requires_grad=True)
w = torch.tensor([1.0, -2.0], requires_grad=True)
h = w * a
loss = (h + 1).sum()
loss.backward()
`;

test("lines show what their variables hold at the step, gradients after backward", async () => {
  await hands.openText("lines.py", program);
  await hands.run();
  await hands.command("First step");
  await expect.poll(values).toEqual([]);
  await page.keyboard.press("F10");
  // h = w * a has just run.
  await expect.poll(values).toEqual(["2.0", "[1.0, −2.0]", "[2.0, −4.0]"]);
  await hands.command("Last step");
  await expect
    .poll(values)
    .toEqual(["2.0", "∇ −1.0", "[1.0, −2.0]", "∇ [2.0, 2.0]", "[2.0, −4.0]", "∇ [1.0, 1.0]", "0.0", "∇ 1.0"]);
  await hands.shoot("inline-values");
});

test("pointing at a variable shows its tensor and its gradient", async () => {
  const { x, y } = await placeOf(3, "text");
  await page.mouse.move(x, y);
  await page.mouse.move(x + 1, y);
  const hover = page.locator(".monaco-hover:visible").first();
  await expect(hover).toContainText("tensor([ 1., -2.]");
  await expect(hover).toContainText("gradient");
  await expect(hover).toContainText("2., 2.");
  await page.mouse.move(5, 5);
});

test("breakpoints in the margin, Alt+click and run to cursor go to the line's steps", async () => {
  await hands.command("First step");
  const margin = await placeOf(5, "margin");
  await page.mouse.click(margin.x, margin.y);
  await expect(page.locator(".gutter-breakpoint")).toHaveCount(1);
  await page.keyboard.press("F5");
  await expect(page.getByTestId("caption")).toContainText("add");
  const atLoss = await hands.step();
  // Once in its execution, and once in the backward pass, though two operators stand on the line.
  await hands.press("F5");
  await expect(page.getByTestId("caption")).toContainText("sum runs backward");
  await hands.press("Shift+F5");
  expect(await hands.step()).toBe(atLoss);
  await page.mouse.click(margin.x, margin.y);
  await expect(page.locator(".gutter-breakpoint")).toHaveCount(0);

  const line4 = await placeOf(4, "text");
  await page.keyboard.down("Alt");
  await page.mouse.click(line4.x, line4.y);
  await page.keyboard.up("Alt");
  await expect(page.getByTestId("caption")).toContainText("mul");

  await hands.command("First step");
  const line5 = await placeOf(5, "text");
  await page.mouse.click(line5.x + 60, line5.y);
  await page.keyboard.press("Control+F10");
  await expect.poll(hands.step).toBeGreaterThanOrEqual(atLoss);
});

test("a step in a module beside the program names its file, and marks no line of the program", async () => {
  const model = "import torch\n\n\ndef square(x):\n    return x * x\n";
  await writeFile(join(hands.folder, "shapes.py"), model);
  const main =
    "import torch\nimport shapes\na = torch.tensor(3.0, requires_grad=True)\nb = shapes.square(a)\nb.backward()\n";
  await hands.runText("uses_module.py", main);
  await hands.command("First step");
  await hands.stepTo(/mul/);
  await expect(page.getByText("This step comes from shapes.py, line 5")).toBeVisible();
  await expect(page.locator(".gutter-done")).toHaveCount(0);
  await hands.shoot("module-beside");
  await hands.command("Last step");
  await expect(page.getByText("This step comes from")).toHaveCount(0);
});

test("after an edit the run is marked as stale, and runs again", async () => {
  const place = await placeOf(1, "text");
  await page.mouse.click(place.x, place.y);
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# changed\n");
  const bar = page.getByText("The text changed after this run");
  await expect(bar).toBeVisible();
  await expect.poll(values).toEqual([]);
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(bar).toHaveCount(0);
  await expect(page.getByTestId("run-status")).toContainText("Finished", { timeout: 60_000 });
});

test("a line's breakpoint waits for its hit count, in what is recorded and in the program itself", async () => {
  await hands.openText(
    "turns.py",
    `import torch
w = torch.tensor(1.0, requires_grad=True)
for i in range(9):
    loss = w * i
    loss.backward()
`,
  );
  const margin = await placeOf(4, "margin");
  await page.mouse.click(margin.x, margin.y, { button: "right" });
  const field = page.getByLabel("Hit count of line 4");
  await expect(field).toBeFocused();
  await page.keyboard.type("%");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await page.keyboard.type(" 4");
  const row = page.locator(".breakpoint-row");
  await expect(row).toContainText("each 4th execution");
  await expect(page.locator(".gutter-breakpoint.only")).toHaveCount(1);
  await hands.shoot("hit-count");
  await page.keyboard.press("Control+Enter");
  const status = page.getByTestId("run-status");
  // The fourth product, its backward pass, the eighth product, its backward pass; then the program is over.
  for (const [hits, turn] of ["3.0", "3.0", "7.0", "7.0"].entries()) {
    await expect(row).toContainText(hits === 0 ? "1 hit" : `${hits + 1} hits`);
    await expect(status).toContainText("Paused");
    await hands.command("Show the graph as a list");
    await expect(page.getByTestId("nodes")).toContainText(`mul, MulBackward0, float32 scalar, value ${turn}`);
    await hands.command("Show breakpoints");
    await page.keyboard.press("F5");
  }
  await expect(status).toContainText("Finished");
  await field.fill("9");
  await hands.command("First step");
  await hands.press("F5");
  await expect(page.getByTestId("caption")).toContainText("mul computes loss = 8.0");
  await page.getByRole("button", { name: "Remove line 4" }).click();
});

test("cells of a notebook show what they printed and drew below them, and so does the console", async () => {
  const cell = (source: string) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source });
  const cells = [
    cell("import torch\nx = torch.linspace(-1, 1, 5)\nprint('points', x.shape)"),
    cell("import matplotlib.pyplot as plt\nplt.plot(x.numpy(), (x ** 2).numpy())\nplt.show()"),
  ];
  await hands.openText("cells.ipynb", JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  await hands.run();
  await hands.command("Show the console");
  await expect(page.locator('[data-cell="0"] .cell-output')).toHaveText(/points torch\.Size\(\[5\]\)/);
  await expect(page.locator('[data-cell="0"] .cell-output img')).toHaveCount(0);
  for (const place of ['[data-cell="1"] .cell-output', '[data-testid="console"]']) {
    const figure = page.locator(`${place} img.figure`);
    await expect(figure).toHaveCount(1);
    // An image that was really decoded.
    await expect.poll(() => figure.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(50);
  }
});

test("TypeScript is completed and checked against Backstep's own types", async () => {
  const squiggles = page.locator(".squiggly-error");
  await hands.openPath(join(projectFolder, "resources/examples/line_fit.ts"), "line_fit.ts");
  await page.waitForTimeout(4000);
  await expect(squiggles).toHaveCount(0);

  await hands.openText(
    "types.ts",
    'import { tensor, nn } from "backstep";\n\nconst x = tensor([1, 2]);\nconst bad: string = x;\n',
  );
  await expect(squiggles).toHaveCount(1, { timeout: 30_000 });
  const place = await placeOf(1, "text");
  await page.mouse.click(place.x, place.y);
  await page.keyboard.press("Control+End");
  await page.keyboard.type("x.matm");
  const suggestions = page.locator(".suggest-widget:visible");
  await expect(suggestions).toContainText("matmul", { timeout: 20_000 });
  await page.keyboard.press("Escape");
  await page.keyboard.type("ul(x);\ntensor(");
  await expect(page.locator(".parameter-hints-widget:visible")).toContainText("tensor(", { timeout: 20_000 });
  await hands.shoot("typescript");
  // Backstep's own documentation, with PyTorch's formula.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.type("x);\nx.tanh();");
  await page.locator(".view-line span").filter({ hasText: "tanh" }).last().hover();
  const docs = page.locator(".monaco-hover:visible").first();
  await expect(docs).toContainText(/tanh\(.*Gradient, g being the result's/s, { timeout: 20_000 });
});

test("the session violated no policy, asked nothing outside, and wrote no error", () => {
  expect(hands.running.watched).toEqual({ consoleErrors: [], policyViolations: [], outsideRequests: [] });
});
