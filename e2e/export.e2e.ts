import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { PNG } from "pngjs";
import { type Hands, takeInHand } from "./hands.ts";

let hands: Hands;
let page: Page;

test.beforeAll(async () => {
  hands = await takeInHand();
  page = hands.page;
  await hands.runText(
    "loop.py",
    `import torch
w = torch.tensor([1.0, -2.0], requires_grad=True)
for _ in range(8):
    loss = (w * w).sum()
    loss.backward()
`,
  );
  await page.keyboard.press("Escape");
});

test.describe.configure({ mode: "serial" });

test.afterAll(() => hands?.leave());

/** Marks a part of the timeline, given in fractions of its width. */
async function focusOn(from: number, to: number): Promise<{ first: number; last: number }> {
  const box = await page.getByTestId("timeline").boundingBox();
  if (!box) throw new Error("no timeline");
  const y = box.y + box.height / 2;
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + from * box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + to * box.width, y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  const words = /range (\d+)–(\d+)/.exec(await page.locator(".timeline-words").innerText());
  return { first: Number(words?.[1]), last: Number(words?.[2]) };
}

test("a range marked with Shift+drag limits a page and an animation", async () => {
  const { first, last } = await focusOn(0.4, 0.5);
  expect(first).toBeGreaterThan(1);
  expect(last).toBeGreaterThan(first);
  expect(last).toBeLessThan(await hands.stepCount());
  await hands.goTo(first);
  const html = (await hands.exportAs("Web page", "range.html")).toString();
  const captions = html.match(/"caption":"step \d+/g) ?? [];
  expect(captions[0]).toBe(`"caption":"step ${first}`);
  expect(captions).toHaveLength(last - first + 1);
  const animation = await hands.exportAs("Animation", "range.apng", "1×");
  expect(PNG.sync.read(animation).width).toBeGreaterThan(300);
  expect(animation.toString("latin1").match(/fcTL/g)?.length).toBeLessThanOrEqual(last - first + 1);
  expect(animation.toString("latin1").match(/fcTL/g)?.length).toBeGreaterThan(1);
  const gif = await hands.exportAs("GIF", "range.gif", "1×");
  expect(gif.toString("latin1", 0, 6)).toBe("GIF89a");
  expect(gif.readUInt16LE(6)).toBe(PNG.sync.read(animation).width);
  // One block of graphic control before each picture; those of steps that look the same are one.
  const pictures = gif.toString("latin1").match(/!\xf9\x04[\s\S]{4}\x00,/g)?.length ?? 0;
  expect(pictures).toBe(animation.toString("latin1").match(/fcTL/g)?.length);
  const whole = (await hands.exportAs("Web page", "whole.html", "All")).toString();
  expect(whole.match(/"caption":"step \d+/g)).toHaveLength(await hands.stepCount());
});

test("playing goes round in the range", async () => {
  const { first, last } = await focusOn(0.6, 0.63);
  await hands.goTo(last);
  await hands.command("Step by edge");
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("Space");
  await expect.poll(() => hands.step()).toBe(first);
  await page.keyboard.press("Space");
});

test("a PDF has the picture in vectors", async () => {
  const pdf = await hands.exportAs("PDF", "step.pdf");
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  expect(pdf.toString("latin1")).toContain("+Inter-SemiBold");
  expect(pdf.toString("latin1")).not.toContain("/Subtype /Image");
  await page.keyboard.press("Control+Shift+E");
  await page.getByRole("radio", { name: "Web page" }).click();
  await hands.shoot("export-range");
  await page.keyboard.press("Escape");
});

test("pictures and pages with the run inside open again: by the dialog, dropped", async () => {
  await hands.goTo(7);
  const caption = await hands.caption();
  for (const [format, file] of [
    ["PNG", "held.png"],
    ["SVG", "held.svg"],
    ["Web page", "held.html"],
  ] as const)
    await hands.exportAs(format, file, /^Inside/);
  for (const file of ["held.png", "held.svg", "held.html"]) {
    await hands.openText("other.py", "x = 1\n");
    await hands.openPath(join(hands.folder, file), "loop.py");
    await expect(page.getByTestId("caption")).toHaveText(caption);
    await expect(page.locator(".monaco-editor .view-lines").first()).toContainText("requires_grad");
  }
  await hands.openText("other.py", "x = 1\n");
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [join(hands.folder, "held.svg")], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await devtools.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
  await expect(page.getByTestId("caption")).toHaveText(caption);
});

test("a picture without a run says so", async () => {
  await hands.exportAs("PNG", "bare.png", "Not inside");
  await hands.openPath(join(hands.folder, "bare.png"));
  await expect(page.getByText("bare.png holds no run: it was exported without one.")).toBeVisible();
});

test("a picture with the run inside is what the app is started with", async () => {
  const other = await takeInHand({ args: [join(hands.folder, "held.png")] });
  try {
    await expect(other.page.getByTestId("document-name")).toContainText("loop.py");
    await expect(other.page.getByTestId("caption")).toContainText("step 7 of");
  } finally {
    await other.leave();
  }
});

test("nothing went wrong in the page", () => {
  expect(hands.running.watched.consoleErrors).toEqual([]);
});
