import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { expect, type Page, test } from "@playwright/test";
import type axeLibrary from "axe-core";
import { type Hands, takeInHand } from "./hands.ts";

let hands: Hands;
let page: Page;

test.beforeAll(async () => {
  hands = await takeInHand();
  page = hands.page;
  await page.emulateMedia({ reducedMotion: "reduce" }); // colours between two states would be measured otherwise
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
});

test.afterAll(() => hands?.leave());

/** What axe finds on the page as it stands, one line per kind and place. The inside of Monaco is its makers' work. */
async function violations(): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof axeLibrary };
    const results = await axe.run({ exclude: [".monaco-editor"] }, { resultTypes: ["violations"] });
    return results.violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id} (${help}): ${node.target.join(" ")} ${node.any.map((why) => why.message).join("; ")}`),
    );
  });
}

/** Looks at a view in every theme; `show` and `hide` are for a view that the command for the theme would close. */
async function expectClean(view: string, show?: () => Promise<void>, hide?: () => Promise<void>): Promise<void> {
  for (const theme of ["light", "dark", "high contrast"]) {
    await hands.command(`Theme: ${theme}`);
    await show?.();
    expect.soft(await violations(), `${view}, ${theme}`).toEqual([]);
    await hide?.();
  }
}

const program = `import torch
torch.manual_seed(0)
X = torch.randn(4, 3)
W = torch.randn(3, 2, requires_grad=True)
b = torch.zeros(2, requires_grad=True)
for i in range(3):
    loss = ((X @ W + b).relu() - 1).pow(2).mean()
    loss.backward()
    print(loss.item())
`;

test("axe finds nothing on the empty window", async () => {
  await expect(page.locator(".welcome")).toBeVisible();
  await expectClean("welcome");
});

test("axe finds nothing on a run: graph, timeline, plot, cards and tensors", async () => {
  await hands.runText("loop.py", program);
  await hands.command("Step by edge");
  await hands.stepTo(/mm: contribution to W/);
  await expectClean("a step of an edge");
  await hands.selectNode(/^W,/);
  await expectClean("a selected node with its tensors");
});

test("axe finds nothing on the cells of a contribution and on a verification", async () => {
  await hands.command("Step into");
  await expect(page.getByTestId("element-level")).toBeVisible();
  await page.getByTestId("verify").click();
  await expect(page.getByTestId("verification")).toBeVisible();
  await expectClean("cells and verification");
  await page.getByRole("button", { name: "Close the verification" }).click();
});

test("axe finds nothing on the panels below", async () => {
  await page.keyboard.press("F9");
  for (const panel of ["console", "findings", "breakpoints", "events"]) {
    await hands.command(`Show ${panel === "console" ? "the console" : panel}`);
    await expectClean(panel);
  }
});

test("axe finds nothing on the dialogs", async () => {
  const dialogs = { palette: "F1", shortcuts: "Control+/", export: "Control+Shift+E" };
  for (const [name, key] of Object.entries(dialogs)) {
    const show = async (): Promise<void> => {
      await page.keyboard.press(key);
      await expect(page.getByRole("dialog")).toBeVisible();
    };
    const hide = async (): Promise<void> => {
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    };
    await expectClean(name, show, hide);
  }
});

test("axe finds nothing on a notebook, on a program that failed, and on an answer", async () => {
  const cell = (source: string) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source });
  const cells = [
    { cell_type: "markdown", metadata: {}, source: "# Title\n\nWords with `code`." },
    cell("import torch\na = torch.tensor(2.0, requires_grad=True)\nb = a.detach() * 3\nprint(b)"),
    cell("b.backward()"),
  ];
  await hands.runText("cells.ipynb", JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  await expectClean("a notebook that failed");
  await hands.selectNode(/^a/);
  await hands.command("Why is this gradient None?");
  await expectClean("an answer");
});
