import { check, sizes } from "../errors.ts";
import { op } from "../op.ts";
import { type Shape, wrapDims } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { bmm, mm } from "./matmul.ts";
import { movedim } from "./reshaping.ts";
import { diagonal } from "./slicing.ts";
import { sum } from "./sum.ts";
import { permute, reshape, unsqueeze, view } from "./views.ts";

const ELLIPSIS = "...";

/** Labels of one operand's dimensions; "..." stands for several. `what` and `found` word the errors. */
function parseLabels(text: string, offset: number, what: string, already: string): string[] {
  const labels: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === " ") continue;
    if (c === ".") {
      check(!labels.includes(ELLIPSIS), () => `einsum(): found '.' for ${what} ${already}`);
      check(
        text.slice(i, i + 3) === ELLIPSIS,
        () => `einsum(): found '.' for ${what} that is not part of any ellipsis${what === "output" ? " (...)" : ""}`,
      );
      labels.push(ELLIPSIS);
      i += 2;
    } else {
      check(
        /[A-Za-z]/.test(c),
        () =>
          `einsum(): invalid subscript given at index ${offset + i} in the equation string, subscripts must be in [a-zA-Z]`,
      );
      labels.push(c);
    }
  }
  return labels;
}

/** The inputs' labels: one list per operand. */
function parseInputs(lhs: string, operands: number): string[][] {
  const parts = lhs.split(",");
  check(parts.length <= operands, () => "einsum(): fewer operands were provided than specified in the equation");
  check(parts.length === operands, () => "einsum(): more operands were provided than specified in the equation");
  let offset = 0;
  return parts.map((part, i) => {
    const labels = parseLabels(part, offset, `operand ${i}`, "for which an ellipsis was already found");
    offset += part.length + 1;
    return labels;
  });
}

/** Where labels stand in the common order: output dimensions first, then summed ones. */
interface Plan {
  readonly place: ReadonlyMap<string, number>;
  /** First place of the dimensions that "..." covers. */
  readonly ellipsisAt: number;
  readonly ellipsisCount: number;
  readonly outputs: number;
  readonly total: number;
}

function planLabels(equation: string, inputs: readonly string[][], operands: readonly Tensor[]): Plan {
  const count = new Map<string, number>();
  let ellipsisCount = 0;
  for (const [i, labels] of inputs.entries()) {
    const named = labels.filter((l) => l !== ELLIPSIS);
    const open = named.length < labels.length;
    const { ndim } = operands[i];
    if (open) ellipsisCount = Math.max(ellipsisCount, ndim - named.length);
    check(
      open ? named.length <= ndim : named.length === ndim,
      () =>
        `einsum(): the number of subscripts in the equation (${named.length}${open ? ") is more than the number of dimensions (" : ") does not match the number of dimensions ("}${ndim}) for operand ${i}${open ? "" : " and no ellipsis was given"}`,
    );
    for (const l of named) count.set(l, (count.get(l) ?? 0) + 1);
  }
  // PyTorch numbers capital letters before small ones.
  const known = [...count.keys()].sort();
  const place = new Map<string, number>();
  let next = 0;
  let ellipsisAt = -1;
  const arrow = equation.indexOf("->");
  if (arrow < 0) {
    ellipsisAt = 0;
    next = ellipsisCount;
    for (const l of known) if (count.get(l) === 1) place.set(l, next++);
  } else
    for (const l of parseLabels(
      equation.slice(arrow + 2),
      arrow + 2,
      "output",
      "but an ellipsis (...) was already found",
    ))
      if (l === ELLIPSIS) {
        ellipsisAt = next;
        next += ellipsisCount;
      } else {
        check(
          count.has(l) && !place.has(l),
          () =>
            `einsum(): output subscript ${l} ${place.has(l) ? "appears more than once in the output" : "does not appear in the equation for any input operand"}`,
        );
        place.set(l, next++);
      }
  const outputs = next;
  if (ellipsisAt < 0) {
    ellipsisAt = next;
    next += ellipsisCount;
  }
  for (const l of known) if (!place.has(l)) place.set(l, next++);
  return { place, ellipsisAt, ellipsisCount, outputs, total: next };
}

/** Every operand with all dimensions in the common order (diagonals taken, missing ones of size 1). */
function align(plan: Plan, inputs: readonly string[][], operands: readonly Tensor[]) {
  const sizeOf = new Map<string, number>();
  const ellipsisSizes = new Array<number>(plan.ellipsisCount).fill(1);
  /** How many operands have a size other than 1, by place. */
  const holders = new Array<number>(plan.total).fill(0);
  const aligned = operands.map((operand, i) => {
    let t = operand;
    const order = new Array<number>(plan.total).fill(-1);
    let dim = 0;
    for (const label of inputs[i]) {
      if (label === ELLIPSIS) {
        const covered = operand.ndim - (inputs[i].length - 1);
        for (let j = plan.ellipsisCount - covered; j < plan.ellipsisCount; j++) {
          const size = t.shape[dim];
          if (size !== 1) {
            const seen = ellipsisSizes[j];
            const at = dim;
            check(
              seen === 1 || seen === size,
              () =>
                `einsum(): dimension ${at} covered by ellipsis in operand ${i}has size ${size} which does not broadcast with previously seen ellipsis with size ${seen} for the respective dimension`,
            );
            ellipsisSizes[j] = size;
            holders[plan.ellipsisAt + j]++;
          }
          order[plan.ellipsisAt + j] = dim++;
        }
        continue;
      }
      const at = plan.place.get(label) as number;
      const size = t.shape[dim];
      if (order[at] === -1) {
        if (size !== 1) {
          const seen = sizeOf.get(label) ?? 1;
          check(
            seen === 1 || seen === size,
            () =>
              `einsum(): subscript ${label} has size ${size} for operand ${i} which does not broadcast with previously seen size ${seen}`,
          );
          sizeOf.set(label, size);
          holders[at]++;
        }
        order[at] = dim++;
      } else {
        const before = order[at];
        const other = t.shape[before];
        check(
          size === other,
          () =>
            `einsum(): subscript ${label} is repeated for operand ${i} but the sizes don't match, ${size} != ${other}`,
        );
        t = movedim(diagonal(t, 0, before, dim), [-1], [before]);
      }
    }
    for (let k = 0; k < order.length; k++)
      if (order[k] === -1) {
        t = unsqueeze(t, dim);
        order[k] = dim++;
      }
    return permute(t, order);
  });
  return { aligned, holders };
}

/** Product of two aligned operands summed over `summed`, as one batched matrix product. Keeps the summed dimensions as 1. */
function contract(left: Tensor, right: Tensor, summed: readonly number[]): Tensor {
  if (summed.length === 0) return mul(left, right);
  const both: number[] = [];
  const onlyLeft: number[] = [];
  const onlyRight: number[] = [];
  for (let d = 0; d < left.ndim; d++) {
    if (summed.includes(d)) continue;
    const [l, r] = [left.shape[d] !== 1, right.shape[d] !== 1];
    (l && r ? both : l ? onlyLeft : onlyRight).push(d);
  }
  const volume = (t: Tensor, dims: readonly number[]): number => dims.reduce((n, d) => n * t.shape[d], 1);
  const batch = volume(left, both);
  const inner = volume(left, summed);
  const a = reshape(permute(left, [...both, ...onlyLeft, ...summed, ...onlyRight]), [
    batch,
    volume(left, onlyLeft),
    inner,
  ]);
  const b = reshape(permute(right, [...both, ...summed, ...onlyRight, ...onlyLeft]), [
    batch,
    inner,
    volume(right, onlyRight),
  ]);
  const order = [...both, ...onlyLeft, ...summed, ...onlyRight];
  const shape = order.map((d) => (summed.includes(d) ? 1 : onlyRight.includes(d) ? right.shape[d] : left.shape[d]));
  const back = new Array<number>(order.length);
  for (const [i, d] of order.entries()) back[d] = i;
  return permute(view(bmm(a, b), shape), back);
}

/** Sums of products of the operands' elements, by Einstein's convention. */
export const einsum = op({
  name: "einsum",
  args: ["equation", "operands"],
  forward: (equation: string, operands: readonly Tensor[]): Tensor => {
    check(operands.length > 0, () => "einsum(): must provide at least one operand");
    const arrow = equation.indexOf("->");
    const inputs = parseInputs(arrow < 0 ? equation : equation.slice(0, arrow), operands.length);
    const plan = planLabels(equation, inputs, operands);
    const { aligned, holders } = align(plan, inputs, operands);
    let result = aligned[0];
    for (let k = 1; k < aligned.length; k++) {
      let [a, b] = [result, aligned[k]];
      const together: number[] = [];
      const first: number[] = [];
      const second: number[] = [];
      for (let d = plan.outputs; d < plan.total; d++) {
        const [l, r] = [a.shape[d] !== 1, b.shape[d] !== 1];
        if (l && r) {
          if (--holders[d] === 1) {
            together.push(d);
            holders[d] = 0;
          }
        } else if (holders[d] === 1 && (l || r)) {
          (l ? first : second).push(d);
          holders[d] = 0;
        }
      }
      if (first.length > 0) a = sum(a, first, true);
      if (second.length > 0) b = sum(b, second, true);
      result = contract(a, b, together);
    }
    if (plan.total === plan.outputs) return result;
    if (operands.length > 1) return view(result, result.shape.slice(0, plan.outputs));
    return sum(
      result,
      Array.from({ length: plan.total - plan.outputs }, (_, i) => plan.outputs + i),
    );
  },
  places: ["_C"],
  signatures: ["einsum(str equation, TensorList tensors)"],
});

/** Product summed over pairs of dimensions of two tensors. */
export const tensordot = op({
  name: "tensordot",
  args: ["self", "other", "dims_self", "dims_other"],
  forward: (self: Tensor, other: Tensor, dimsSelf: Shape, dimsOther: Shape): Tensor => {
    check(dimsSelf.length === dimsOther.length, () => "both dimension lists should have same length");
    check(self.dtype === other.dtype, () => "both inputs should have same dtype");
    const d1 = dimsSelf.length === 0 ? [] : checkedDims(dimsSelf, self.ndim);
    const d2 = dimsOther.length === 0 ? [] : checkedDims(dimsOther, other.ndim);
    let [a, b] = [self, other];
    let inner = 1;
    for (let i = 0; i < d1.length; i++) {
      const [s1, s2] = [self.shape[d1[i]], other.shape[d2[i]]];
      if (s2 === 1) a = sum(a, [d1[i]], true);
      else if (s1 === 1) b = sum(b, [d2[i]], true);
      else {
        check(
          s1 === s2,
          () =>
            `contracted dimensions need to match, but first has size ${s1} in dim ${dimsSelf[i]} and second has size ${s2} in dim ${dimsOther[i]}`,
        );
        inner *= s1;
      }
    }
    const rest1 = a.shape.map((_, i) => i).filter((i) => !d1.includes(i));
    const rest2 = b.shape.map((_, i) => i).filter((i) => !d2.includes(i));
    const shape1 = rest1.map((i) => a.shape[i]);
    const shape2 = rest2.map((i) => b.shape[i]);
    const size = (shape: Shape): number => shape.reduce((x, y) => x * y, 1);
    const left = reshape(permute(a, [...rest1, ...d1]), [size(shape1), inner]);
    const right = reshape(permute(b, [...d2, ...rest2]), [inner, size(shape2)]);
    return reshape(mm(left, right), [...shape1, ...shape2]);
  },
  places: ["_C"],
  signatures: [
    "tensordot(Tensor input, Tensor other, IntArrayRef dims_self, IntArrayRef dims_other, *, Tensor out=None)",
  ],
});

/** Wrapped dims in the given order. Error: one that appears twice. */
function checkedDims(dims: Shape, ndim: number): number[] {
  wrapDims(dims, ndim);
  return dims.map((d) => (d < 0 ? d + ndim : d));
}

/** Sum of products over the last dimensions. */
export const inner = op({
  name: "inner",
  args: ["self", "other"],
  forward: (self: Tensor, other: Tensor): Tensor => {
    if (self.ndim === 0 || other.ndim === 0) return mul(self, other);
    check(
      self.shape[self.ndim - 1] === other.shape[other.ndim - 1],
      () =>
        `inner() the last dimension must match on both input tensors but got shapes ${sizes(self.shape)} and ${sizes(other.shape)}`,
    );
    return tensordot(self, other, [-1], [-1]);
  },
  places: ["torch", "Tensor"],
  signatures: ["inner(Tensor input, Tensor other, *, Tensor out=None)"],
});
