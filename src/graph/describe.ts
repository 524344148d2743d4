/**
 * Events in words: the only home of these sentences. The live region, the timeline's preview, captions of exports and the command
 * line all read them here.
 */
import type { EventKind, TraceEvent } from "../trace/events.ts";
import type { GraphEdge, GraphNode } from "../trace/graph-model.ts";
import type { ValueSummary } from "../trace/query.ts";
import type { ViewState } from "../trace/view-state.ts";
import { formatBytes, formatCount, formatShape, formatValue } from "./format-number.ts";
import type { SceneLookup } from "./scene-lookup.ts";

/** What a sentence may look up; anything may be missing, the sentence then says less. */
export interface DescribeContext {
  node(id: number): GraphNode | undefined;
  edge(id: number): GraphEdge | undefined;
  value(id: number): ValueSummary | undefined;
  /** Value id of the contribution that flowed along an edge in this pass (`ViewState.flows`). */
  flow?(edge: number): number | undefined;
}

/** A context over one scene, at a state of it where contributions are told too. */
export function describeContext(
  { node, edge }: Pick<SceneLookup, "node" | "edge">,
  value: (id: number) => ValueSummary | undefined,
  view?: Pick<ViewState, "flows">,
): DescribeContext {
  return { node, edge, value, flow: (id) => view?.flows.get(id) };
}

/** What a person calls a node: its variable, else its operator. */
export function nodeName(node: GraphNode | undefined): string {
  if (!node) return "a tensor";
  return node.names[0] || node.op || (node.kind === "leaf" ? "a leaf" : "a tensor");
}

/** Operator first: "mul", or the variable of a tensor. */
function operatorName(node: GraphNode | undefined): string {
  return node?.op || nodeName(node);
}

type Sentence<K extends EventKind> = (event: Extract<TraceEvent, { kind: K }>, context: DescribeContext) => string;

const skipReasons: Record<string, string> = {
  detach: "it was detached",
  no_grad: "it was computed under no_grad",
  "requires_grad=False": "requires_grad is False",
  integer: "it is an integer tensor",
  unused: "nothing used it",
};

const sentences: { [K in EventKind]: Sentence<K> } = {
  "fwd.op": (event, c) => {
    const node = c.node(event.node);
    const what = operatorName(node);
    const result = amount(c, event.values[0], "value");
    const name = node?.names[0] && node.op ? `${node.names[0]} = ` : "";
    if (event.inplace) return `${what} changes ${node?.names[0] ?? "its input"} in place${result ? `: ${result}` : ""}`;
    return `${what} computes ${name}${result || "its result"}`;
  },
  "bwd.seed": (event, c) => {
    const root = event.roots[0];
    const from = root ? nodeName(c.node(root.node)) : "nothing";
    const more = event.roots.length > 1 ? ` and ${event.roots.length - 1} more` : "";
    const seed = root ? amount(c, root.seed) : "";
    const keeps = event.retainGraph ? ", keeping the graph" : "";
    return `backward pass ${event.pass + 1} starts at ${from}${more}${seed ? ` with gradient ${seed}` : ""}${keeps}`;
  },
  "bwd.enter": (event, c) => {
    const given = event.upstream.find((id) => id !== null);
    const upstream = given === undefined ? "" : amount(c, given);
    const gathered = event.gathered?.find((id) => id !== null);
    const hook = gathered === undefined ? "" : `, which a hook made of ${amount(c, gathered) || "what arrived"}`;
    return `${operatorName(c.node(event.node))} runs backward${upstream ? ` with upstream gradient ${upstream}` : ""}${hook}`;
  },
  "bwd.edge": (event, c) => {
    const edge = c.edge(event.edge);
    const to = edge ? nodeName(c.node(edge.from)) : `input ${event.input}`;
    return `${operatorName(c.node(event.node))}: contribution to ${to} ${amount(c, event.contribution)}`.trimEnd();
  },
  "bwd.accumulate": (event, c) => {
    const edge = event.edge === null ? undefined : c.edge(event.edge);
    const target = nodeName(c.node(event.node));
    const flowed = event.edge === null ? undefined : c.flow?.(event.edge);
    const contribution = flowed === undefined ? "" : amount(c, flowed);
    const received = `${formatCount(event.received)} of ${formatCount(event.expected)} received`;
    const sum = amount(c, event.sum);
    const total = event.before === null || !sum ? "" : `, sum ${sum}`;
    if (!edge) return `${target}: ${received}${total}`;
    return `${operatorName(c.node(edge.to))}: contribution to ${target}${contribution ? ` ${contribution}` : ""}, ${received}${total}`;
  },
  "leaf.accumulate": (event, c) => {
    const grad = `${nodeName(c.node(event.node))}.grad`;
    const after = amount(c, event.after);
    if (event.before === null) return after ? `${grad} is set to ${after}` : `${grad} is set`;
    const warning =
      event.earlier > 0
        ? ` (includes ${plural(event.earlier, "earlier backward pass", "earlier backward passes")})`
        : "";
    const [before, delta] = [amount(c, event.before), amount(c, event.delta)];
    const known = before && delta && after;
    return known ? `${grad}: ${before} + ${delta} = ${after}${warning}` : `${grad} is added to${warning}`;
  },
  "saved.release": (event, c) => {
    const what = operatorName(c.node(event.node));
    const bytes = formatBytes(event.bytes);
    return event.kept ? `${what} keeps its saved tensors (${bytes})` : `${what} frees its saved tensors (${bytes})`;
  },
  "bwd.skip": (event, c) => {
    const edge = event.edge === null ? undefined : c.edge(event.edge);
    const target = edge ? nodeName(c.node(edge.from)) : edgeInput(c.node(event.node), event.input);
    return `${operatorName(c.node(event.node))}: gradient stops before ${target}, because ${skipReasons[event.reason] ?? event.reason}`;
  },
  "bwd.end": (event) =>
    event.error ? `backward pass ${event.pass + 1} failed: ${event.error}` : `backward pass ${event.pass + 1} is done`,
  "grad.zero": (event, c) => {
    const name = nodeName(c.node(event.node));
    return event.after === null
      ? `${name}.grad is set to None`
      : `${name}.grad is set to ${amount(c, event.after) || "zeros"}`;
  },
  "opt.step": (event, c) => {
    const first = event.updates[0];
    if (!first || event.updates.length > 1) {
      return `${event.name} updates ${plural(event.updates.length, "parameter", "parameters")}`;
    }
    const [before, after] = [amount(c, first.before, "value"), amount(c, first.after, "value")];
    return `${event.name} updates ${nodeName(c.node(first.node))}${before && after ? `: ${before} → ${after}` : ""}`;
  },
  error: (event) => `${event.type}: ${event.message.split("\n")[0]}`,
};

/** One sentence, without the step number and without a full stop. */
export function describeEvent(event: TraceEvent, context: DescribeContext): string {
  const sentence = sentences[event.kind] as Sentence<EventKind>;
  return sentence(event as never, context);
}

/** "step 412 of 1 870: mul: contribution to a −6.0, 2 of 3 received". Steps are counted from 1. */
export function describeStep(
  event: TraceEvent | null | undefined,
  context: DescribeContext,
  eventCount?: number,
): string {
  if (!event)
    return eventCount === undefined ? "before the first step" : `before the first of ${formatCount(eventCount)} steps`;
  const of = eventCount === undefined ? "" : ` of ${formatCount(eventCount)}`;
  return `step ${formatCount(event.seq + 1)}${of}: ${describeEvent(event, context)}`;
}

/** The number of a scalar, few elements, or shape and norm: empty when the value is not known. */
function amount(
  context: DescribeContext,
  id: number | null | undefined,
  as: "value" | "gradient" = "gradient",
): string {
  const value = id === null || id === undefined ? undefined : context.value(id);
  if (!value) return "";
  const text = formatValue(value, as);
  const count = value.shape.reduce((product, size) => product * size, 1);
  return count <= 3 ? text : `${formatShape(value.shape)} (${text})`;
}

function edgeInput(node: GraphNode | undefined, input: number): string {
  return `input ${input + 1} of ${operatorName(node)}`;
}

function plural(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
