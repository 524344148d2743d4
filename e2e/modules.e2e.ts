import { expect, type Page, test } from "@playwright/test";
import { type Hands, takeInHand } from "./hands.ts";

let hands: Hands;
let page: Page;

test.beforeAll(async () => {
  hands = await takeInHand();
  page = hands.page;
});

test.afterAll(() => hands?.leave());

const row = (name: RegExp) => page.getByTestId("nodes").getByRole("button", { name });

const deep = `import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
for epoch in range(2):
    loss = model(torch.randn(5, 3)).pow(2).mean()
    model.zero_grad()
    loss.backward()
`;

test("modules close and open in place, and a closed one shows what enters and leaves it", async () => {
  await hands.runText("deep.py", deep);
  await hands.command("Show the graph as a list");
  await hands.command("Last step");
  await hands.command("Close all groups");
  await expect(row(/^Sequential/)).toHaveCount(1);
  await expect(row(/^Sequential/)).toHaveText(/float32 \[5×3\].*float32 \[5×2\]/);
  await hands.shoot("module-closed");
  const closed = await page.getByTestId("nodes").locator("li").count();
  await row(/^Sequential/).click();
  await expect.poll(() => page.getByTestId("nodes").locator("li").count()).toBeGreaterThan(closed);
  await expect(row(/^0: Linear/)).toHaveCount(1);
  await hands.command("Open all groups");
  await expect(row(/^addmm/)).toHaveCount(2);
  await hands.shoot("module-open");
});

test("a big program opens with its modules closed", async () => {
  await hands.runText(
    "big.py",
    `import torch
from torch import nn
layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
model = nn.TransformerEncoder(layer, 4)
model(torch.randn(2, 5, 16)).mean().backward()
`,
  );
  await hands.command("Show the graph as a list");
  await expect(row(/MultiheadAttention: \d+ operators/)).toHaveCount(4);
  expect(await page.getByTestId("nodes").locator("li").count()).toBeLessThanOrEqual(80);
  await hands.shoot("big-closed");
});

test("a big program without modules opens by its functions and loops, which open and close in place", async () => {
  await hands.runText(
    "neurons.py",
    `import torch

class Neuron:
    def __init__(self, n):
        self.w = [torch.tensor(0.1 * i, requires_grad=True) for i in range(n)]
    def __call__(self, x):
        return sum(wi * xi for wi, xi in zip(self.w, x)).tanh()

class Layer:
    def __init__(self, n, m):
        self.neurons = [Neuron(n) for _ in range(m)]
    def __call__(self, x):
        return [n(x) for n in self.neurons]

layers = [Layer(2, 6), Layer(6, 6)]
loss = 0
for sample in range(3):
    x = [torch.tensor(1.0), torch.tensor(2.0)]
    for layer in layers:
        x = layer(x)
    loss = loss + sum(x) ** 2
loss.backward()
`,
  );
  await hands.command("Show the graph as a list");
  await hands.command("Last step");
  const rows = page.getByTestId("nodes").locator("li");
  await expect(row(/^Layer.__init__.*: 12 parameters/)).toHaveCount(1);
  await expect(row(/^Layer.__call__/)).toHaveCount(6);
  await expect(row(/^Layer.__call__ \(call 2\): 78 operators, collapsed, in .*, out .*gradient/)).toHaveCount(3);
  const closed = await rows.count();
  await hands.shoot("calls-closed");
  await row(/^Layer.__call__ \(call 2\)/)
    .last()
    .click();
  await expect(row(/\btanh\b/)).toHaveCount(6);
  await expect(row(/^Layer.__call__/)).toHaveCount(5);
  await hands.shoot("calls-open");
  await row(/\btanh\b/)
    .first()
    .click();
  await page.locator(".graph-host").focus();
  await hands.command("Close all groups");
  await expect(row(/^Layer.__call__/)).toHaveCount(0);
  await expect(row(/^iteration/)).toHaveCount(3);
  expect(await rows.count()).toBeLessThan(closed);
});

test("formulas are typeset with this event's shapes and numbers; broadcasting, sums and kinks are said in words", async () => {
  await hands.runText(
    "words.py",
    `import torch
A = torch.tensor([[1., -2., 0.], [3., 0.5, -1.]], requires_grad=True)
b = torch.tensor([1., 2., 0.], requires_grad=True)
s = torch.tensor(3.0, requires_grad=True)
t = torch.tensor(2.0)
loss = (A + b).relu().sum(dim=1).mean() + s * t
loss.backward()
`,
  );
  await hands.command("Step by edge");
  await hands.command("First step");
  const card = page.getByTestId("gradient-card");
  await hands.stepTo(/mul: contribution to s 2\.0/);
  await expect(card.locator(".katex").first()).toBeVisible();
  await expect(page.getByTestId("arithmetic")).toHaveText(/1\.0 × 2\.0.*= 2\.0/);
  await hands.stepTo(/sum: contribution to/);
  await expect(card).toContainText(/dim(ension)? 1|axis 1/);
  await hands.stepTo(/relu: contribution to/);
  await expect(card).toContainText("relu'(0) = 0 is chosen");
  await hands.stepTo(/add: contribution to b/);
  await expect(card).toContainText(/summed over|broadcast/);
  await hands.shoot("formula-words");
});

test("the session violated no policy, asked nothing outside, and wrote no error", () => {
  expect(hands.running.watched).toEqual({ consoleErrors: [], policyViolations: [], outsideRequests: [] });
});
