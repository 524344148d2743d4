import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { OPERATOR_METHODS } from "../api/tensor-methods.ts";
import { quietApi } from "../program.fixture.ts";
import { declarations } from "./declarations.ts";
import { plainFormula } from "./plain-formula.ts";

const text = declarations();
const folder = mkdtempSync(join(tmpdir(), "backstep-types-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const resources = join(import.meta.dirname, "../../../../resources");

/** Uses whose types matter; `@ts-expect-error` marks what must not compile. */
const USES = `
import bs, { arange, autograd, einsum, float64, full, grad, int64, linalg, meshgrid, nn, noGrad, ones, optim, rand, randn, slice, stack, tensor, torch, where, zeros, type Index, type Tensor } from "backstep";
import * as all from "backstep";

class Net extends nn.Module {
  fc = new nn.Linear(2, 3, { bias: false });
  blocks = new nn.ModuleList([new nn.Linear(3, 3), new nn.Linear(3, 1)]);
  forward(x: Tensor, scale = 1): Tensor {
    for (const block of this.blocks) x = block(x).mul(scale);
    return this.fc(x);
  }
}
const net = new Net();
const y: Tensor = net(randn(4, 2), 2);
const features: number = net.fc.inFeatures;
// @ts-expect-error a tensor is no string
const wrong: string = net(randn(4, 2));
// @ts-expect-error forward takes a tensor
net("x");
const seq = new nn.Sequential(new nn.Linear(2, 2), net);
const z: Tensor = seq(y);
const w: Tensor = seq[0].weight;
const loss: Tensor = new nn.CrossEntropyLoss({ labelSmoothing: 0.1 })(z, arange(4));
loss.backward({ retainGraph: true });
loss.backward(ones(1));
const opt = new optim.Adam(net.parameters(), { lr: 0.1, betas: [0.9, 0.99] });
new optim.SGD([{ params: net.fc.parameters(), lr: 1 }, { params: [w] }], { lr: 0.1, momentum: 0.9 });
// @ts-expect-error SGD has no betas
new optim.SGD(net.parameters(), { betas: [1, 2] });
opt.paramGroups[0].lr = 0.5;
const schedule = new optim.StepLR(opt, 10, { gamma: 0.5 });
new optim.lrScheduler.CosineAnnealingLR(opt, 10);
const rates: number[] = schedule.getLastLr();
const { values, indices } = z.max(0, { keepdim: true });
const [v, i] = z.sort(1);
const one: Tensor = z.max();
const sums: Tensor = z.sum([0, 1], true).sum({ dtype: float64 }).sum(0).sum();
const parts: Tensor[] = z.split(2, 1);
const [mu, sigma] = [z.mean(), z.std(0)];
const index: Index = [0, 1];
z.at(0, "1:", slice(1, 2), null, index).set(0, 3);
const cell: number = z[0][1].item();
const made = [tensor([[1, 2], [3, 4]], { dtype: int64, requiresGrad: false }), full([2], 1), zeros(2, 3, { requiresGrad: true }), rand([2, 3], { dtype: float64 }), meshgrid(ones(1), ones(2), { indexing: "xy" } as never)];
const g: Tensor[] = grad([loss], net.parameters(), { createGraph: true });
const inside: number = noGrad(() => 3);
autograd.backward(loss);
einsum("ij,jk->ik", z, z).add(linalg.norm(z)).add(where(z.gt(0), z, 0)).add(stack([z, z], 1));
nn.functional.conv2d(z, z, { stride: 2, padding: [1, 1] }).add(nn.functional.dropout(z, 0.5, { training: false }));
nn.init.kaimingNormal_(w, { nonlinearity: "relu" });
torch.randn(2).add(bs.ones(2)).add(all.zeros(2));
// @ts-expect-error operators do not work on tensors
z + z;
// @ts-expect-error no such function
torch.nonsense();
console.log(wrong, features, rates, values, indices, v, i, one, sums, parts, mu, sigma, cell, made, g, inside);
export { z };
`;

describe("declarations", () => {
  it("type-check what programs write, the bundled examples and the twins", () => {
    const programs = ["examples", "twins"].flatMap((kind) =>
      readdirSync(join(resources, kind)).flatMap((name) => (name.endsWith(".ts") ? [join(resources, kind, name)] : [])),
    );
    writeFileSync(join(folder, "index.d.ts"), text);
    writeFileSync(join(folder, "uses.ts"), USES);
    for (const path of programs) writeFileSync(join(folder, basename(path)), readFileSync(path));
    const compilerOptions = {
      noEmit: true,
      strict: true,
      target: "esnext",
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["es2023"],
      types: [],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    const { stdout, status } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8", cwd: folder });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });

  it("name what there is, and all of it", () => {
    const { exports } = quietApi();
    const declared = new Set(
      [...text.matchAll(/^ {2}export (?:function|const|(?:abstract )?class|namespace|import) (\w+)/gm)].map(
        (m) => m[1],
      ),
    );
    const missing = [...declared].filter((name) => !(name in exports));
    expect(missing).toEqual([]);
    // Names in PyTorch's own spelling work too, but the editor offers one spelling; `var` cannot be imported and is `var_`.
    const offered = Object.keys(exports).filter((name) => !name.includes("_") && name !== "torch" && name !== "var");
    expect(offered.filter((name) => !declared.has(name))).toEqual([]);
  });

  it("every operator that is a method is declared as one", () => {
    for (const name of OPERATOR_METHODS.keys()) expect(text).toContain(`\n    ${name}(`);
  });
});

describe("formulas as text", () => {
  const same = (x: string): string => x;
  it.each([
    ["\\frac{{g}}{{other}}", "g / other"],
    ["-{g} \\odot \\frac{{self}}{{other}^2}", "-g ⊙ self / other²"],
    ["\\tfrac1n\\textstyle\\sum ({self} - {target})^2", "1 / nΣ (self - target)²"],
    ["{self}^{\\mathsf{H}}{other}", "selfᴴother"],
    ["{g} \\odot [{self} > 0]", "g ⊙ [self > 0]"],
    ["\\frac{{input} - \\mu}{\\sqrt{\\sigma^2 + {eps}}}", "(input - μ) / (√(σ² + eps))"],
    ["\\mathrm{scatter\\text{-}add}_{i}({g})", "scatter-add_i(g)"],
    ["\\mathrm{as\\_strided}({self})", "as_strided(self)"],
  ])("%s", (latex, expected) => {
    expect(plainFormula(latex, same)).toBe(expected);
  });
});
