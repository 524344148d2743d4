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

test.describe.configure({ mode: "serial" });

test.afterAll(() => hands?.leave());

async function runExample(name: string): Promise<void> {
  await hands.openPath(join(projectFolder, "resources/examples", name), name);
  await hands.run();
}

async function showNodes(): Promise<void> {
  await hands.command("Show the graph as a list");
  await expect(page.getByTestId("nodes")).toBeVisible();
}

const plot = () => page.getByTestId("plot");

test("a training loop's loss stands under the timeline, linked both ways with the cursor", async () => {
  await runExample("line_fit.py");
  await expect(plot()).toHaveAttribute("data-points", "25");
  const { width = 0 } = (await plot().boundingBox()) ?? {};
  // Hovering shows a number and moves nothing; a click goes there.
  const before = await hands.step();
  await plot().hover({ position: { x: width * 0.5, y: 20 } });
  const hovered = await page.getByTestId("plot-number").innerText();
  expect(hovered).toMatch(/^iteration \d+ 0\.\d+$/);
  expect(await hands.step()).toBe(before);
  await plot().click({ position: { x: width * 0.5, y: 20 } });
  await expect.poll(hands.step).not.toBe(before);
  await expect(page.getByTestId("caption")).toContainText(/backward pass \d+ starts/);
  await page.mouse.move(5, 5);
  await expect(page.getByTestId("plot-number")).toHaveText(hovered);
  // The other way: the cursor chooses the point.
  const there = Number(await plot().getAttribute("aria-valuenow"));
  await hands.goTo(60);
  await expect(plot()).not.toHaveAttribute("aria-valuenow", String(there));
  // And by keys.
  await plot().focus();
  await page.keyboard.press("Home");
  await expect(plot()).toHaveAttribute("aria-valuenow", "1");
  await page.keyboard.press("ArrowRight");
  await expect(plot()).toHaveAttribute("aria-valuenow", "2");
  await expect(plot()).toHaveAttribute("aria-valuetext", /: 0\.\d+$/);
  await hands.shoot("plot");
});

test("a leaf's gradient norm and one element are plotted as well; signed series have no logarithm; the strip folds", async () => {
  const log = page.getByRole("button", { name: "log", exact: true });
  await log.click();
  await expect(log).toHaveAttribute("aria-pressed", "true");
  await log.click();
  await page.getByTestId("plot-series").selectOption({ label: "‖∂L/∂w‖" });
  await expect(plot()).toHaveAttribute("aria-label", "‖∂L/∂w‖ over iterations");
  await expect(plot()).toHaveAttribute("data-points", "25");
  // b falls below zero.
  await showNodes();
  await page.getByTestId("nodes").getByRole("button", { name: /^b,/ }).click();
  await page.getByTestId("plot-series").selectOption({ label: "element of b" });
  await expect.poll(async () => Number(await plot().getAttribute("data-points"))).toBeGreaterThanOrEqual(25);
  await expect(log).toBeDisabled();
  await page.getByTestId("plot-fold").click();
  await expect(plot()).toHaveCount(0);
  await page.getByTestId("plot-fold").click();
  await expect(plot()).toBeVisible();
});

test("the same event in the next and previous iteration, on a picture that stands still", async () => {
  await runExample("xor.py");
  await expect(plot()).toHaveAttribute("data-points", "200");
  // The trace grew while the picture stood at its beginning.
  await expect.poll(hands.caption).toBe(`before the first of ${(await hands.stepCount()).toLocaleString("fr")} steps`);
  await showNodes();
  await hands.goTo(2000);
  const words = async (): Promise<string> =>
    (await page.getByTestId("caption").innerText()).replace(/^step [^:]*: /, "").replace(/\(.*\)/, "");
  const event = await words();
  const places = await nodesByPlace();
  expect(places.filter((name) => name !== "").length).toBeGreaterThan(2);
  await page.keyboard.press("Control+]");
  await expect.poll(hands.step).toBeGreaterThan(2000);
  expect(await words()).toBe(event);
  await page.waitForTimeout(700); // a camera that follows would move by now
  expect(await nodesByPlace()).toEqual(places);
  await page.keyboard.press("Control+[");
  await expect.poll(hands.step).toBe(2000);
});

/** Which node stands at each point of a grid over the graph, found as a person finds it: by clicking there. */
async function nodesByPlace(): Promise<string[]> {
  const canvas = page.locator("canvas.graph-base");
  const { width, height } = (await canvas.boundingBox()) ?? { width: 0, height: 0 };
  const names: string[] = [];
  for (const down of [0.15, 0.4, 0.65]) {
    for (const across of [0.4, 0.47, 0.53, 0.6]) {
      await canvas.click({ position: { x: width * across, y: height * down }, force: true });
      await page.waitForTimeout(60);
      const rows = page.getByTestId("nodes").locator('[aria-pressed="true"]');
      names.push((await rows.count()) ? ((await rows.first().innerText()).split(",")[0] as string) : "");
    }
  }
  return names;
}
