import { type CallInfo, LARGE_SCENE, type SceneGraph, type SceneInfo } from "./graph-model.ts";
import { Int32List } from "./growable.ts";
import type { TraceSummary } from "./query.ts";
import { NODE_BITS, type Trace } from "./trace.ts";

type Band = TraceSummary["bands"][number];

interface SceneEntry {
  id: number;
  firstSeq: number;
  lastSeq: number;
  /** Its events. */
  seqs: Int32List;
  /** Its operators, in order of creation. */
  ops: Int32List;
  /** Passes that run on it. */
  passes: number;
  order: { size: number; nodes: number[]; position: Map<number, number>; structure: string } | null;
}

/** Which events and nodes belong to which scene; grows with the trace. */
export class SceneIndex {
  private readonly trace: Trace;
  private scenes = new Map<number, SceneEntry>();
  private eventsDone = 0;
  private nodesDone = 0;
  private mergesDone = 0;
  private bandList: Band[] = [];

  constructor(trace: Trace) {
    this.trace = trace;
  }

  /** Scene ids in order of their first event. */
  ids(): number[] {
    this.update();
    return [...this.scenes.values()].sort((a, b) => a.firstSeq - b.firstSeq).map((s) => s.id);
  }
  /** Events of a scene, ascending. */
  seqs(scene: number): Int32Array {
    return this.entry(scene)?.seqs.view() ?? new Int32Array(0);
  }
  firstSeq(scene: number): number {
    return this.entry(scene)?.firstSeq ?? 0;
  }
  lastSeq(scene: number): number {
    return this.entry(scene)?.lastSeq ?? -1;
  }
  /** Consecutive events of one phase and scene. */
  bands(): Band[] {
    this.update();
    return this.bandList;
  }

  /**
   * Nodes of a scene in canonical order: operators as they ran, each preceded by those of its inputs that come from
   * outside. Scenes of equal structure correspond position by position.
   */
  order(scene: number): readonly number[] {
    return this.ordered(scene)?.nodes ?? [];
  }
  /** Position of a node in the canonical order of a scene; -1 when it is not part of it. */
  position(scene: number, node: number): number {
    return this.ordered(scene)?.position.get(node) ?? -1;
  }
  structure(scene: number): string {
    return this.ordered(scene)?.structure ?? "";
  }
  /** The node of `toScene` that stands where `node` stands in `fromScene`; -1 when the structures differ. */
  corresponding(fromScene: number, node: number, toScene: number): number {
    if (this.structure(fromScene) !== this.structure(toScene)) return -1;
    const at = this.position(fromScene, node);
    return at < 0 ? -1 : this.order(toScene)[at];
  }
  /** The next (dir 1) or previous scene with the same structure, null when there is none. */
  neighbour(scene: number, dir: 1 | -1): number | null {
    const ids = this.ids();
    const structure = this.structure(scene);
    for (let i = ids.indexOf(scene) + dir; i >= 0 && i < ids.length; i += dir)
      if (this.structure(ids[i]) === structure) return ids[i];
    return null;
  }

  infos(): SceneInfo[] {
    this.update();
    const ids = this.ids();
    const sizes = new Map<string, number>();
    for (const id of ids) {
      const key = this.structure(id);
      sizes.set(key, (sizes.get(key) ?? 0) + 1);
    }
    const seen = new Map<string, number>();
    return ids.map((id, at) => {
      const entry = this.scenes.get(id) as SceneEntry;
      const structure = this.structure(id);
      const turn = (seen.get(structure) ?? 0) + 1;
      seen.set(structure, turn);
      const repeated = (sizes.get(structure) ?? 0) > 1 && entry.ops.length > 0;
      const title =
        entry.passes === 0
          ? `forward only${repeated ? `, ${turn}` : ""}`
          : repeated
            ? `iteration ${turn}`
            : ids.length === 1
              ? "run"
              : `graph ${at + 1}`;
      return {
        id,
        firstSeq: entry.firstSeq,
        lastSeq: entry.lastSeq,
        nodeCount: this.order(id).length,
        structure,
        title,
      };
    });
  }

  graph(scene: number): SceneGraph | null {
    const info = this.infos().find((s) => s.id === scene);
    if (info === undefined) return null;
    const { trace } = this;
    const entry = this.entry(scene) as SceneEntry;
    const calls = this.callsOf(entry);
    const order = this.order(scene);
    const inside = new Set(order);
    const nodes = order.map((id) => {
      const node = { ...trace.node(id), call: calls.around(id) };
      // What another scene computed is given data here; without a variable of its own it is called by its operator.
      if (node.kind === "op" && node.scene !== scene) {
        const names = node.names.length > 0 ? node.names : [node.op];
        return { ...node, kind: "data" as const, op: "", gradFn: null, boundary: null, names, storesGrad: false };
      }
      return node;
    });
    const edges = nodes.flatMap((n) =>
      n.kind === "op"
        ? trace
            .inEdges(n.id)
            .map((e) => trace.edge(e))
            .filter((e) => inside.has(e.from))
        : [],
    );
    // Calls and those around them, in the order of their numbers, which is that of their beginning.
    const tree = new Map<number, CallInfo>();
    for (const { call } of nodes)
      for (let at = call; at !== 0 && !tree.has(at); at = (tree.get(at) as CallInfo).within)
        tree.set(at, calls.info(at));
    return { scene: info, nodes, edges, calls: [...tree.values()].sort((a, b) => a.id - b.id) };
  }

  private entry(scene: number): SceneEntry | undefined {
    this.update();
    return this.scenes.get(this.trace.scene(scene));
  }

  private ordered(scene: number): NonNullable<SceneEntry["order"]> | null {
    const entry = this.entry(scene);
    if (entry === undefined) return null;
    // A merge of scenes makes a new entry; a late edge of a backward pass (extraEdges) is the only other change.
    const size = entry.ops.length + entry.seqs.length;
    if (entry.order === null || entry.order.size !== size) entry.order = { size, ...this.walk(entry) };
    return entry.order;
  }

  /**
   * The calls that a scene is shown as made of: all in a large scene, else only those of modules. Of tensors it is known where leaves
   * were made; what comes from another scene, or is data, belongs to those who use it.
   */
  private callsOf(entry: SceneEntry): { around(node: number): number; info(call: number): CallInfo } {
    const { trace } = this;
    const large = entry.ops.length > LARGE_SCENE;
    const shown = (call: number): number => (large ? call : trace.moduleCallOf(call));
    return {
      around(node) {
        const kind = trace.kindOf(node);
        const here = kind === "op" && trace.sceneOfNode(node) === entry.id;
        return here || (large && kind === "leaf") ? shown(trace.nodes.call.get(node)) : 0;
      },
      info(call) {
        const info = trace.call(call);
        return { ...info, within: shown(info.within) };
      },
    };
  }

  private walk(entry: SceneEntry): { nodes: number[]; position: Map<number, number>; structure: string } {
    const { trace } = this;
    const nodes: number[] = [];
    const position = new Map<number, number>();
    const place = (node: number): number => {
      let at = position.get(node);
      if (at === undefined) {
        at = nodes.length;
        nodes.push(node);
        position.set(node, at);
      }
      return at;
    };
    const hash = new StructureHash();
    const { edges } = trace;
    const calls = this.callsOf(entry);
    /** Calls in the order in which the scene comes to them. */
    const numbers = new Map<number, number>([[0, 0]]);
    const placeCall = (call: number): void => {
      const unseen: CallInfo[] = [];
      for (let at = call; !numbers.has(at); at = (unseen.at(-1) as CallInfo).within) unseen.push(calls.info(at));
      for (const { id, within, kind, name } of unseen.reverse()) {
        hash.number(numbers.get(within) as number);
        hash.text(`${kind} ${name}`);
        numbers.set(id, numbers.size);
      }
      hash.number(numbers.get(call) as number);
    };
    for (const op of entry.ops.view()) {
      const into = trace.inEdges(op);
      for (const e of into) {
        const from = edges.from.get(e);
        const known = position.has(from);
        hash.number(place(from));
        if (!known) {
          hash.number(trace.kindOf(from) === "leaf" ? 1 : 2);
          placeCall(calls.around(from));
        }
        hash.number(edges.output.get(e));
        hash.number(edges.input.get(e));
        hash.number(edges.gradInput.get(e) >= 0 ? 1 : 0);
      }
      hash.number(place(op));
      hash.number(trace.nodes.bits.get(op) & ~(NODE_BITS.update | NODE_BITS.fromGrad | NODE_BITS.derived));
      hash.number(trace.nodes.pass.get(op) >= 0 ? 1 : 0);
      hash.text(trace.opOf(op));
      hash.text(trace.gradFnOf(op) ?? "");
      placeCall(calls.around(op));
    }
    // A backward pass on a leaf alone, or a gradient cleared before anything ran, still shows that leaf.
    if (entry.ops.length === 0)
      for (const seq of entry.seqs.view()) {
        const event = trace.events.read(seq);
        if (event.kind === "bwd.seed") for (const root of event.roots) hash.number(place(root.node));
        else if (event.kind === "leaf.accumulate" || event.kind === "grad.zero") hash.number(place(event.node));
      }
    return { nodes, position, structure: hash.toString() };
  }

  private update(): void {
    const { trace } = this;
    if (trace.merges !== this.mergesDone) {
      this.scenes = new Map();
      this.bandList = [];
      this.eventsDone = 0;
      this.nodesDone = 0;
      this.mergesDone = trace.merges;
    }
    for (; this.eventsDone < trace.eventCount; this.eventsDone++) {
      const seq = this.eventsDone;
      const id = trace.sceneOfEvent(seq);
      let entry = this.scenes.get(id);
      if (entry === undefined) {
        entry = {
          id,
          firstSeq: seq,
          lastSeq: seq,
          seqs: new Int32List(),
          ops: new Int32List(16),
          passes: 0,
          order: null,
        };
        this.scenes.set(id, entry);
      }
      entry.lastSeq = seq;
      entry.seqs.push(seq);
      if (trace.events.kind(seq) === "bwd.seed") entry.passes++;
      const phase = trace.phaseOfEvent(seq);
      const last = this.bandList[this.bandList.length - 1];
      if (last !== undefined && last.phase === phase && last.scene === id) last.last = seq;
      else this.bandList.push({ first: seq, last: seq, phase, scene: id });
    }
    trace.scenesSeen = trace.sceneParent.length;
    for (; this.nodesDone < trace.nodeCount; this.nodesDone++) {
      if (trace.kindOf(this.nodesDone) !== "op") continue;
      this.scenes.get(trace.sceneOfNode(this.nodesDone))?.ops.push(this.nodesDone);
    }
  }
}

/** Two independent 32-bit hashes side by side (multiply and rotate, constants of MurmurHash3). */
class StructureHash {
  private a = 0x9747b28c;
  private b = 0x85ebca6b;

  number(x: number): void {
    this.a = Math.imul(this.a ^ Math.imul(x, 0xcc9e2d51), 0x1b873593);
    this.a = (this.a << 13) | (this.a >>> 19);
    this.b = Math.imul(this.b ^ Math.imul(x + 0x9e3779b9, 0xc2b2ae35), 0x27d4eb2f);
    this.b = (this.b << 15) | (this.b >>> 17);
  }
  text(s: string): void {
    for (let i = 0; i < s.length; i++) this.number(s.charCodeAt(i));
    this.number(-s.length);
  }
  toString(): string {
    const hex = (x: number): string => (x >>> 0).toString(16).padStart(8, "0");
    return hex(this.a) + hex(this.b);
  }
}
