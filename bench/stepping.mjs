/**
 * What a step and a scrub cost the window, with groups as they open and all open: the script time of its page as a ratio to its goal (`npm run bench -- trace` has the runner's
 * answers), and all its tasks. Drives the built app:
 *
 *   npm run screenshot -- --do bench/stepping.mjs bench/programs/scalar_network.py
 *   npm run screenshot -- --do bench/stepping.mjs bench/programs/training_loop.py
 */

/** Milliseconds of script, on a laptop. */
const goals = { step: 8, scrub: 16 };
const finished = 300_000;
/** Milliseconds in which a graph of 100,000 nodes is laid out. */
const laidOut = 15_000;

/** @param {{ page: import("@playwright/test").Page }} session */
export async function act({ page }) {
  await page.locator(".monaco-editor .view-line").first().waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByTestId("run-status").filter({ hasText: "Finished" }).waitFor({ timeout: finished });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const caption = page.getByTestId("caption");
  const count = Number((await page.getByTestId("step-count").innerText()).replace(/\D/g, ""));

  /** @param {() => Promise<unknown>} move */
  const measure = async (move) => {
    const before = await caption.innerText();
    const start = await clocks(devtools);
    await move();
    await page.waitForFunction(
      (old) => document.querySelector('[data-testid="caption"]')?.textContent !== old,
      before,
      { polling: 20 },
    );
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const end = await clocks(devtools);
    return { script: end.script - start.script, task: end.task - start.task };
  };
  /** @param {number} step */
  const goTo = async (step) => {
    await page.getByTestId("step").fill(String(step));
    await page.keyboard.press("Enter");
  };

  /** @param {string} graph */
  const walk = async (graph) => {
    const steps = [];
    const scrubs = [];
    for (let i = 0; i < 6; i += 1) {
      scrubs.push(await measure(() => goTo(Math.floor(count * (0.1 + ((0.618034 * i + 0.3) % 0.8))))));
      await page.locator(".graph-host").focus();
      for (const key of ["F10", "F10", "F10", "F10", "Shift+F10", "Shift+F10"])
        steps.push(await measure(() => page.keyboard.press(key)));
    }
    console.log(`${count.toLocaleString("en")} steps, ${graph}`);
    console.log(row("step", steps, goals.step));
    console.log(row("scrub", scrubs, goals.scrub));
  };
  await walk("as it opens");
  await page.keyboard.press("F1");
  await page.getByLabel("Command, node or step").fill("Open all groups");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(laidOut);
  await walk("all groups open");
}

/** Milliseconds that the page has spent in scripts, and in all its tasks (style, layout, painting too), so far. */
async function clocks(/** @type {import("@playwright/test").CDPSession} */ devtools) {
  const { metrics } = await devtools.send("Performance.getMetrics");
  const of = (/** @type {string} */ name) => 1000 * (metrics.find((one) => one.name === name)?.value ?? 0);
  return { script: of("ScriptDuration"), task: of("TaskDuration") };
}

/**
 * @param {string} name
 * @param {{ script: number, task: number }[]} times
 * @param {number} goal
 */
function row(name, times, goal) {
  const median = (/** @type {number[]} */ all) => all.sort((a, b) => a - b)[all.length >> 1] ?? 0;
  const script = median(times.map((one) => one.script));
  const task = median(times.map((one) => one.task));
  const ratio = (script / goal).toFixed(2);
  return `${name.padEnd(6)} script ${script.toFixed(1)} ms = ${ratio} of its goal (${goal} ms); all tasks of the page ${task.toFixed(1)} ms`;
}
