import { expect, type Locator, type Page, test } from "@playwright/test";
import { type Hands, takeInHand } from "./hands.ts";

/** One test for each numbered point of shared/design/stepping.md that no other file is about. */

let hands: Hands;
let page: Page;

test.beforeAll(async () => {
  hands = await takeInHand();
  page = hands.page;
});

test.afterAll(() => hands?.leave());

const caption = (): Locator => page.getByTestId("caption");
const card = (): Locator => page.getByTestId("gradient-card");
const stepCard = (): Locator => page.getByTestId("step-card");
const node = (name: RegExp): Locator => page.getByTestId("nodes").getByRole("button", { name });
const svg = async (name: string): Promise<string> => (await hands.exportAs("SVG", name)).toString();
/** The classes of an exported picture's edge or node, by its title. */
const classesOf = (picture: string, title: string): string =>
  picture.match(new RegExp(`class="([^"]*)"[^>]*><title>${title}`))?.[1] ?? "no such mark";

/** How many different colours a canvas shows. */
const inks = (canvas: HTMLCanvasElement | SVGElement): number => {
  const { width, height } = canvas as HTMLCanvasElement;
  const pixels = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data.buffer;
  return new Set(new Uint32Array(pixels ?? new ArrayBuffer(0))).size;
};

const fanOut = `import torch
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
c = a * b
d = c + a
e = d * a
e.backward()
`;

test("1: a phase, a node and an edge are steps of three sizes", async () => {
  await hands.runText("fan_out.py", fanOut);
  const counts: number[] = [];
  for (const grain of ["phase", "node", "edge"]) {
    await hands.command(`Step by ${grain}`);
    await expect(page.getByRole("radio", { name: grain, exact: false, checked: true })).toBeVisible();
    await hands.command("First step");
    let steps = 0;
    for (const last = await hands.stepCount(); (await hands.step()) < last; steps += 1) await hands.press("F10");
    counts.push(steps);
  }
  const [phases = 0, nodes = 0, edges = 0] = counts;
  expect(phases).toBeGreaterThanOrEqual(2);
  expect(nodes).toBeGreaterThan(phases);
  expect(edges).toBeGreaterThan(nodes);
});

test("2: into a node's edges, out of it, and along one node's events", async () => {
  await hands.runText("into.py", fanOut);
  await hands.command("Step by node");
  await hands.command("First step");
  await hands.stepTo(/mul runs backward with upstream gradient 1/);
  await hands.press("F11");
  await expect(caption()).toContainText("contribution to");
  await expect(card()).toBeVisible();
  await hands.press("Shift+F11");
  await expect(caption()).not.toContainText("contribution to d");
  await hands.selectNode(/^c = mul/);
  await page.getByTestId("timeline").focus();
  await hands.press("Home");
  const seen: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    await hands.press("]");
    seen.push(await hands.caption());
  }
  expect(seen[0]).toContain("mul computes c");
  await hands.press("[");
  expect(await hands.caption()).toBe(seen[1]);
});

test("3: the timeline is dragged, tells what happens under the pointer, and holds a range", async () => {
  await hands.runText("timeline.py", fanOut);
  const track = page.getByTestId("timeline");
  const { width, height } = (await track.boundingBox()) ?? { width: 0, height: 0 };
  const y = height / 2;
  await track.hover({ position: { x: width * 0.5, y } });
  const preview = page.locator(".timeline-preview");
  await expect(preview).toContainText(/step \d+/);
  const thumb = preview.locator("canvas");
  await expect(thumb).toBeVisible();
  await expect.poll(async () => await thumb.evaluate(inks)).toBeGreaterThan(3);
  await hands.shoot("timeline-preview");
  await page.mouse.down();
  await expect.poll(hands.step).toBeGreaterThan(0);
  const middle = await hands.step();
  const box = (await track.boundingBox()) ?? { x: 0, y: 0 };
  await page.mouse.move(box.x + width * 0.9, box.y + y);
  await expect.poll(hands.step).toBeGreaterThan(middle);
  await page.mouse.up();
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + width * 0.25, box.y + y);
  await page.mouse.down();
  await page.mouse.move(box.x + width * 0.5, box.y + y);
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await expect(page.locator(".timeline-words")).toContainText(/range \d+–\d+/);
  await page.getByRole("button", { name: "clear" }).click();
  await expect(page.locator(".timeline-words")).not.toContainText("range");
});

test("4: breakpoints on a node, an operator and a condition are hit, counted, and can be switched off", async () => {
  await hands.runText("breakpoints.py", fanOut);
  await hands.command("Step by edge");
  await hands.command("Show breakpoints");
  const form = page.locator(".breakpoint-form");
  await form.getByRole("combobox").selectOption("op");
  await form.getByRole("textbox").fill("add");
  await form.getByRole("button", { name: "Add" }).click();
  await form.getByRole("combobox").selectOption("grad");
  await form.getByRole("textbox").fill("4.5");
  await form.getByRole("button", { name: "Add" }).click();
  const row = (name: RegExp): Locator => page.locator(".breakpoint-row").filter({ hasText: name });
  await expect(row(/operator add/)).toContainText("0 hits");
  await hands.command("First step");
  await hands.press("F5");
  await expect(caption()).toContainText("add computes d");
  await expect(row(/operator add/)).toContainText("1 hit");
  // Standing on a breakpoint, a step goes on by one step and not to the next hit.
  const there = await hands.step();
  await hands.press("F10");
  expect((await hands.step()) - there).toBeLessThanOrEqual(2);
  await row(/operator add/)
    .getByRole("checkbox")
    .uncheck();
  await hands.command("First step");
  await hands.press("F5");
  // de/da = d = 8 flows first.
  await expect(caption()).toContainText("8.0");
  await hands.press("Shift+F5");
  for (const name of [/operator add/, /gradient/]) {
    await row(name)
      .getByRole("button", { name: /^Remove/ })
      .click();
  }
  await expect(page.locator(".breakpoint-row")).toHaveCount(0);
});

test("6: a step rings what it touched and names what it changed, and nothing moves", async () => {
  await hands.runText("touched.py", fanOut);
  await hands.command("Step by edge");
  await hands.command("First step");
  await hands.command("Show the graph as a list");
  await hands.stepTo(/contribution to a 3\.0|contribution to c 2\.0/);
  await expect(page.locator('[data-touched="true"]').first()).toBeVisible();
  await expect(page.getByTestId("changes").locator("li")).toHaveCount(1);
  await expect(page.getByTestId("changes")).toContainText("None→");
  const place = async (): Promise<string[]> => {
    const picture = await svg("place.svg");
    return [...picture.matchAll(/<g class="node[^>]*?transform="([^"]*)"/g)].map((match) => match[1] as string);
  };
  const before = await place();
  await hands.press("F10");
  expect(await place()).toEqual(before);
});

test("8: slots fill one by one, the sum is printed, and the node waits until all have arrived", async () => {
  await hands.runText("slots.py", fanOut);
  await hands.command("Step by edge");
  await hands.command("First step");
  await hands.stepTo(/a.* 1 of 3 received/);
  await expect(page.locator(".slot-bar")).toHaveAttribute("aria-label", "1 of 3 received");
  await expect(stepCard()).toContainText("reverse topological order");
  await hands.stepTo(/a.* 2 of 3 received/);
  await hands.stepTo(/a.* 3 of 3 received/);
  // de/da = d + (de/dd)(1 + b) = 8 + 2 + 6.
  await expect(page.getByTestId("accumulation")).toContainText("16.0");
  await expect(page.locator(".slot-bar i[data-sign]")).toHaveCount(3);
});

test("9: detach, no_grad and requires_grad=False stop the gradient in sight, and the data edge stays", async () => {
  await hands.runText(
    "boundaries.py",
    `import torch
a = torch.tensor(2.0, requires_grad=True)
i = torch.tensor(1.0)
k = a.detach() * 4
with torch.no_grad():
    frozen = a * 5
loss = a * i + k + frozen
loss.backward()
`,
  );
  await hands.command("Step by edge");
  await hands.command("Last step");
  const picture = await svg("boundaries.svg");
  expect(classesOf(picture, "a → detach")).toContain("cut");
  expect(classesOf(picture, "k → add")).toContain("data-only");
  expect(classesOf(picture, "detach,")).toContain("detached");
  expect(classesOf(picture, "frozen = mul")).toContain("no-grad");
  expect(classesOf(picture, "i,")).toContain("hollow");
  await hands.command("First step");
  await hands.stepTo(/gradient stops before/);
  await expect(stepCard()).toHaveAttribute("data-kind", "bwd.skip");
});

test("10: .grad before + delta = after, with a warning when it holds an earlier pass; zeroing is a step", async () => {
  await hands.command("Step by edge");
  await hands.runText(
    "accumulate.py",
    `import torch
w = torch.tensor(1.5, requires_grad=True)
(w * 2).backward()
(w * 3).backward()
w.grad.zero_()
(w * 4).backward()
w.grad = None
`,
  );
  await hands.command("First step");
  await hands.stepTo(/w\.grad is set to 2\.0/);
  await hands.stepTo(/w\.grad: 2\.0 \+ 3\.0 = 5\.0/);
  await expect(stepCard().locator(".warning")).toContainText("Includes 1 earlier backward pass");
  const warned = await hands.step();
  await stepCard().getByRole("button", { name: "Show it" }).click();
  await expect(caption()).toContainText("w.grad is set to 2.0");
  await hands.goTo(warned);
  await hands.stepTo(/w\.grad is set to 0\.0/);
  await hands.stepTo(/w\.grad: 0\.0 \+ 4\.0 = 4\.0/);
  await hands.stepTo(/w\.grad is set to None/);
});

test("11: saved tensors are freed or kept in sight; a second backward stops with PyTorch's words", async () => {
  await hands.runText(
    "freed.py",
    `import torch
a = torch.tensor(2.0, requires_grad=True)
b = a * a
b.backward(retain_graph=True)
b.backward()
b.backward()
`,
  );
  await hands.command("Step by edge");
  await hands.command("First step");
  await hands.stepTo(/keeps its saved tensors/);
  await hands.command("Show the graph as a list");
  await expect(node(/^b = mul/)).toHaveText(/saved tensors kept \(retain_graph\)/);
  await hands.stepTo(/frees its saved tensors/);
  await expect(node(/^b = mul/)).toHaveText(/saved tensors freed/);
  await expect(page.getByTestId("run-status")).toContainText("Trying to backward through the graph a second time");
  await hands.command("Last step");
  await expect(caption()).toContainText("Trying to backward through the graph a second time");
  const told = (await stepCard().innerText()).match(/Trying to backward/g);
  expect(told).toHaveLength(1);
  await hands.shoot("freed-graph");
  await stepCard().getByRole("button", { name: "Run again with retain_graph=True" }).click();
  await expect(page.getByTestId("run-status")).toContainText("Finished", { timeout: 60_000 });
  await hands.command("Last step");
  await expect(node(/^b = mul/)).toHaveText(/saved tensors kept \(retain_graph\)/);
  await hands.run();
  await expect(page.getByTestId("run-status")).toContainText("Trying to backward through the graph a second time");
});

test("12: the graph of the backward pass is a layer of its own, off until asked for", async () => {
  await hands.runText(
    "second.py",
    `import torch
x = torch.tensor(3.0, requires_grad=True)
y = x ** 3
(g,) = torch.autograd.grad(y, x, create_graph=True)
g.backward()
print(x.grad)
`,
  );
  await hands.command("Last step");
  await hands.command("Show the graph as a list");
  const rows = page.getByTestId("nodes").locator("li");
  const first = await rows.count();
  await hands.command("Show the graph of the backward pass");
  await expect.poll(() => rows.count()).toBeGreaterThan(first);
  await hands.shoot("second-order");
  await hands.command("Show the graph of the backward pass");
  await expect(rows).toHaveCount(first);
});

test("13: sign, size, zero and NaN of a gradient are told apart by colour, width and glyph, with a legend", async () => {
  await hands.runText(
    "signs.py",
    `import torch
a = torch.tensor([1.0, 2.0], requires_grad=True)
big = (a * 1000.0).sum()
small = (a * -1e-3).sum()
none = (a * 0.0).sum()
bad = (a * float("nan")).sum()
(big + small + none + bad).backward()
`,
  );
  await hands.command("Step by edge");
  await hands.command("Last step");
  const picture = await svg("signs.svg");
  const edges = [...picture.matchAll(/class="(edge[^"]*flowed[^"]*)"/g)].map((match) => match[1]);
  for (const kind of ["positive", "negative", "zero", "nan"]) {
    expect(edges.filter((classes) => classes?.includes(kind)).length, kind).toBeGreaterThan(0);
  }
  const widthInto = (title: string): number => {
    const mark = picture.match(new RegExp(`<title>${title}[\\s\\S]*?stroke-width="([\\d.]+)"`));
    return Number(mark?.[1]);
  };
  expect(widthInto("a → mul \\(self\\): gradient contribution[^<]*1 ?000")).toBeGreaterThan(
    widthInto("a → mul \\(self\\): gradient contribution[^<]*0\\.001"),
  );
  await page.getByRole("button", { name: "Whole legend" }).click();
  await expect(page.getByRole("list", { name: "Legend" }).getByRole("listitem")).not.toHaveCount(3);
  await page.getByRole("button", { name: "Fold the legend" }).click();
});

test("14: play stops at its end and at a breakpoint, and reduced motion moves nothing", async () => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await hands.runText("play.py", fanOut);
  await hands.command("Step by edge");
  await hands.command("First step");
  await page.getByTestId("timeline").focus();
  for (let i = 0; i < 4; i += 1) await page.keyboard.press("+");
  await page.keyboard.press("Space");
  await expect.poll(hands.step).toBe(await hands.stepCount());
  const overlay = page.locator("canvas.graph-overlay");
  await hands.press("Shift+F10");
  await hands.press("F10");
  expect(await overlay.evaluate(inks)).toBe(1);
  await page.emulateMedia({ reducedMotion: "no-preference" });
});

test("16: the list mirrors the picture: the current node is marked, and each step is one spoken line", async () => {
  await hands.command("Show the graph as a list");
  await hands.command("First step");
  await hands.stepTo(/mul runs backward/);
  await expect(page.locator('[data-testid="nodes"] [aria-current="step"]')).toHaveCount(1);
  await expect(page.getByTestId("live")).toHaveText(await hands.caption());
  await expect(page.locator(".graph-host")).toHaveAttribute("aria-label", await hands.caption());
  // Keys alone: from the list to another node, whose card opens.
  await page.locator('[data-testid="nodes"] button').first().focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("node-card")).toBeVisible();
});

test("the session violated no policy, asked nothing outside, and wrote no error", () => {
  expect(hands.running.watched).toEqual({ consoleErrors: [], policyViolations: [], outsideRequests: [] });
});
