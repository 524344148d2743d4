import { expect, type Page, test } from "@playwright/test";
import { type Hands, takeInHand } from "./hands.ts";

let hands: Hands;
let page: Page;

test.beforeAll(async () => {
  hands = await takeInHand();
  page = hands.page;
});

test.describe.configure({ mode: "serial" });

test.afterAll(() => hands?.leave());

const check = () => page.getByTestId("verification");
const row = (name: RegExp) => check().getByRole("row", { name });

const loop = `import torch
w = torch.tensor([1.0, 0.0, -2.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.5)
for _ in range(3):
    optimizer.zero_grad()
    loss = (torch.relu(w) * 3).sum()
    loss.backward()
    optimizer.step()
`;

test("a leaf's gradient is verified at a step in the middle of a training loop", async () => {
  await hands.runText("loop.py", loop);
  await page.keyboard.press("Escape");
  await hands.command("Step by edge");
  await hands.goTo(1);
  await hands.stepTo(/w\.grad/);
  const step = await hands.step();
  await hands.selectNode(/^w/);
  await page.getByTestId("verify").click();
  await expect(check()).toHaveAttribute("data-status", "passed");
  // relu'(0) is no derivative: PyTorch takes 0 of what lies between 0 and 3.
  await expect(row(/\[0\]/)).toContainText("pass");
  await expect(row(/\[1\]/)).toContainText("kink");
  await expect(check()).toContainText("kink of relu: 0.0 from the left, 3.0 from the right");
  await expect(check()).toContainText(`step ${step}`);
  await expect(check()).toContainText("backward pass 1 from loss");
  await hands.shoot("verify-kink");
  await check().getByRole("button", { name: "Close the verification" }).click();
  await expect(check()).toHaveCount(0);
  // The same leaf in the last iteration, by the palette: w[0] was moved to -0.5 then, where relu is flat.
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("End");
  await hands.command("Verify this gradient numerically");
  await expect(check()).toContainText("backward pass 3 from loss");
  await expect(row(/\[0\]/)).toContainText("0.0");
});

test("a function with a wrong backward fails visibly", async () => {
  await hands.runText(
    "wrong.py",
    `import torch
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * x
w = torch.tensor([1.0, 2.0], requires_grad=True)
loss = Square.apply(w).sum()
loss.backward()
`,
  );
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("End");
  await hands.selectNode(/^w/);
  await page.getByTestId("verify").click();
  await expect(check()).toHaveAttribute("data-status", "failed");
  await expect(check()).toContainText("the gradient is wrong in 2 elements");
  await expect(check()).toContainText("On the way: Square, whose backward is the program's own.");
  await expect(row(/\[1\]/)).toContainText("fail");
  await hands.shoot("verify-failed");
});

test("TypeScript too", async () => {
  await hands.runText(
    "leaf.ts",
    `import { tensor } from "backstep";
const w = tensor([0.5, 2], { requiresGrad: true });
const loss = w.exp().sum();
loss.backward();
`,
  );
  await page.getByTestId("timeline").focus();
  await page.keyboard.press("End");
  await hands.selectNode(/^w/);
  await hands.command("Verify this gradient numerically");
  await expect(check()).toHaveAttribute("data-status", "passed");
  await expect(row(/\[1\]/)).toContainText("7.389");
});

test("nothing went wrong in the page", () => {
  expect(hands.running.watched.consoleErrors).toEqual([]);
});
