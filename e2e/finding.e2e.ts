import { expect, type Page, test } from "@playwright/test";
import { type Hands, takeInHand } from "./hands.ts";

let hands: Hands;
let page: Page;

test.beforeAll(async () => {
  hands = await takeInHand();
  page = hands.page;
});

test.afterAll(() => hands?.leave());

test("findings name a vanishing gradient and a NaN, and lead to their steps", async () => {
  await hands.runText(
    "deep.py",
    `import torch
x = torch.tensor(9.0, requires_grad=True)
c = torch.tensor(1.0, requires_grad=True)
y = torch.sigmoid(x) * 1e-4 + c
y.backward()
`,
  );
  const tab = page.getByRole("tab", { name: "Findings" });
  await expect(tab.locator(".tab-count")).toHaveText("1");
  await tab.click();
  const finding = page.getByTestId("findings").getByRole("button");
  await expect(finding).toContainText("Vanishing gradient");
  await expect(finding).toContainText("the gradient of x has vanished");
  await finding.click();
  await expect(page.getByTestId("caption")).toContainText("x.grad is set to");
  await expect(finding).toHaveAttribute("aria-current", "step");

  await hands.runText(
    "nan.py",
    `import torch
x = torch.tensor([-1.0, 4.0], requires_grad=True)
doubled = x * 2
y = torch.sqrt(doubled)
y.sum().backward()
`,
  );
  await expect(finding).toContainText("NaN appears first where sqrt computes y (line 4)");
  await finding.click();
  await expect(page.getByTestId("caption")).toContainText("sqrt");
  const there = await hands.step();
  await hands.command("First step");
  await hands.command("Next NaN or infinity");
  await expect.poll(hands.step).toBe(there);

  await hands.runText("healthy.py", "import torch\na = torch.tensor(3.0, requires_grad=True)\n(a * a).backward()\n");
  await expect(tab.locator(".tab-count")).toHaveCount(0);
  await expect(page.locator("#panel-body")).toContainText("Nothing stands out");
});

test("findings name exploding, dead, unzeroed and forgotten gradients, and lead to their steps", async () => {
  await hands.runText(
    "ill.py",
    `import torch
x = torch.tensor([1.0, 2.0])
w = torch.tensor([3.0, 4.0], requires_grad=True)
b = torch.tensor(0.5)
opt = torch.optim.SGD([w], lr=1e-9)
for epoch in range(2):
    dead = torch.relu(-((x * w) ** 2))
    loss = ((x * w) ** 6).sum() + dead.sum() + b
    loss.backward()
    opt.step()
    with torch.no_grad():
        b -= 0.1
`,
  );
  await hands.command("Show findings");
  const caption = page.getByTestId("caption");
  for (const [finding, step] of [
    ["Dead ReLU", /relu computes dead/],
    ["Exploding gradient", /w\.grad is set to/],
    ["Gradients not zeroed", /w\.grad: .* \(includes 1 earlier backward pass\)/],
    ["No gradient", /sub_ changes b in place/],
  ] as const) {
    const row = page.getByTestId("findings").getByRole("button", { name: new RegExp(`^${finding}`) });
    await expect(row).toHaveCount(1);
    await row.click();
    await expect(caption).toContainText(step);
  }
  await expect(page.getByTestId("findings")).toContainText("is requires_grad=True missing?");
});

test("the palette goes to a step, and finds nodes by text, shape and variable", async () => {
  await hands.runText(
    "search.py",
    `import torch
left = torch.ones(4, 3, requires_grad=True)
right = torch.full((3, 2), 2.0)
product = left @ right
total = (product - 1).pow(2).sum()
total.backward()
`,
  );
  await hands.command("step 3");
  await expect.poll(hands.step).toBe(3);
  const card = page.getByRole("complementary", { name: "Inspector" });
  for (const [text, found] of [
    ["4x2 mm", "product"],
    ["pow(2).sum() SumBackward", "total"],
    ["left", "left"],
  ] as const) {
    await hands.command(text);
    await expect(card).toContainText(found);
  }
  await hands.command("Largest gradient");
  // d total / d product = 2 (6 - 1) = 10 in 8 elements; left's is twice that in 12 elements and two columns.
  await expect(page.getByTestId("caption")).toContainText("left");
});

test("a list of thousands of nodes says the numbers of every row, in the picture's sight or far from it", async () => {
  // Not a loop: its iterations would be groups.
  await hands.runText(
    "chain.py",
    `import functools
import torch
a = torch.tensor(1.0, requires_grad=True)
y = functools.reduce(lambda sum, _: sum + 0.5, range(2000), a)
y.backward()
`,
  );
  await hands.command("Show the graph as a list");
  await hands.command("Last step");
  await hands.command("Actual size");
  const rows = page.getByTestId("nodes").getByRole("button");
  for (const [place, words] of [
    ["last", /^y = add.*value 1001\.0,.*gradient 1\.0$/],
    ["first", /^a.*value 1\.0,.*\.grad 1\.0$/],
  ] as const) {
    await page.getByTestId("nodes").evaluate((list, where) => {
      const pane = list.parentElement as HTMLElement;
      pane.scrollTop = where === "last" ? pane.scrollHeight : 0;
    }, place);
    await expect(rows[place]()).toHaveText(words);
  }
  expect(await rows.count()).toBeLessThan(100);
});

test("why a gradient is None and who contributed are answered in the picture", async () => {
  await hands.runText(
    "cut.py",
    `import torch
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
cut = (b * 2).detach()
c = a * cut
d = c + a
d.backward()
`,
  );
  await hands.command("Last step");
  await hands.command("b AccumulateGrad");
  await hands.command("Why is this gradient None?");
  const answer = page.getByTestId("answer");
  await expect(answer).toContainText("the gradient of b is None");
  await expect(answer).toContainText("detach()");

  await page.keyboard.press("Escape");
  await expect(answer).toHaveCount(0);
  await hands.command("a AccumulateGrad");
  const before = await hands.pixels();
  await hands.command("Who contributed to this gradient?");
  // 6 through c, 1 directly.
  await expect(answer).toContainText("a receives 2 contributions: c 6 (86 %), d 1 (14 %)");
  await expect.poll(hands.pixels).not.toBe(before);
  await hands.shoot("who-contributed");
  // An answer is about one step.
  await page.keyboard.press("Shift+F10");
  await expect(answer).toHaveCount(0);
});

test("the session violated no policy, asked nothing outside, and wrote no error", () => {
  expect(hands.running.watched).toEqual({ consoleErrors: [], policyViolations: [], outsideRequests: [] });
});
