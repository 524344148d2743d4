import { expect, test } from "@playwright/test";
import { type Hands, takeInHand } from "./hands.ts";

let hands: Hands;
test.beforeAll(async () => {
  hands = await takeInHand();
});
test.afterAll(() => hands.leave());

const status = () => hands.page.getByTestId("run-status");
const paused = () => expect(status()).toContainText("Paused", { timeout: 30_000 });
const endless = `import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
while True:
    loss = (w * w).sum()
    loss.backward()
    w.grad = None
`;

test("a live program is paused, stepped on event by event, stepped back in, resumed, and stopped while it stands", async () => {
  const { page } = hands;
  await hands.openText("endless.py", endless);
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("pace")).toContainText("events/s", { timeout: 30_000 });
  await expect(page.locator("footer.status")).toContainText(/at iteration \d/);
  await expect(page.locator("footer.status")).toContainText("in use");
  await page.keyboard.press("F6");
  await paused();
  await expect(status()).toContainText(/at line [3-6]/);
  await expect(page.locator(".gutter-paused")).toHaveCount(1);
  const count = await hands.stepCount();
  expect(await hands.step()).toBe(count);
  await page.waitForTimeout(300);
  expect(await hands.stepCount()).toBe(count);

  await page.keyboard.press("Alt+3");
  for (let i = 1; i <= 6; i += 1) {
    await page.keyboard.press("F10");
    await expect.poll(hands.stepCount).toBe(count + i);
    await expect(page.getByTestId("caption")).toContainText("step");
    expect(await hands.step()).toBe(count + i);
    await paused();
  }
  // What is recorded is stepped through as ever.
  await hands.press("Shift+F10");
  await hands.press("Shift+F10");
  await hands.press("F10");
  expect(await hands.stepCount()).toBe(count + 6);
  await hands.shoot("live-paused");

  await hands.command("Continue");
  await expect(status()).toHaveText("Running…");
  await expect.poll(hands.stepCount).toBeGreaterThan(count + 50);
  await page.keyboard.press("F6");
  await paused();
  await page.getByTestId("stop").click();
  await expect(status()).toContainText("Stopped");
  await page.keyboard.press("Home");
  await hands.command("First step");
  await expect(page.getByTestId("caption")).toContainText("before the first");
});

test("breakpoints pause the program itself where NaN or infinity appears, as long as that is wanted", async () => {
  const { page } = hands;
  await hands.openText(
    "nan.py",
    `import torch
w = torch.tensor([2.0], requires_grad=True)
for i in range(100):
    z = torch.log(w - i * 0.5)
    z.backward()
print("done")
`,
  );
  await hands.command("Pause at NaN or infinity, or not");
  await page.keyboard.press("Control+Enter");
  await paused();
  await expect(status()).toContainText("at line 4: NaN or infinity appears");
  await expect(page.getByTestId("caption")).toContainText("log");
  await expect(page.getByTestId("console")).not.toContainText("done");
  const first = await hands.step();
  expect(await hands.stepCount()).toBe(first);
  await page.keyboard.press("F5");
  await expect.poll(hands.step).toBeGreaterThan(first);
  await paused();
  await hands.command("Show breakpoints");
  await expect(page.locator(".breakpoint-row")).toContainText("2 hits");
  await page.getByLabel("Pause the running program").uncheck();
  await page.keyboard.press("F5");
  await expect(status()).toContainText("Finished", { timeout: 30_000 });
  await hands.command("Show the console");
  await expect(page.getByTestId("console")).toContainText("done");
  // The recording has the breakpoint's other hits.
  await page.keyboard.press("F5");
  await expect.poll(hands.step).toBeGreaterThan(first);
  await hands.command("Show breakpoints");
  await page.getByLabel("Pause the running program").check();
});

test("a program that uses no tensors pauses too, and goes on", async () => {
  const { page } = hands;
  await hands.openText("plain.py", "n = 0\nwhile n < 10 ** 9:\n    n += 1\n");
  await page.keyboard.press("Control+Enter");
  await expect(status()).toHaveText("Running…");
  await page.keyboard.press("F6");
  await expect(status()).toHaveText(/Paused at line [23]/, { timeout: 30_000 });
  await expect(page.getByText("Paused before the first operator")).toBeVisible();
  await page.getByTestId("resume").click();
  await expect(status()).toHaveText("Running…");
  await page.keyboard.press("Control+Shift+Backspace");
  await expect(status()).toContainText("Stopped");
});

test("the session violated no policy, asked nothing outside, and wrote no error", () => {
  expect(hands.running.watched).toEqual({ consoleErrors: [], policyViolations: [], outsideRequests: [] });
});
