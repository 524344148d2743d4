import { createHash } from "node:crypto";
import { expect, type Page, test } from "@playwright/test";
import fc from "fast-check";
import { type Hands, takeInHand } from "./hands.ts";

/**
 * What a person sees depends on the cursor alone, never on the way to it: one window takes random walks, keys without waiting for
 * their answers, and a second window, which only ever seeks, must show the same at the step where the first one ends up.
 */

const program = `import torch
torch.manual_seed(0)
x = torch.randn(4, 2)
y = torch.randn(4, 1)
w = torch.randn(2, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([w, b], lr=0.1)
for i in range(4):
    out = torch.tanh(x @ w + b)
    loss = ((out - y) ** 2 + out * out.detach()).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
`;

const keys = [
  ...["F10", "F10", "F10", "Shift+F10", "Shift+F10", "F11", "Shift+F11", "ArrowRight", "ArrowLeft"],
  ...["Alt+1", "Alt+2", "Alt+3", "Control+]", "Control+[", "Home", "End", "F5", "Shift+F5"],
] as const;

type Move = { keys: readonly string[] } | { scrub: number };

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 12 }).map((some) => ({ keys: some })),
    },
    { weight: 1, arbitrary: fc.constantFrom("F10", "Shift+F10").map((key) => ({ keys: Array<string>(30).fill(key) })) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((scrub) => ({ scrub })) },
  ),
  { minLength: 3, maxLength: 6 },
);

/** Walks to different steps, always taken: random ones alone may all end in the same place. The last one jumps within an iteration. */
const sure: [Move[]][] = [
  [[{ scrub: 0.1 }, { keys: ["Home", "F10", "F10", "F10"] }]],
  [[{ keys: ["Home", "F10"] }, { keys: ["End", "Shift+F10", "Shift+F10"] }]],
  [[{ keys: ["F11", "F11"] }, { keys: ["End", ...Array<string>(30).fill("Shift+F10")] }]],
  [[{ keys: ["End"] }, { keys: ["Alt+1", "Shift+F10", "Shift+F10"] }]],
];

let walker: Hands;
let seeker: Hands;

test.beforeAll(async () => {
  walker = await takeInHand();
  seeker = await takeInHand();
  for (const hands of [walker, seeker]) {
    await hands.runText("walk.py", program);
    await hands.command("Show the graph as a list");
    await hands.goTo(1);
    await look(hands.page);
  }
});

test.afterAll(() => Promise.all([walker?.leave(), seeker?.leave()]));

/** Everything that a step decides, as text. */
function words(page: Page): Promise<{ step: string; caption: string; card: string; nodes: string[] }> {
  return page.evaluate(() => {
    const text = (selector: string): string => document.querySelector<HTMLElement>(selector)?.innerText ?? "";
    const rows = [...document.querySelectorAll<HTMLElement>('[data-testid="nodes"] button')];
    return {
      step: document.querySelector<HTMLInputElement>('[data-testid="step"]')?.value ?? "",
      caption: text('[data-testid="caption"]'),
      card: text(".inspector"),
      nodes: rows.map((row) => `${row.ariaCurrent ?? ""} ${row.dataset["touched"] ?? ""} ${row.innerText}`),
    };
  });
}

/** And as pixels: digests of the graph and the motion above it, the timeline, the plot, and the card's heatmaps. */
async function drawn(page: Page): Promise<string[]> {
  const canvases = page.locator(":is(.graph-host, .timeline, .inspector) canvas");
  const images = await canvases.evaluateAll((all) =>
    all.map((one) => [one.className || one.parentElement?.className, (one as HTMLCanvasElement).toDataURL()] as const),
  );
  return images.map(([name, image]) => `${name} ${createHash("sha256").update(image).digest("hex")}`);
}

const seen = async (page: Page) => ({ ...(await words(page)), drawn: await drawn(page) });

const compared = new Set<number>();

/** Until the first window has dealt with everything that was pressed; cells that were opened and the camera are a person's choice. */
async function settled(): Promise<void> {
  const { page } = walker;
  await unchanging();
  if ((await page.getByTestId("element-level").count()) > 0) await page.keyboard.press("Shift+F11");
  await page.mouse.move(1, 1);
  await look(page);
  await unchanging();
}

/** The whole graph fits its pane, which has the focus. */
async function look(page: Page): Promise<void> {
  await page.locator(".graph-host").focus();
  await page.keyboard.press("Shift+1");
}

async function unchanging(): Promise<void> {
  let before = "";
  await expect(async () => {
    const last = before;
    before = JSON.stringify(await words(walker.page));
    expect(before).toBe(last);
  }).toPass({ intervals: [100] });
}

/** The second window, having sought the step where the first one ended up, comes to show the same, once both have all their values. */
async function expectSameAsSought(): Promise<void> {
  await expect(async () => {
    const now = await seen(walker.page);
    const step = Number(now.step.replace(/\D/g, ""));
    if (step !== (await seeker.step())) await seeker.goTo(step);
    expect(now).toEqual(await seen(seeker.page));
    compared.add(step);
  }).toPass({ timeout: 15_000, intervals: [50, 100, 200] });
}

async function take(move: Move): Promise<void> {
  const { page } = walker;
  if ("keys" in move) {
    // All at once: the window gets them faster than it can answer.
    await Promise.all(move.keys.map((key) => page.keyboard.press(key)));
    return;
  }
  const box = await page.getByTestId("timeline").boundingBox();
  if (!box) throw new Error("no timeline");
  await page.mouse.move(box.x + box.width * move.scrub, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * (1 - move.scrub), box.y + box.height / 2, { steps: 6 });
  await page.mouse.up();
  await page.locator(".graph-host").focus();
}

test("after any walk the window shows what seeking there shows", async () => {
  test.slow();
  await fc.assert(
    fc.asyncProperty(moves, async (walk) => {
      for (const move of walk) await take(move);
      await settled();
      await expectSameAsSought();
    }),
    // Prints the seed; shrinking would take minutes.
    { numRuns: 11, examples: sure, endOnFailure: true },
  );
  expect(compared.size).toBeGreaterThanOrEqual(sure.length);
});

test("both sessions wrote no error", () => {
  for (const { running } of [walker, seeker]) expect(running.watched.consoleErrors).toEqual([]);
});
