import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeRunner } from "./node-runner.ts";
import { drive } from "./runner.fixture.ts";

/** Expressions by the rule that they ask for, and what numpy 2.2 and the other packages say beside PyTorch 2.6.0: the value's text, or the error's. */
const CASES: Readonly<Record<string, readonly (readonly [expression: string, said: string])[]>> = {
  "numpy: elements by integers": [
    [
      "a[0], a[-1], m[np.int64(1)], m[1, np.int64(-1)]",
      "(np.float64(0.0), np.float64(2.0), array([3, 4, 5]), np.int64(5))",
    ],
    [
      "said('a[3]'), said('m[0, -4]')",
      "('IndexError: index 3 is out of bounds for axis 0 with size 3', 'IndexError: index -4 is out of bounds for axis 1 with size 3')",
    ],
    [
      "put(m, (1, 2), 7), put(m, 0, a), put(f, 0, 0.1)",
      "(array([[0, 1, 2],\n       [3, 4, 7]]), array([[0, 1, 2],\n       [3, 4, 5]]), array([0.1, 1. ], dtype=float32))",
    ],
    [
      "put(m, (0, 0), 7.9), put(np.array([True, False]), 1, 2.0)",
      "(array([[7, 1, 2],\n       [3, 4, 5]]), array([ True,  True]))",
    ],
    ["[np.array([True, 0])[0]]", "[np.int64(1)]"],
  ],
  "numpy: negative zero": [
    ["(-np.zeros(2))[0], -np.zeros(2), (-torch.zeros(1)).item()", "(np.float64(-0.0), array([-0., -0.]), -0.0)"],
  ],
  "numpy: numbers beside arrays keep its dtype": [
    [
      "f * 2.5, (f + np.float64(1)).dtype, m * 0.5",
      "(array([0. , 2.5], dtype=float32), dtype('float64'), array([[0. , 0.5, 1. ],\n       [1.5, 2. , 2.5]]))",
    ],
    ["np.uint8([1, 2]) / 2, 1 / np.array([2, 4])", "(array([0.5, 1. ]), array([0.5 , 0.25]))"],
  ],
  "torchvision: transforms of arrays and tensors": [
    [
      "[T.ToTensor()(pixels), T.Normalize((0.5,), (0.25,))(T.ToTensor()(pixels))]",
      "[tensor([[[0.0000, 0.2353],\n         [0.4706, 0.7059]],\n\n        [[0.0784, 0.3137],\n         [0.5490, 0.7843]],\n\n        [[0.1569, 0.3922],\n         [0.6275, 0.8627]]]), tensor([[[-2.0000, -1.0588],\n         [-0.1176,  0.8235]],\n\n        [[-1.6863, -0.7451],\n         [ 0.1961,  1.1373]],\n\n        [[-1.3725, -0.4314],\n         [ 0.5098,  1.4510]]])]",
    ],
    [
      "T.Compose([T.ToTensor(), T.Resize(4), T.CenterCrop(2), T.RandomCrop(2, padding=1), T.RandomRotation(10), T.ColorJitter(0.1)])",
      "Compose(\n    ToTensor()\n    Resize(size=4, interpolation=bilinear, max_size=None, antialias=True)\n    CenterCrop(size=(2, 2))\n    RandomCrop(size=(2, 2), padding=1)\n    RandomRotation(degrees=[-10.0, 10.0], interpolation=nearest, expand=False, fill=0)\n    ColorJitter(brightness=(0.9, 1.1), contrast=None, saturation=None, hue=None)\n)",
    ],
    [
      "[T.Resize(2)(picture), T.Resize((3, 2), antialias=False)(picture), T.Resize(2)(T.ConvertImageDtype(torch.uint8)(picture))]",
      "[tensor([[[0.0744, 0.1071],\n         [0.2054, 0.2381]],\n\n        [[0.4077, 0.4405],\n         [0.5387, 0.5714]],\n\n        [[0.7411, 0.7738],\n         [0.8720, 0.9048]]]), tensor([[[0.0243, 0.0660],\n         [0.1354, 0.1771],\n         [0.2465, 0.2882]],\n\n        [[0.3576, 0.3993],\n         [0.4688, 0.5104],\n         [0.5799, 0.6215]],\n\n        [[0.6910, 0.7326],\n         [0.8021, 0.8438],\n         [0.9132, 0.9549]]]), tensor([[[ 19,  27],\n         [ 52,  60]],\n\n        [[104, 112],\n         [137, 146]],\n\n        [[189, 197],\n         [223, 231]]], dtype=torch.uint8)]",
    ],
    [
      "[tuple(T.Resize(s)(picture).shape) for s in (2, 8, (3, 5))], T.CenterCrop(6)(picture)[0, :2]",
      "([(3, 2, 2), (3, 8, 8), (3, 3, 5)], tensor([[0.0000, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000],\n        [0.0000, 0.0000, 0.0208, 0.0417, 0.0625, 0.0000]]))",
    ],
    [
      "T.Pad((1, 2), padding_mode='symmetric')(picture[:, :2, :2]), T.Grayscale()(picture)[0, 0]",
      "(tensor([[[0.0833, 0.0833, 0.1042, 0.1042],\n         [0.0000, 0.0000, 0.0208, 0.0208],\n         [0.0000, 0.0000, 0.0208, 0.0208],\n         [0.0833, 0.0833, 0.1042, 0.1042],\n         [0.0833, 0.0833, 0.1042, 0.1042],\n         [0.0000, 0.0000, 0.0208, 0.0208]],\n\n        [[0.4167, 0.4167, 0.4375, 0.4375],\n         [0.3333, 0.3333, 0.3542, 0.3542],\n         [0.3333, 0.3333, 0.3542, 0.3542],\n         [0.4167, 0.4167, 0.4375, 0.4375],\n         [0.4167, 0.4167, 0.4375, 0.4375],\n         [0.3333, 0.3333, 0.3542, 0.3542]],\n\n        [[0.7500, 0.7500, 0.7708, 0.7708],\n         [0.6667, 0.6667, 0.6875, 0.6875],\n         [0.6667, 0.6667, 0.6875, 0.6875],\n         [0.7500, 0.7500, 0.7708, 0.7708],\n         [0.7500, 0.7500, 0.7708, 0.7708],\n         [0.6667, 0.6667, 0.6875, 0.6875]]]), tensor([0.2717, 0.2925, 0.3133, 0.3342]))",
    ],
    [
      "said('T.ToTensor()(torch.ones(2))'), said('T.Normalize(0.5, 0)(picture)'), said('T.RandomCrop(9)(picture)')",
      "(\"TypeError: pic should be PIL Image or ndarray. Got <class 'torch.Tensor'>\", 'ValueError: std evaluated to zero after conversion to torch.float32, leading to division by zero.', 'ValueError: Required crop size (9, 9) is larger than input image size (4, 4)')",
    ],
  ],
  "torchvision: chance in its own order": [
    [
      "[seeded(t)(picture).sum() for t in (T.RandomHorizontalFlip(), T.RandomCrop(3, padding=1), T.RandomResizedCrop(3), T.RandomErasing(1.0))]",
      "[tensor(23.5000), tensor(9.1875), tensor(12.9375), tensor(21.7500)]",
    ],
    [
      "[seeded(t)(picture).sum() for t in (T.ColorJitter(0.2, 0.3, 0.4, 0.1), T.RandomRotation(40), T.RandomAffine(9, (0.1, 0.2), (0.8, 1.2), 5), T.GaussianBlur(3))]",
      "[tensor(16.3299), tensor(17.6250), tensor(17.6250), tensor(23.5000)]",
    ],
  ],
  "torchvision: grids": [
    [
      "make_grid(torch.arange(8.0).view(2, 1, 2, 2), padding=1)[0]",
      "tensor([[0., 0., 0., 0., 0., 0., 0.],\n        [0., 0., 1., 0., 4., 5., 0.],\n        [0., 2., 3., 0., 6., 7., 0.],\n        [0., 0., 0., 0., 0., 0., 0.]])",
    ],
    [
      "[tuple(make_grid(torch.zeros(*s), nrow=2).shape) for s in ((5, 3, 4, 4), (4, 4), (1, 1, 4, 4))]",
      "[(3, 20, 14), (3, 4, 4), (3, 4, 4)]",
    ],
    [
      "make_grid(torch.arange(8.0).view(2, 1, 2, 2), padding=1, normalize=True, scale_each=True, pad_value=0.5)[1, 1]",
      "tensor([0.5000, 0.0000, 0.3333, 0.5000, 0.0000, 0.3333, 0.5000])",
    ],
  ],
  "matplotlib: colours are entries of a table": [
    [
      "[[round(float(v), 4) for v in plt.get_cmap('gray')(x)] for x in (0.5, 0.0, 1.0, 1.7, 128, 0.999)]",
      "[[0.502, 0.502, 0.502, 1.0], [0.0, 0.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0], [0.502, 0.502, 0.502, 1.0], [1.0, 1.0, 1.0, 1.0]]",
    ],
    [
      "[[float(v) for v in ListedColormap(['red', '#00ff00', 'blue'])(x)] for x in (0.3, 0.34, 0.7, 1, 5)]",
      "[[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]]",
    ],
  ],
  "matplotlib: parts by name": [
    [
      "sorted(plt.violinplot([[1.0, 2.0, 4.0], [2.0, 3.0]], showmeans=True))",
      "['bodies', 'cbars', 'cmaxes', 'cmeans', 'cmins']",
    ],
    [
      "sorted(plt.subplot_mosaic('AB;CC')[1]), plt.figure(figsize=(4, 3)).get_size_inches(), to_hex('tab:orange')",
      "(['A', 'B', 'C'], array([4., 3.]), '#ff7f0e')",
    ],
  ],
  "sklearn: classes by a linear model": [
    [
      "(iris := LogisticRegression(C=0.5).fit(*load_iris(return_X_y=True))), iris.coef_.shape, iris.score(*load_iris(return_X_y=True)), iris.predict([[5.0, 3.4, 1.5, 0.2]])",
      "(LogisticRegression(C=0.5), (3, 4), 0.9666666666666667, array([0]))",
    ],
    [
      "[(v + 0.0).round(2).tolist() for v in (binary.coef_, binary.intercept_, binary.predict_proba([[0.5, 1.0]]), binary.decision_function([[0.5, 1.0]]))]",
      "[[[0.64, 0.8]], [-1.36], [[0.56, 0.44]], [-0.24]]",
    ],
    [
      "log_loss([0, 1, 1], [0.1, 0.8, 0.6]), OneHotEncoder(sparse_output=False).fit_transform([[1, 0], [3, 0], [1, 2]])",
      "(0.2797765635793423, array([[1., 0., 1., 0.],\n       [0., 1., 1., 0.],\n       [1., 0., 0., 1.]]))",
    ],
    [
      "said('LogisticRegression().fit([[1.0], [2.0]], [1, 1])')",
      "ValueError: This solver needs samples of at least 2 classes in the data, but the data contains only one class: np.int64(1)",
    ],
  ],
  "numpy: chances as exact as their dtype": [
    ["np.random.RandomState(0).choice(3, p=np.array([0.2, 0.3, 0.50001], dtype=np.float32))", "2"],
    ["said('np.random.choice(2, p=[0.5, 0.50001])')", "ValueError: probabilities do not sum to 1"],
  ],
};

const PREAMBLE = `
import json
import numpy as np
import matplotlib.pyplot as plt
from matplotlib.colors import ListedColormap, to_hex
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import OneHotEncoder
import torch
import torchvision.transforms as T
from torchvision.utils import make_grid

pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3) * 20
picture = torch.arange(48.0).view(3, 4, 4) / 48

binary = LogisticRegression(tol=1e-9).fit([[0.0, 1.0], [1.0, 0.5], [2.0, 2.0], [0.5, 3.0], [1.5, 1.0]], [0, 0, 1, 1, 1])

def seeded(transform):
    torch.manual_seed(3)
    return transform

a, m, f = np.arange(3.0), np.arange(6).reshape(2, 3), np.arange(2, dtype=np.float32)

def said(expression):
    try:
        return str(eval(expression))
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def put(x, index, value):
    x = x.copy()
    x[index] = value
    return x
`;

const program = drive(createNodeRunner());
afterAll(() => program.runner.close());

describe("companions say what their packages say", () => {
  const answers = new Map<string, string>();
  beforeAll(async () => {
    const asked = Object.values(CASES).flatMap((cases) => cases.map(([expression]) => expression));
    const list = JSON.stringify(JSON.stringify(asked));
    await program.run("python", `${PREAMBLE}\nprint(json.dumps({e: said(e) for e in json.loads(${list})}))`);
    for (const [expression, said] of Object.entries(JSON.parse(program.printed("out")) as Record<string, string>))
      answers.set(expression, said);
  });

  it("numpy and matplotlib compute without leaving steps", async () => {
    const source = `
import numpy as np
import matplotlib.pyplot as plt
a, b, c = np.array([1.0, 2.0]), np.arange(5), np.zeros((2, 3), dtype=complex)
a[0], d = 3, a[b[:2] > 0].sum() + np.linspace(0, 1, 3)[1]
np.allclose(c.real, c.imag), np.polyfit(a, a, 1), np.random.randn(2) @ np.full(2, d)
plt.contourf(np.outer(a, a)), plt.hist(b), plt.imshow(c.real)`;
    const end = await program.run("python", source);
    expect(program.printed("err")).toBe("");
    expect(end.summary?.scenes).toEqual([]);
  });

  it("Delaunay's triangles tile the hull of their points, and none holds another point within its circle", async () => {
    const source = `
import random
from matplotlib._triangles import _circle, triangles_of
random.seed(4)
points = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)] + [(random.random(), random.random()) for _ in range(40)]
xs, ys = zip(*points)
found = triangles_of(xs, ys)

def area(a, b, c):
    return abs((xs[b] - xs[a]) * (ys[c] - ys[a]) - (ys[b] - ys[a]) * (xs[c] - xs[a])) / 2

def empty(t):
    x, y, r2 = _circle(points, *t)
    return all((px - x) ** 2 + (py - y) ** 2 > r2 * (1 - 1e-9) for px, py in points)

print(round(sum(area(*t) for t in found), 9), all(map(empty, found)), triangles_of([0, 1, 0], [0, 0, 1]), triangles_of([0, 1], [0, 1], [[0, 1, 1]]))`;
    await program.run("python", source);
    expect(program.printed("err")).toBe("");
    expect(program.printed("out")).toBe("1.0 True [[0, 1, 2]] [[0, 1, 1]]\n");
  });

  it("bands of a contour tile the grid, cells without a number left out, and lines lie between them", async () => {
    const source = `
from matplotlib._contour import bands, lines
xs, ys = [0.0, 1.0, 3.0], [0.0, 2.0, 3.0]
z = [[0.0, 1.0, 4.0], [2.2, 2.1, 2.6], [5.0, 2.4, 3.5]]

def area(polygon):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, polygon[1:] + polygon[:1]))) / 2

print(round(sum(area(part) for band in bands(xs, ys, z, [0, 1.5, 2, 3, 5]) for part in band), 9))
z[0][0] = float("nan")
print(round(sum(area(part) for band in bands(xs, ys, z, [0, 1.5, 2, 3, 5]) for part in band), 9))
print(lines([0.0, 1.0], [0.0, 1.0], [[0.0, 2.0], [0.0, 2.0]], [-1, 0.5, 1.0, 3]))`;
    await program.run("python", source);
    expect(program.printed("err")).toBe("");
    expect(program.printed("out").trim().split("\n")).toEqual([
      "9.0",
      "7.0",
      "[[], [((0.25, 0.0), (0.25, 1.0))], [((0.5, 0.0), (0.5, 1.0))], []]",
    ]);
  });

  for (const [rule, cases] of Object.entries(CASES))
    it.each(cases)(`${rule}: %s`, (expression, said) => expect(answers.get(expression)).toBe(said));
});
