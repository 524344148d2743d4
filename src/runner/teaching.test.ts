/** What teaching programs do that once differed from PyTorch. Every expected text is what PyTorch 2.6.0 prints. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeRunner } from "./node-runner.ts";
import { drive } from "./runner.fixture.ts";

const program = drive(createNodeRunner());
afterAll(() => program.runner.close());

const cases: Readonly<Record<string, { source: string; prints: string; warns?: string }>> = {
  "the dtype of numpy's numbers": {
    source: `
import torch, numpy as np
for v in ([np.float64(1)], [np.int32(1)], [np.int32(1), 5], np.uint8(3), [np.float16(1), 1], [np.float32(1), 2.0], [1, 2.5]):
    print(torch.tensor(v).dtype)`,
    prints: "torch.float64\ntorch.int32\ntorch.int64\ntorch.uint8\ntorch.float16\ntorch.float32\ntorch.float32\n",
  },
  "a list of numpy arrays": {
    source: `
print(torch.tensor([np.ones(2), np.zeros(2)]))
again = torch.tensor([np.ones(2), np.zeros(2)])`,
    prints: "tensor([[1., 1.],\n        [0., 0.]], dtype=torch.float64)\n",
    warns: "UserWarning: Creating a tensor from a list of numpy.ndarrays is extremely slow.",
  },
  "arrays in files": {
    source: `
import numpy as np
np.arange(6, dtype=np.float32).tofile("a.bin")
print(np.fromfile("a.bin", dtype=np.float32, count=2), len(np.memmap("a.bin", dtype=np.float32, mode="r")))
m = np.memmap("b.bin", dtype="int32", mode="w+", shape=(2, 2))
m[0] = 7
m.flush()
print(np.fromfile("b.bin", np.int32), type(m))`,
    prints: "[0. 1.] 6\n[7 7 0 0] <class 'numpy.memmap'>\n",
  },
  "reshape of a tensor that is not in order": {
    source: `
import torch
x = torch.ones(2, 3, requires_grad=True)
for y in (x.reshape(6), x.t().reshape(3, 1, 2), x.t().reshape(6)):
    print(y.grad_fn.name())
print(x.t().reshape(3, 1, 2).grad_fn.next_functions[0][0].next_functions[0][0].name())`,
    prints: "ViewBackward0\nReshapeAliasBackward0\nUnsafeViewBackward0\ntorch::autograd::AccumulateGrad\n",
  },
  "saved tensors: the order in which they are packed, raw slots, and hooks that are forbidden": {
    source: `
import torch
a, b = torch.ones(2, requires_grad=True), torch.full((2,), 3.0, requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(lambda t: (print("pack", t[0].item()), t)[1], lambda t: t):
    y = a * b
raw = y.grad_fn._raw_saved_self
print(type(raw))
try:
    raw.register_hooks(lambda t: t, lambda t: t)
except RuntimeError as e:
    print(e)
z = a.sin()
z.grad_fn._raw_saved_self.register_hooks(lambda t: t * 0, lambda t: t)
z.sum().backward()
print(a.grad)
try:
    with torch.autograd.graph.disable_saved_tensors_hooks("not here"), torch.autograd.graph.saved_tensors_hooks(id, id):
        pass
except RuntimeError as e:
    print(e)
try:
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t.data.add_(1), id):
        a.exp()
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t.add_(1), id):
        (a * 2).exp()
except RuntimeError as e:
    print(str(e)[:57])
print(type(a.register_hook(print)))
y = a.exp()
print(y is y.grad_fn._saved_result, y.grad_fn._saved_result, [n for n in dir(a.pow(2).grad_fn) if "saved" in n])`,
    prints: [
      "pack 3.0",
      "pack 1.0",
      "<class 'torch._C._autograd.SavedTensor'>",
      "Calling register_hooks on a saved tensor whose hooks have already been set. Hint: only one pair of hooks is allowed at a time.",
      "tensor([1., 1.])",
      "not here",
      "A saved tensor pack hook is modifying its input in place.",
      "<class 'torch.utils.hooks.RemovableHandle'>",
      "False tensor([2.7183, 2.7183], grad_fn=<ExpBackward0>) ['_raw_saved_self', '_saved_exponent', '_saved_self']",
      "",
    ].join("\n"),
  },
  "swapped tensors": {
    source: `
import torch
a, b = torch.arange(2), torch.ones(3, requires_grad=True)
torch.utils.swap_tensors(a, b)
print(a, b)`,
    prints: "tensor([1., 1., 1.], requires_grad=True) tensor([0, 1])\n",
  },
  "functorch's old names": {
    source: `
import torch
from functorch import make_functional, grad
f, params = make_functional(torch.nn.Linear(2, 1))
print(grad(lambda p: f(p, torch.ones(3, 2)).sum())(params))`,
    prints: "(tensor([[3., 3.]]), tensor([3.]))\n",
    warns:
      "FutureWarning: We've integrated functorch into PyTorch. As the final step of the integration, `functorch.make_functional` is deprecated as of PyTorch 2.0 and will be deleted",
  },
  "einops: patterns, their graph, and their errors": {
    source: `
import torch
from einops import rearrange, reduce, repeat, einsum, pack, unpack
from einops.layers.torch import Rearrange
x = torch.arange(24.).reshape(2, 3, 4).requires_grad_()
for y in (rearrange(x, "a b (c d) -> d (a b) c", d=2), rearrange(x, "a ... -> a (...)"), reduce(x, "a (b p) c -> a b", "max", p=3),
          repeat(x, "a b c -> (r a) b c", r=2), einsum(x, x, "a b c, a d c -> a b d"), reduce(x, "a b c -> a () ()", "mean")):
    print(tuple(y.shape), y.grad_fn.name(), y.sum().item())
print(rearrange(x, "a b c -> a b c") is x, Rearrange("b c (h p) -> b (c p) h", p=2))
p, shapes = pack([torch.ones(2, 3), torch.ones(2, 4, 5)], "b *")
print(p.shape, shapes, [t.shape for t in unpack(p, shapes, "b *")])
for pattern, lengths in (("a b -> b a", {}), ("a (b d) c -> a b c d", {"d": 2}), ("a b c -> a b", {})):
    try:
        rearrange(x, pattern, **lengths)
    except Exception as e:
        print(e)`,
    prints: [
      "(2, 6, 2) ReshapeAliasBackward0 276.0",
      "(2, 12) ViewBackward0 276.0",
      "(2, 1) AmaxBackward0 34.0",
      "(4, 3, 4) UnsafeViewBackward0 552.0",
      "(2, 3, 3) ViewBackward0 12204.0",
      "(2, 1, 1) ViewBackward0 23.0",
      "True Rearrange('b c (h p) -> b (c p) h', p=2)",
      "torch.Size([2, 23]) [torch.Size([3]), torch.Size([4, 5])] [torch.Size([2, 3]), torch.Size([2, 4, 5])]",
      ' Error while processing rearrange-reduction pattern "a b -> b a".',
      " Input tensor shape: torch.Size([2, 3, 4]). Additional info: {}.",
      " Wrong shape: expected 2 dims. Received 3-dim tensor.",
      ' Error while processing rearrange-reduction pattern "a (b d) c -> a b c d".',
      " Input tensor shape: torch.Size([2, 3, 4]). Additional info: {'d': 2}.",
      " Shape mismatch, can't divide axis of length 3 in chunks of 2",
      ' Error while processing rearrange-reduction pattern "a b c -> a b".',
      " Input tensor shape: torch.Size([2, 3, 4]). Additional info: {}.",
      " Identifiers only on one side of expression (should be on both): {'c'}",
      "",
    ].join("\n"),
  },
};

/** All cases are cells of one notebook (one start of Python); each begins with its name. */
const MARK = "\u001e";
const printed = new Map<string, string>();
beforeAll(async () => {
  const cells = Object.entries(cases).map(
    ([name, { source }]) => `print("${MARK}" + ${JSON.stringify(name)})\n${source}`,
  );
  const end = await program.run("notebook", cells);
  expect(end.failure?.traceback ?? null).toBeNull();
  for (const part of program.printed("out").split(MARK).slice(1)) {
    const lineEnd = part.indexOf("\n");
    printed.set(part.slice(0, lineEnd), part.slice(lineEnd + 1));
  }
});

describe("teaching programs", () => {
  it.each(Object.entries(cases))("%s", (name, { prints, warns }) => {
    expect(printed.get(name)).toBe(prints);
    if (warns !== undefined) expect(program.printed("err").split(warns)).toHaveLength(2);
  });
});
