import type { Data } from "../dtype.ts";
import { check, indexError, runtimeError } from "../errors.ts";
import { dense } from "../kernels/dense.ts";
import { identity, nthElement, quickSelect, stdSort } from "../kernels/std-order.ts";
import { op } from "../op.ts";
import { namedOverload } from "../schema/dimnames.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { shareEvenly } from "./extremes.ts";
import { choiceBackward, keepChoice } from "./gather-scatter.ts";
import { ascending, chosenAlong } from "./sorting.ts";

/** One element of every lane of `dim`, with the dimension removed unless `keepdim`. */
function pickAlong(self: Tensor, dim: number, keepdim: boolean, choose: (lane: Data, n: number) => number): Tensor[] {
  const one = new Int32Array(1);
  const found = chosenAlong(self, dim, 1, (lane, n) => {
    one[0] = choose(lane, n);
    return one;
  });
  if (keepdim || self.ndim === 0) return found;
  return found.map((t) =>
    t.alias(
      t.shape.filter((_, i) => i !== dim),
      t.strides.filter((_, i) => i !== dim),
    ),
  );
}

function requireReal(self: Tensor, kernel: string): void {
  if (self.dtype.kind === "complex" || self.dtype.kind === "bool")
    throw runtimeError(`"${kernel}" not implemented for '${self.dtype.scalarName}'`);
}

function requireSize(self: Tensor, dim: number, name: string): void {
  if (self.ndim > 0 && self.shape[dim] === 0)
    throw indexError(`${name}(): Expected reduction dim ${dim} to have non-zero size.`);
}

/** Number of the median in a lane: the lower one of two. NaN is the median of a lane that has one, unless ignored. */
function medianOf(lane: Data, n: number, ignoreNan: boolean): number {
  let numbers = n;
  for (let i = 0; i < n; i++)
    if (lane[i] !== lane[i]) {
      if (!ignoreNan) return i;
      numbers--;
    }
  const v = identity(n);
  const nth = Math.max(0, (numbers - 1) >> 1);
  nthElement(v, 0, nth, n, ascending(lane));
  return v[nth];
}

function median(name: "median" | "nanmedian", node: string, ignoreNan: boolean) {
  const note = "the gradient goes to the chosen element";
  const all = op({
    name,
    args: ["self"],
    node: `${node}Backward0`,
    forward: (self: Tensor): Tensor => {
      requireReal(self, "median_cpu");
      const out = self.rt.empty([], self.dtype);
      const n = self.numel;
      const { data, start } = dense(self);
      if (n === 0) out.data[0] = self.dtype.round(Number.NaN);
      else out.data[0] = data[start + medianOf(data.subarray(start, start + n) as Data, n, ignoreNan)];
      return out;
    },
    keep: ([self], result) => ({ self, result }),
    vjp: {
      self: (g, { self, result }): Tensor =>
        shareEvenly(
          g,
          self,
          result,
          self.shape.map((_, i) => i),
          false,
        ),
    },
    formula: {
      out: "\\mathrm{median}({self})",
      vjp: { self: "{g} \\odot [{self} = {out}]" },
      note: "elements equal to the median share the gradient evenly",
    },
  });
  const along = op({
    name,
    args: ["self", "dim", "keepdim"],
    node: `${node}Backward1`,
    nondifferentiable: [1],
    forward: (self: Tensor, dim: number, keepdim: boolean = false): Tensor[] => {
      const d = wrapDim(dim, self.ndim);
      requireReal(self, "median_out");
      requireSize(self, d, "median");
      return pickAlong(self, d, keepdim, (lane, n) => medianOf(lane, n, ignoreNan));
    },
    keep: ([self, dim, keepdim], [, indices]) => keepChoice(self, dim, keepdim, indices),
    vjp: { self: (g, kept): Tensor => choiceBackward(g, kept) },
    formula: { out: "\\mathrm{median}({self})", vjp: { self: "\\mathrm{scatter}({g})" }, note },
  });
  return op({
    name,
    args: ["self"],
    forward: (self: Tensor): Tensor => all(self),
    places: ["torch", "Tensor"],
    resultNames: ["values", "indices"],
    signatures: [
      { text: `${name}(Tensor input)`, call: all },
      { text: `${name}(Tensor input, int64_t dim, bool keepdim=False, *, TensorList out=None)`, call: along },
      namedOverload(`${name}(Tensor input, DimName dim, bool keepdim=False, *, TensorList out=None)`),
    ],
  });
}
export const medianOp = median("median", "Median", false);
export const nanmedianOp = median("nanmedian", "Nanmedian", true);

/** The most frequent element of every lane (the smallest of several) and the last place where it stands. */
export const mode = op({
  name: "mode",
  args: ["self", "dim", "keepdim"],
  refuses: { complex: "mode_cpu" },
  node: "ModeBackward0",
  nondifferentiable: [1],
  forward: (self: Tensor, dim: number = -1, keepdim: boolean = false): Tensor[] => {
    const d = wrapDim(dim, self.ndim);
    if (self.ndim > 0 && self.shape[d] === 0)
      throw indexError(`mode(): Expected reduction dim ${d} to have non-zero size.`);
    return pickAlong(self, d, keepdim, (lane, n) => {
      const v = identity(n);
      stdSort(v, 0, n, ascending(lane));
      let best = v[0];
      let most = 0;
      for (let i = 0, run = 0; i < n; i++) {
        run++;
        if (i === n - 1 || lane[v[i]] !== lane[v[i + 1]]) {
          if (run > most) {
            most = run;
            best = v[i];
          }
          run = 0;
        }
      }
      return best;
    });
  },
  keep: ([self, dim, keepdim], [, indices]) => keepChoice(self, dim ?? -1, keepdim, indices),
  vjp: { self: (g, kept): Tensor => choiceBackward(g, kept) },
  formula: {
    out: "\\mathrm{mode}({self})",
    vjp: { self: "\\mathrm{scatter}({g})" },
    note: "the gradient goes to the chosen element",
  },
  places: ["torch", "Tensor"],
  resultNames: ["values", "indices"],
  signatures: [
    "mode(Tensor input, int64_t dim=-1, bool keepdim=False, *, TensorList out=None)",
    namedOverload("mode(Tensor input, DimName dim, bool keepdim=False, *, TensorList out=None)"),
  ],
});

/** The k-th smallest element of every lane, counted from 1. */
export const kthvalue = op({
  name: "kthvalue",
  args: ["self", "k", "dim", "keepdim"],
  node: "KthvalueBackward0",
  nondifferentiable: [1],
  forward: (self: Tensor, k: number, dim: number = -1, keepdim: boolean = false): Tensor[] => {
    const d = wrapDim(dim, self.ndim);
    const size = self.shape[d] ?? 1;
    requireSize(self, d, "kthvalue");
    check(k >= 1 && k <= size, () => `kthvalue(): selected number k out of range for dimension ${d}`);
    requireReal(self, "kthvalue_cpu");
    return pickAlong(self, d, keepdim, (lane, n) => {
      const v = identity(n);
      quickSelect(v, k - 1, (a, b) => (lane[a] !== lane[a] && lane[b] === lane[b]) || lane[a] > lane[b]);
      return v[k - 1];
    });
  },
  keep: ([self, , dim, keepdim], [, indices]) => keepChoice(self, dim ?? -1, keepdim, indices),
  vjp: { self: (g, kept): Tensor => choiceBackward(g, kept) },
  formula: {
    out: "{self}_{(k)}",
    vjp: { self: "\\mathrm{scatter}({g})" },
    note: "the gradient goes to the chosen element",
  },
  places: ["torch", "Tensor"],
  resultNames: ["values", "indices"],
  signatures: [
    "kthvalue(Tensor input, int64_t k, int64_t dim=-1, bool keepdim=False, *, TensorList out=None)",
    namedOverload("kthvalue(Tensor input, int64_t k, DimName dim, bool keepdim=False, *, TensorList out=None)"),
  ],
});
