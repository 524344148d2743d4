import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { PNG } from "pngjs";
import { type Hands, takeInHand } from "./hands.ts";

// One app for all, as a person keeps it open: what is tested runs one after the other on the same window.
let hands: Hands;
let page: Page;

test.beforeAll(async () => {
  hands = await takeInHand({ firstStart: true });
  page = hands.page;
});

test.afterAll(() => hands?.leave());

/** What a person sees of the picture: its list of nodes, its caption, and its pixels. */
async function picture(): Promise<{ nodes: string; caption: string; pixels: string }> {
  const pixels = await hands.pixels(); // first, since it waits until the picture stands still
  return { pixels, nodes: await page.getByTestId("nodes").innerText(), caption: await hands.caption() };
}

test("the tutorial opens at the first start, runs, and prints what it says", async () => {
  await expect(page.getByTestId("document-name")).toContainText("autograd-tutorial.ipynb");
  await expect(page.getByText("Torch.autograd is the built-in")).toBeVisible();
  await hands.shoot("tutorial-opened");
  await hands.run();
  await expect(page.getByTestId("console")).toContainText("requires_grad is False");
  await expect(page.getByTestId("console")).toContainText(
    "The first call and third call have the same values of gradients",
  );
  await expect(page.getByTestId("console")).toContainText("Loss after gradient descent:");
  await hands.shoot("tutorial-run");
});

test("ten steps forward and ten back give the same picture, and scrubbing equals stepping", async () => {
  await hands.command("Show the graph as a list");
  await hands.command("Step by edge");
  await hands.goTo(0);
  const before = await picture();
  for (let i = 0; i < 10; i += 1) await page.keyboard.press("F10");
  await expect.poll(hands.step).toBeGreaterThanOrEqual(10);
  const there = await hands.step();
  const after = await picture();
  expect(after.nodes).not.toBe(before.nodes);
  await hands.shoot("tutorial-step-10");
  for (let i = 0; i < 10; i += 1) await page.keyboard.press("Shift+F10");
  await expect.poll(hands.step).toBe(0);
  expect(await picture()).toEqual(before);
  await hands.goTo(there);
  expect(await picture()).toEqual(after);
  // The timeline is a slider: its end, then back to the same step by the field.
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("End");
  await expect.poll(hands.step).toBeGreaterThan(there);
  await hands.goTo(there);
  expect(await picture()).toEqual(after);
});

test("the gradient card shows the tutorial's numbers: upstream times local derivative", async () => {
  await hands.openText(
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
  await hands.command("Show the console");
  await hands.run();
  // d - y = 0.2 - 1.25 = -1.05; dL/db = -2 (d - y) = 2.1, dL/dw = 2.1 x.
  await expect(page.getByTestId("console")).toContainText("tensor([ 6.3000, 10.5000]) tensor([2.1000])");
  await hands.command("Step by edge");
  await hands.goTo(0);
  const cards: string[] = [];
  for (
    let i = 0;
    i < 40 && (await hands.step()) < Number((await page.getByTestId("step-count").innerText()).replace(/\D/g, ""));
    i += 1
  ) {
    const at = await hands.step();
    await page.keyboard.press("F10");
    await expect.poll(hands.step).not.toBe(at);
    await page.waitForTimeout(120);
    if (await page.getByTestId("gradient-card").count())
      cards.push(await page.getByTestId("gradient-card").innerText());
  }
  const all = cards.join("\n---\n");
  expect(all).toContain("−2.1");
  expect(all).toMatch(/6\.3/);
  expect(all).toMatch(/10\.5/);
  await hands.shoot("gradient-card");
});

test("an infinite loop stops, and the app runs the next program", async () => {
  await hands.openText("forever.py", "import torch\nn = 0\nprint('looping', flush=True)\nwhile True:\n    n += 1\n");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("console")).toContainText("looping", { timeout: 60_000 });
  await page.getByTestId("stop").click();
  await expect(page.getByTestId("run-status")).toContainText("Stopped", { timeout: 30_000 });
  await hands.openText("next.py", "import torch\nprint(torch.tensor([1., 2.]).sum())\n");
  await hands.run();
  await expect(page.getByTestId("console")).toContainText("tensor(3.)");
});

test("an error of the program is printed and marks its line", async () => {
  await hands.openText(
    "broken.py",
    "import torch\na = torch.ones(2, 3)\nb = torch.ones(2, 3)\nprint('so far')\nc = a @ b\n",
  );
  await hands.run();
  await expect(page.getByTestId("run-status")).toContainText("RuntimeError: mat1 and mat2");
  const console = page.getByTestId("console");
  await expect(console).toContainText("so far");
  await expect(console).toContainText("RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
  await expect(console).toContainText('File "broken.py", line 5');
  await expect(page.locator(".monaco-editor .mark-error").first()).toBeVisible();
  await hands.shoot("error");
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
  await hands.openText("small.ipynb", JSON.stringify(notebook));
  await expect(page.getByRole("heading", { name: "A title" })).toBeVisible();
  await hands.run();
  await expect(page.getByTestId("console")).toContainText("tensor(6.)");
});

test("pictures and the snapshot leave as files, and the snapshot reopens at the same step", async () => {
  await hands.command("Show the graph as a list");
  await hands.goTo(3);
  const seen = await picture();
  const png = PNG.sync.read(await hands.exportAs("PNG", "step.png"));
  expect(png.width).toBeGreaterThan(100);
  expect(new Set(png.data).size).toBeGreaterThan(10);
  const svg = (await hands.exportAs("SVG", "step.svg")).toString();
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(svg).toContain("PowBackward0");
  expect((await hands.exportAs("Web page", "run.html")).toString()).toMatch(/^<!doctype html>[\s\S]*PowBackward0/i);
  expect((await hands.exportAs("Graphviz", "graph.dot")).toString()).toMatch(/^digraph/);
  expect((await hands.exportAs("Gradients (CSV)", "gradients.csv")).toString()).toMatch(/\nx,/);
  await hands.exportAs("Snapshot", "step.json");

  await hands.openText("other.py", "import torch\n");
  await hands.openPath(join(hands.folder, "step.json"));
  await expect(page.getByTestId("document-name")).toContainText("small.ipynb");
  await expect.poll(hands.step).toBe(3);
  expect(await picture()).toEqual(seen);

  const foreign = join(hands.folder, "foreign.json");
  await writeFile(foreign, '{"some": "other file"}');
  await hands.openPath(foreign);
  await expect(page.getByLabel("Messages")).toContainText(/not a Backstep snapshot|snapshot/i);
  await expect(page.getByTestId("document-name")).toContainText("small.ipynb");
});

test("the whole session violated no policy, asked nothing outside, and wrote no error", () => {
  expect(hands.running.watched).toEqual({ consoleErrors: [], policyViolations: [], outsideRequests: [] });
});
