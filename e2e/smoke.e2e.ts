import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { launchApp, projectFolder } from "./launch.ts";

test("this machine's Electron runs an app, and the watcher sees what it must see", async () => {
  const { app, page, watched, close } = await launchApp({ folder: join(projectFolder, "scripts/fixtures/smoke-app") });
  try {
    await expect(page.locator("h1")).toHaveText("It runs");
    await expect(page.locator("#where")).toHaveText("smoke:");
    expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe("undefined");
    expect(await app.evaluate(({ app: electron }) => electron.getName())).toBe("backstep-smoke");
    await expect.poll(() => watched.consoleErrors.join("\n")).toContain("a console error");
    await expect.poll(() => watched.policyViolations.length).toBeGreaterThan(0);
    await expect.poll(() => watched.outsideRequests).toContain("https://example.invalid/");
  } finally {
    await close();
  }
});
