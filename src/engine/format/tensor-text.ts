import { bool as boolType, complex64, complex128, type DType, float64, int64 } from "../dtype.ts";
import { denseArray } from "../kernels/dense.ts";
import { isMeta } from "../meta.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { fixed, scientific } from "./number-text.ts";
import type { PrintOptions } from "./print-options.ts";
import { transformedText } from "./transformed-text.ts";

/** How all numbers of one tensor are written: decided once from all (shown) values. Source: the behaviour of torch._tensor_str. */
class Formatter {
  readonly options: PrintOptions;
  readonly floating: boolean;
  intMode = true;
  sciMode = false;
  width = 1;

  constructor(values: readonly number[], floating: boolean, isBool: boolean, options: PrintOptions) {
    this.options = options;
    this.floating = floating;
    if (!floating) {
      for (const v of values)
        this.width = Math.max(this.width, (isBool ? (v ? "True" : "False") : integerText(v)).length);
      return;
    }
    const nonzero = values.filter((v) => Number.isFinite(v) && v !== 0);
    if (nonzero.length === 0) return;
    let max = 0;
    let min = Number.POSITIVE_INFINITY;
    for (const v of nonzero) {
      const a = Math.abs(v);
      if (a > max) max = a;
      if (a < min) min = a;
      if (v !== Math.ceil(v)) this.intMode = false;
    }
    this.sciMode = max / min > 1000 || max > 1e8 || (!this.intMode && min < 1e-4);
    for (const v of nonzero) this.width = Math.max(this.width, this.write(v).length);
    // A forced mode does not change the width that was measured (PyTorch's order).
    if (options.sciMode !== null) this.sciMode = options.sciMode;
  }

  private write(v: number): string {
    if (Number.isNaN(v)) return "nan";
    if (!Number.isFinite(v)) return v > 0 ? "inf" : "-inf";
    if (this.sciMode) return scientific(v, this.options.precision);
    if (this.intMode) return `${fixed(v, 0)}.`;
    return fixed(v, this.options.precision);
  }

  format(v: number): string {
    const text = this.floating ? this.write(v) : integerText(v);
    return text.padStart(this.width);
  }
}

/** int64 is carried by doubles: its largest value reads back as 2^63 and is shown as the limit it stands for. */
const integerText = (v: number): string =>
  Math.abs(v) < 2 ** 53 ? String(v) : v >= 2 ** 63 ? "9223372036854775807" : BigInt(v).toString();

/** Values that are shown: those of the corner blocks when the tensor is summarised. */
function shownValues(t: Tensor, options: PrintOptions, summarize: boolean): number[] {
  const data = denseArray(t);
  if (!summarize) return Array.from(data);
  const out: number[] = [];
  const slots = t.dtype.slots;
  const visit = (dim: number, at: number, below: number): void => {
    if (dim === t.ndim) {
      for (let s = 0; s < slots; s++) out.push(data[at * slots + s]);
      return;
    }
    const size = t.shape[dim];
    const step = below / size;
    for (let i = 0; i < size; i++) {
      if (size > 2 * options.edgeitems && i === options.edgeitems) i = size - options.edgeitems;
      visit(dim + 1, at + i * step, step);
    }
  };
  if (t.numel > 0 && options.edgeitems > 0) visit(0, 0, t.numel);
  return out;
}

function body(t: Tensor, indent: number, options: PrintOptions, summarize: boolean): string {
  const data = denseArray(t);
  const shown = shownValues(t, options, summarize);
  const isBool = t.dtype === boolType;
  let element: (at: number) => string;
  let elementWidth: number;
  if (t.dtype.kind === "complex") {
    const re = new Formatter(
      shown.filter((_, i) => i % 2 === 0),
      true,
      false,
      options,
    );
    const im = new Formatter(
      shown.filter((_, i) => i % 2 === 1),
      true,
      false,
      options,
    );
    element = (at) => {
      const imag = im.format(data[2 * at + 1]).trimStart();
      const real = re.format(data[2 * at]);
      return imag.startsWith("-") ? `${real}${imag}j` : `${real}+${imag}j`;
    };
    elementWidth = re.width + im.width + 1;
  } else {
    const f = new Formatter(shown, t.dtype.kind === "float", isBool, options);
    element = isBool ? (at) => (data[at] !== 0 ? "True" : "False").padStart(f.width) : (at) => f.format(data[at]);
    elementWidth = f.width;
  }
  if (t.ndim === 0) return element(0);
  const edge = options.edgeitems;
  const vector = (at: number, size: number, pad: number): string => {
    const length = elementWidth + 2;
    const perLine = Math.max(1, Math.floor((options.linewidth - pad) / length));
    const cells: string[] = [];
    for (let i = 0; i < size; i++) {
      if (summarize && size > 2 * edge && i === edge) {
        cells.push(edge === 0 ? "..." : " ...");
        i = size - edge;
        if (i === size) break;
      }
      cells.push(element(at + i));
    }
    const lines: string[] = [];
    for (let i = 0; i < cells.length; i += perLine) lines.push(cells.slice(i, i + perLine).join(", "));
    return `[${lines.join(`,\n${" ".repeat(pad + 1)}`)}]`;
  };
  const block = (dim: number, at: number, below: number, pad: number): string => {
    const size = t.shape[dim];
    if (dim === t.ndim - 1) return vector(at, size, pad);
    const step = size === 0 ? 0 : below / size;
    const parts: string[] = [];
    for (let i = 0; i < size; i++) {
      if (summarize && size > 2 * edge && i === edge) {
        parts.push("...");
        i = size - edge;
        if (i === size) break;
      }
      parts.push(block(dim + 1, at + i * step, step, pad + 1));
    }
    const gap = `,${"\n".repeat(t.ndim - dim - 1)}${" ".repeat(pad + 1)}`;
    return `[${parts.join(gap)}]`;
  };
  return block(0, 0, t.numel, indent);
}

function addSuffixes(text: string, suffixes: readonly string[], indent: number, linewidth: number): string {
  const parts = [text];
  let last = text.length - text.lastIndexOf("\n") + 1;
  for (const s of suffixes) {
    if (last + s.length + 2 > linewidth) {
      parts.push(`,\n${" ".repeat(indent)}${s}`);
      last = indent + s.length;
    } else {
      parts.push(`, ${s}`);
      last += s.length + 2;
    }
  }
  return `${parts.join("")})`;
}

/** Name of the backward node. A view whose history may not be rewritten still prints. */
function gradFnText(t: Tensor): string | null {
  try {
    return t.gradFn?.name ?? null;
  } catch {
    return "Invalid";
  }
}

const pythonTuple = (shape: Shape): string => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

/** str(tensor) as PyTorch 2.6 prints it. `contents` replaces the numbers; `kind` is the name of its class in front of them. */
export function formatTensor(
  t: Tensor,
  options: PrintOptions,
  defaultDtype: DType,
  contents: string | null = null,
  kind = "tensor",
): string {
  if (t.rt.transforms.length === 0) return plainText(t, options, defaultDtype, contents, true, kind);
  return transformedText(t, (own, history, tangent) => {
    const moving = tangent === null ? [] : [`tangent=${formatTensor(tangent, options, defaultDtype)}`];
    return plainText(own, options, defaultDtype, contents, history, kind, moving);
  });
}

function plainText(
  t: Tensor,
  options: PrintOptions,
  defaultDtype: DType,
  contents: string | null,
  history: boolean,
  kind: string,
  last: readonly string[] = [],
): string {
  const prefix = `${kind}(`;
  const indent = prefix.length;
  const suffixes: string[] = [];
  const natural =
    t.dtype === defaultDtype ||
    t.dtype === int64 ||
    t.dtype === boolType ||
    t.dtype === (defaultDtype === float64 ? complex128 : complex64);
  let text: string;
  if (isMeta(t)) {
    suffixes.push("device='meta'", `size=${pythonTuple(t.shape)}`);
    if (t.dtype !== defaultDtype) suffixes.push(`dtype=torch.${t.dtype.name}`);
    text = "...";
  } else if (t.numel === 0) {
    if (t.ndim !== 1) suffixes.push(`size=${pythonTuple(t.shape)}`);
    if (t.dtype !== defaultDtype) suffixes.push(`dtype=torch.${t.dtype.name}`);
    text = contents ?? "[]";
  } else {
    if (options.edgeitems === 0) suffixes.push(`size=${pythonTuple(t.shape)}`);
    if (!natural) suffixes.push(`dtype=torch.${t.dtype.name}`);
    text = contents ?? body(t, indent, options, t.numel > options.threshold);
  }
  const node = history ? gradFnText(t) : null;
  if (node !== null) suffixes.push(`grad_fn=<${node}>`);
  else if (history && t.requiresGrad) suffixes.push("requires_grad=True");
  suffixes.push(...last);
  return addSuffixes(prefix + text, suffixes, indent, options.linewidth);
}
