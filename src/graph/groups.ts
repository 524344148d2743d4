/** Groups of a scene's nodes: calls of modules and functions, loops and their iterations, notebook cells. */

import type { SourceLocation } from "../trace/events.ts";
import type { CallInfo, GraphNode, SceneGraph } from "../trace/graph-model.ts";
import { cellName } from "../trace/place-name.ts";
import { typeText } from "./node-label.ts";
import type { GroupInfo } from "./picture.ts";

export interface GroupingOptions {
  /** What groups are made of: calls (default), notebook cells, or cells with calls inside; "none" for no groups. */
  by?: "call" | "cell" | "cell+call" | "none";
  /** The trace's location table: needed for cells. */
  locations?: readonly SourceLocation[];
}

export interface Grouped {
  /** Outer groups before inner ones, as they began. */
  groups: GroupInfo[];
  /** Per node (same order as graph.nodes): ids of its groups, outermost first. */
  paths: readonly (readonly string[])[];
}

/** Nodes beyond which a scene opens with groups closed, and how many are shown then at most. */
export const readable = { all: 150, some: 80 } as const;
/** Tensors on each side of a closed group whose gradients are told. */
export const portsShown = 3;
/** Fewer nodes need no frame of a function or loop around them. */
const fewest = 4;
/** Iterations of a loop that stand side by side at most, and so ranges of them. */
const together = 100;

/** One step of a node's way inwards. Those of one call are one object. */
interface Segment {
  readonly name: string;
  readonly kind: GroupInfo["kind"];
}

/** Where groups hold the same operators, the one that says most is shown: names of modules and functions rather than loops. */
const rank: Record<GroupInfo["kind"], number> = {
  loop: 0,
  iterations: 1,
  iteration: 2,
  function: 3,
  module: 4,
  cell: 4,
};

/** What may become a group. */
class Branch {
  readonly segment: Segment | null;
  readonly inside = new Map<Segment, Branch>();
  /** Places of its nodes, nested ones included. */
  readonly places: number[] = [];
  operators = 0;
  /** Ids of the groups that its nodes are in, once that is decided. */
  path: readonly string[] = [];

  constructor(segment: Segment | null) {
    this.segment = segment;
  }

  add(place: number, node: GraphNode): void {
    this.places.push(place);
    if (node.kind === "op") this.operators += 1;
  }
  at(segment: Segment): Branch {
    let branch = this.inside.get(segment);
    if (branch === undefined) this.inside.set(segment, (branch = new Branch(segment)));
    return branch;
  }
  /** Does another branch do the same? Without operators: does it hold the same? */
  equals(other: Branch): boolean {
    if (this.operators !== other.operators) return false;
    return this.operators > 0 || this.places.length === other.places.length;
  }
}

/** Tensors whose gradients a closed group tells: the first that enter and leave it. */
export function shownPorts({ inputs, outputs }: Pick<GroupInfo, "inputs" | "outputs">): readonly number[] {
  return [...inputs.slice(0, portsShown), ...outputs.slice(0, portsShown)];
}

/** All groups of a scene, and each node's path of groups. Each call is a group of its own. */
export function groupsOf(graph: SceneGraph, options: GroupingOptions = {}): Grouped {
  const by = options.by ?? "call";
  if (by === "none") return { groups: [], paths: graph.nodes.map(() => []) };
  const root = new Branch(null);
  const homes = segmentsOf(graph, by, options.locations).map((segments, place) => {
    const node = graph.nodes[place] as GraphNode;
    let branch = root;
    branch.add(place, node);
    for (const segment of segments) {
      branch = branch.at(segment);
      branch.add(place, node);
    }
    return branch;
  });
  const groups: GroupInfo[] = [];
  choose(graph, root, root, new Map(), groups);
  const paths = homes.map(({ path }) => path);
  findPorts(graph, paths, groups);
  return { groups, paths };
}

/** Each node's way inwards. What `create_graph` added has none: it would tear groups apart. */
function segmentsOf(
  graph: SceneGraph,
  by: Exclude<GroupingOptions["by"], "none" | undefined>,
  locations: readonly SourceLocation[] | undefined,
): (readonly Segment[])[] {
  const calls = segmentsOfCalls(graph.calls);
  const callOf = ({ call }: GraphNode): readonly Segment[] => (by === "cell" ? [] : (calls.get(call) ?? []));
  const cells = new Map<number, Segment>();
  const cellOf = ({ loc }: GraphNode): Segment[] => {
    const cell = by === "call" ? null : (locations?.[loc]?.cell ?? null);
    if (cell === null) return [];
    const known = cells.get(cell) ?? { name: cellName(cell), kind: "cell" };
    cells.set(cell, known);
    return [known];
  };
  const ways = graph.nodes.map((node) => {
    if (node.kind !== "op" || node.madeInPass !== null) return [];
    return [...cellOf(node), ...callOf(node)];
  });
  adoptTensors(graph, ways, callOf);
  return ways;
}

/** Each call's way inwards. Iterations of a long loop stand in ranges of a hundred, those in ranges of a hundred hundreds, and so on. */
function segmentsOfCalls(calls: readonly CallInfo[]): Map<number, readonly Segment[]> {
  const lengths = new Map<number, number>();
  for (const { kind, within } of calls) if (kind === "iteration") lengths.set(within, (lengths.get(within) ?? 0) + 1);
  const begun = new Map<number, number>();
  const ranges = new Map<string, Segment>();
  const iteration = (loop: number, name: string): Segment[] => {
    const length = lengths.get(loop) ?? 0;
    const place = begun.get(loop) ?? 0;
    begun.set(loop, place + 1);
    const way: Segment[] = [{ name: `${name} ${place + 1}`, kind: "iteration" }];
    for (let size = together; size < length; size *= together) {
      const first = place - (place % size);
      const key = `${loop} ${size} ${first}`;
      const range = ranges.get(key) ?? {
        name: `${name}s ${first + 1}–${Math.min(first + size, length)}`,
        kind: "iterations",
      };
      ranges.set(key, range);
      way.unshift(range);
    }
    return way;
  };
  const ways = new Map<number, readonly Segment[]>([[0, []]]);
  for (const { id, within, kind, name } of calls) {
    const inner: Segment[] = kind === "iteration" ? iteration(within, name) : [{ name, kind }];
    ways.set(id, [...(ways.get(within) ?? []), ...inner]);
  }
  return ways;
}

/**
 * A parameter or data tensor belongs to the innermost group that holds all its consumers; where several groups inside that one share
 * a leaf, it lies there in the function that made it ("MLP.__init__").
 */
function adoptTensors(
  graph: SceneGraph,
  ways: (readonly Segment[])[],
  madeIn: (node: GraphNode) => readonly Segment[],
): void {
  const position = new Map(graph.nodes.map((node, index) => [node.id, index]));
  const common = new Map<number, { way: readonly Segment[]; shared: boolean }>();
  for (const edge of graph.edges) {
    const from = position.get(edge.from);
    const to = position.get(edge.to);
    if (from === undefined || to === undefined || graph.nodes[from]?.kind === "op") continue;
    const way = ways[to] as readonly Segment[];
    const known = common.get(from);
    if (known === undefined) common.set(from, { way, shared: false });
    else if (known.way !== way) {
      const both = commonStart(known.way, way);
      const shared = known.shared || both.length < Math.max(way.length, known.way.length);
      common.set(from, { way: both, shared });
    }
  }
  for (const [index, { way, shared }] of common) {
    const made = shared ? madeIn(graph.nodes[index] as GraphNode) : [];
    ways[index] = [...way, ...made.filter((one) => rank[one.kind] >= rank.function && !way.includes(one))];
  }
}

function commonStart(a: readonly Segment[], b: readonly Segment[]): readonly Segment[] {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

/** Makes groups of the branches in one that are worth it; `holder` is the group around them, `counts` its names so far. */
function choose(
  graph: SceneGraph,
  branch: Branch,
  holder: Branch,
  counts: Map<string, number>,
  groups: GroupInfo[],
): void {
  for (const inner of branch.inside.values()) {
    if (!isWorthwhile(inner, holder)) {
      inner.path = holder.path;
      choose(graph, inner, holder, counts, groups);
      continue;
    }
    const { name, kind } = inner.segment as Segment;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const parent = holder.path.at(-1) ?? null;
    const id = `${parent ?? "m:"}/${name}${count === 1 ? "" : `#${count}`}`;
    inner.path = [...holder.path, id];
    const nodes = inner.places.map((place) => graph.nodes[place] as GraphNode);
    groups.push({
      id,
      title: titleOf(kind, name, count),
      kind,
      parent,
      depth: holder.path.length,
      members: nodes.map((node) => node.id),
      outputs: [],
      inputs: [],
      inType: "",
      outType: "",
      operators: inner.operators,
      parameters: nodes.filter((node) => node.kind === "leaf").length,
    });
    choose(graph, inner, inner, new Map(), groups);
  }
}

/**
 * A group of one member only adds lines to the picture. Modules and cells are groups otherwise; functions and loops divide only what is
 * too large to be read as a whole, and not where they say nothing: around everything, or around what has a better name.
 */
function isWorthwhile(branch: Branch, holder: Branch): boolean {
  const kind = (branch.segment as Segment).kind;
  if (rank[kind] === rank.module) return branch.places.length > 1;
  const limit = holder.segment === null ? readable.all : readable.some;
  if (holder.places.length <= limit || branch.places.length < fewest || branch.equals(holder)) return false;
  for (let inner = sameInside(branch); inner !== undefined; inner = sameInside(inner))
    if (rank[(inner.segment as Segment).kind] > rank[kind]) return false;
  return true;
}

function sameInside(branch: Branch): Branch | undefined {
  for (const inner of branch.inside.values()) if (inner.equals(branch)) return inner;
  return undefined;
}

function titleOf(kind: GroupInfo["kind"], name: string, count: number): string {
  if (count === 1) return name;
  return `${name} (${rank[kind] < rank.function ? "run" : "call"} ${count})`;
}

/** Fills in what enters and leaves each group. */
function findPorts(graph: SceneGraph, paths: readonly (readonly string[])[], groups: readonly GroupInfo[]): void {
  const position = new Map(graph.nodes.map((node, index) => [node.id, index]));
  const outputs = new Map(groups.map(({ id }) => [id, new Set<number>()]));
  const inputs = new Map(groups.map(({ id }) => [id, new Set<number>()]));
  for (const edge of graph.edges) {
    const from = paths[position.get(edge.from) ?? -1];
    const to = paths[position.get(edge.to) ?? -1];
    if (!from || !to || from === to) continue;
    for (const id of from) if (!to.includes(id)) outputs.get(id)?.add(edge.from);
    for (const id of to) if (!from.includes(id)) inputs.get(id)?.add(edge.from);
  }
  const nodeOf = (id: number | undefined): GraphNode | undefined =>
    id === undefined ? undefined : graph.nodes[position.get(id) ?? -1];
  const type = (id: number | undefined): string => {
    const node = nodeOf(id);
    return node ? typeText(node) : "";
  };
  for (const group of groups) {
    group.outputs = [...(outputs.get(group.id) ?? [])];
    group.inputs = [...(inputs.get(group.id) ?? [])];
    // Where nothing else enters, it is data that only this group uses: it stands inside, before the operators.
    const data = group.inputs.length > 0 ? undefined : group.members.find((id) => nodeOf(id)?.kind === "data");
    if (data !== undefined) group.inputs = [data];
    group.inType = type(group.inputs[0]);
    group.outType = type(group.outputs[0] ?? group.members[group.members.length - 1]);
  }
}
