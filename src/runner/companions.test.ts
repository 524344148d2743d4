/** Laws of the companions; what their packages print is in `sessions/`. */
import { afterAll, expect, it } from "vitest";
import { createNodeRunner } from "./node-runner.ts";
import { drive } from "./runner.fixture.ts";

const program = drive(createNodeRunner());
afterAll(() => program.runner.close());

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
