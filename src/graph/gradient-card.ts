/**
 * The gradient card: one contribution explained as upstream × local derivative = contribution, each as symbol, shape and numbers.
 * A pure model; the window typesets it, exports print it.
 */
import type { BackwardEdge } from "../trace/events.ts";
import type { GraphEdge, GraphNode, OperatorFormula } from "../trace/graph-model.ts";
import { type DescribeContext, describeEvent, nodeName } from "./describe.ts";
import { elementCount, formatNumber, formatShape, formatValue, parseNumber } from "./format-number.ts";
import { fillFormula, nameLatex, numberLatex, placeholders, vjpShape } from "./formula-text.ts";

export interface CardContext extends DescribeContext {
  /** Edges into a node, by input. */
  inputs(node: number): readonly GraphEdge[];
  formula(node: number): OperatorFormula | undefined;
  /** Value id of a node's output from the forward pass. */
  forward(node: number, output: number): number | undefined;
}

export interface CardTerm {
  /** LaTeX. */
  symbol: string;
  /** "[4×3]" or "scalar". */
  shape: string;
  /** Value to show as heatmap or table; null where there is no recorded tensor (a local derivative that is computed). */
  value: number | null;
  /** The number, or few numbers, or norm. */
  text: string;
}

export interface GradientCard {
  /** "mul → a". */
  title: string;
  /** The event's sentence. */
  sentence: string;
  /** ∂L/∂a = ∂L/∂c ⊙ b, in LaTeX with the program's names. */
  formula: string;
  /** The same with numbers, when everything in it is a scalar; else null. */
  numbers: string | null;
  upstream: CardTerm;
  /** Null when the operator's derivative is no plain product (the formula then says all). */
  local: CardTerm | null;
  contribution: CardTerm;
  /** How upstream and local derivative combine. */
  product: "times" | "left" | "right" | "other";
  /** "[4×3] = [4×2] · [2×3]". */
  shapes: string;
  /** "2.0 × −3.0 = −6.0" for scalars; else null. */
  arithmetic: string | null;
  /** Broadcast reductions, chosen subgradients and the like, in words. */
  notes: string[];
}

/** Card of one `bwd.edge` event. */
export function gradientCard(event: BackwardEdge, context: CardContext): GradientCard {
  const node = context.node(event.node);
  const edge = context.edge(event.edge);
  const target = edge ? context.node(edge.from) : undefined;
  const formula = context.formula(event.node);
  const rule = formula?.inputs.find(({ name }) => name === edge?.inputName) ?? formula?.inputs[event.input];
  const template = rule?.vjp ?? "{g}";
  const operands = operandsOf(event.node, node, context);
  const shape = rule ? vjpShape(template) : { kind: "other" as const, local: null };
  const output = symbolOf(node);
  const upstreamSymbol = `\\frac{\\partial L}{\\partial ${output}}`;
  const contributionSymbol = `\\frac{\\partial L}{\\partial ${symbolOf(target)}}`;
  const names = { ...operands.symbols, g: upstreamSymbol };
  const upstream = termOf(upstreamSymbol, event.upstream, context);
  const contribution = termOf(contributionSymbol, event.contribution, context);
  const numbers = { ...operands.numbers };
  const g = scalarOf(event.upstream, context);
  if (g !== null) numbers.g = formatNumber(g);
  const local =
    shape.local === null ? null : localTerm(shape.local, event, { target, output, operands, numbers, context });
  return {
    title: `${node?.op || nodeName(node)} → ${nodeName(target)}`,
    sentence: describeEvent(event, context),
    formula: rule ? `${contributionSymbol} = ${fillFormula(template, names)}` : contributionSymbol,
    numbers: rule ? numericFormula(template, numbers, operands.keys, contribution.text, event, context) : null,
    upstream,
    local,
    contribution,
    product: shape.kind,
    shapes: shapesLine(shape.kind, upstream, local, contribution),
    arithmetic: arithmeticLine(shape.kind, upstream, local, contribution, event, context),
    notes: notesOf(event, shape.kind, rule?.note, node, target, edge),
  };
}

interface Operands {
  keys: string[];
  symbols: Record<string, string>;
  /** Formatted numbers of the scalars among them. */
  numbers: Record<string, string>;
  values: Record<string, number>;
}

function operandsOf(id: number, node: GraphNode | undefined, context: CardContext): Operands {
  const operands: Operands = { keys: ["g", "out"], symbols: { out: symbolOf(node) }, numbers: {}, values: {} };
  const add = (key: string, value: number | undefined): void => {
    operands.keys.push(key);
    if (value === undefined) return;
    operands.values[key] = value;
    const number = scalarOf(value, context);
    if (number !== null) operands.numbers[key] = formatNumber(number);
  };
  add("out", context.forward(id, 0));
  for (const edge of context.inputs(id)) {
    operands.symbols[edge.inputName] = symbolOf(context.node(edge.from));
    add(edge.inputName, context.forward(edge.from, edge.output));
  }
  for (const [key, value] of Object.entries(node?.attrs ?? {})) {
    if (typeof value !== "number" || key in operands.symbols) continue;
    operands.keys.push(key);
    operands.symbols[key] = numberLatex(formatNumber(value, { integer: Number.isInteger(value) }));
    operands.numbers[key] = formatNumber(value, { integer: Number.isInteger(value) });
  }
  return operands;
}

function symbolOf(node: GraphNode | undefined): string {
  if (!node) return "x";
  return node.names[0] ? nameLatex(node.names[0]) : `\\mathrm{${(node.op || "x").replace(/_/g, "\\_")}}`;
}

function scalarOf(id: number | null | undefined, context: DescribeContext): number | null {
  const value = id === null || id === undefined ? undefined : context.value(id);
  if (!value || elementCount(value.shape) !== 1 || value.preview.length === 0) return null;
  return parseNumber(value.preview[0] as number | string);
}

function termOf(symbol: string, id: number | null, context: DescribeContext): CardTerm {
  const value = id === null ? undefined : context.value(id);
  return {
    symbol,
    value: id,
    shape: value ? formatShape(value.shape) : "",
    text: value ? formatValue(value, "gradient") : "",
  };
}

interface LocalInput {
  target: GraphNode | undefined;
  output: string;
  operands: Operands;
  numbers: Record<string, string>;
  context: CardContext;
}

/** The local derivative: an operand's own value where it is just that, else its number by division where that is exact enough. */
function localTerm(template: string, event: BackwardEdge, input: LocalInput): CardTerm {
  const { target, output, operands, context } = input;
  const filled = fillFormula(template, operands.symbols);
  const symbol = `\\frac{\\partial ${output}}{\\partial ${symbolOf(target)}} = ${filled}`;
  const key = /^\{(\w+)\}(\^\{\\top\})?$/.exec(template);
  const id = key ? operands.values[key[1] as string] : undefined;
  const value = id === undefined ? undefined : context.value(id);
  if (id !== undefined && value) {
    const shape = key?.[2] ? [...value.shape].reverse() : value.shape;
    return { symbol, value: id, shape: formatShape(shape), text: formatValue(value) };
  }
  if (template === "1" || template === "-1") {
    return { symbol, value: null, shape: "scalar", text: formatNumber(Number(template)) };
  }
  const upstream = scalarOf(event.upstream, context);
  const contribution = scalarOf(event.contribution, context);
  const ratio = upstream !== null && contribution !== null && upstream !== 0 ? contribution / upstream : null;
  const known = ratio !== null && Number.isFinite(ratio);
  return { symbol, value: null, shape: known ? "scalar" : "", text: known ? formatNumber(ratio) : "" };
}

/** The formula with numbers for names; null unless every placeholder in it has one. */
function numericFormula(
  template: string,
  numbers: Readonly<Record<string, string>>,
  keys: readonly string[],
  result: string,
  event: BackwardEdge,
  context: DescribeContext,
): string | null {
  if (scalarOf(event.contribution, context) === null) return null;
  const used = placeholders(template, [...new Set(keys)]);
  if (used.length === 0 || used.some((key) => numbers[key] === undefined)) return null;
  const filled = fillFormula(
    template,
    Object.fromEntries(used.map((key) => [key, numberLatex(numbers[key] as string)])),
  );
  return `${filled.replace(/\\odot/g, "\\times")} = ${numberLatex(result).replace(/^\((.*)\)$/, "$1")}`;
}

const productSign = { times: "×", right: "·", left: "·", other: "" } as const;

function shapesLine(
  kind: GradientCard["product"],
  upstream: CardTerm,
  local: CardTerm | null,
  contribution: CardTerm,
): string {
  if (!local?.shape || kind === "other") return `${contribution.shape} from ${upstream.shape}`;
  const [first, second] = kind === "left" ? [local, upstream] : [upstream, local];
  return `${contribution.shape} = ${first.shape} ${productSign[kind]} ${second.shape}`;
}

function arithmeticLine(
  kind: GradientCard["product"],
  upstream: CardTerm,
  local: CardTerm | null,
  contribution: CardTerm,
  event: BackwardEdge,
  context: DescribeContext,
): string | null {
  const scalars = scalarOf(event.upstream, context) !== null && scalarOf(event.contribution, context) !== null;
  if (!scalars || kind !== "times" || !local?.text) return null;
  if (local.value !== null && scalarOf(local.value, context) === null) return null;
  return `${upstream.text} × ${local.text} = ${contribution.text}`;
}

function notesOf(
  event: BackwardEdge,
  kind: GradientCard["product"],
  note: string | undefined,
  node: GraphNode | undefined,
  target: GraphNode | undefined,
  edge: GraphEdge | undefined,
): string[] {
  const notes: string[] = [];
  const outShape = node?.outputs[0]?.shape;
  const inShape = target?.outputs[edge?.output ?? 0]?.shape;
  if (kind === "times" && outShape && inShape) {
    const words = broadcastWords(inShape, outShape);
    if (words) notes.push(words);
  }
  const reduced = outShape && inShape ? reductionWords(node?.attrs.dim, inShape, outShape) : null;
  if (reduced) notes.push(reduced);
  if (note) notes.push(note);
  if (event.upstream === null) notes.push("no upstream gradient arrived: it counts as zero");
  return notes;
}

/** "summed over axes 0 and 2 (broadcast)" when an input of shape `from` was broadcast to `to`; null when it was not. */
export function broadcastWords(from: readonly number[], to: readonly number[]): string | null {
  if (from.length > to.length) return null;
  const axes: number[] = [];
  for (let axis = 0; axis < to.length; axis += 1) {
    const size = from[axis - (to.length - from.length)];
    if (size === to[axis]) continue;
    if (size !== undefined && size !== 1) return null;
    axes.push(axis);
  }
  return axes.length === 0 ? null : `summed over ${axesWords(axes)} (broadcast)`;
}

/** "spread back along axis 1, which the operator reduced" for an argument `dim` that made `from` smaller; null for others. */
export function reductionWords(dim: unknown, from: readonly number[], to: readonly number[]): string | null {
  const given = (Array.isArray(dim) ? dim : [dim]).filter((one): one is number => Number.isInteger(one));
  const axes = given.map((axis) => (axis < 0 ? axis + from.length : axis)).sort((a, b) => a - b);
  const kept = from.filter((_, axis) => !axes.includes(axis));
  const keepdim = from.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const isReduction = axes.length > 0 && [kept, keepdim].some((shape) => shape.join() === to.join());
  return isReduction ? `spread back along ${axesWords(axes)}, which the operator reduced` : null;
}

function axesWords(axes: readonly number[]): string {
  const last = axes[axes.length - 1];
  return axes.length === 1 ? `axis ${last}` : `axes ${axes.slice(0, -1).join(", ")} and ${last}`;
}

/** Value ids a card shows, so that they can be fetched before it is built. */
export function cardValues(event: BackwardEdge, context: Pick<CardContext, "inputs" | "forward">): number[] {
  const ids = context.inputs(event.node).map((edge) => context.forward(edge.from, edge.output));
  const all = [event.upstream, event.contribution, context.forward(event.node, 0), ...ids];
  return [...new Set(all.filter((id): id is number => id !== null && id !== undefined))];
}

/** Elements of the term as a matrix product's cell: dot product in words, "1.0·2.0 + 0.5·4.0 = 4.0" (at most six products). */
export function dotProductText(row: readonly number[], column: readonly number[]): string {
  const products = row.map(
    (a, i) => `${formatNumber(a, { digits: 3 })}·${formatNumber(column[i] ?? 0, { digits: 3 })}`,
  );
  const total = row.reduce((sum, a, i) => sum + a * (column[i] ?? 0), 0);
  const shown = products.length > 6 ? [...products.slice(0, 5), "…", products[products.length - 1]] : products;
  return `${shown.join(" + ")} = ${formatNumber(total)}`;
}
