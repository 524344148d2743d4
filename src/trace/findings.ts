import type { TraceEvent } from "./events.ts";
import { nameOf, placeOf } from "./explain.ts";
import type { Finding } from "./query.ts";
import type { TraceReader } from "./trace-reader.ts";

/** Gradient norms outside these are worth a look. */
const VANISHING = 1e-6;
const EXPLODING = 1e3;
/** A gradient counts as vanished only next to one that is this much larger in the same pass. */
const VANISHING_RATIO = 1e3;
const MAX_PER_KIND = 20;
/** Names that a sentence lists before it says how many more there are. */
const MAX_NAMES = 4;

type Report = (kind: Finding["kind"], key: string, text: string, seq: number, node: number | null) => void;

/** Looks at every event in order, then at the whole. */
interface Detector {
  see?(event: TraceEvent): void;
  end?(): void;
}

/** Things in a run that a person would want to be told, in order of their steps. */
export function findFindings(reader: TraceReader): Finding[] {
  const { trace } = reader;
  const found: Finding[] = [];
  const counts = new Map<string, number>();
  const once = new Set<string>();
  const report: Report = (kind, key, text, seq, node) => {
    const id = `${kind} ${key}`;
    const count = counts.get(kind) ?? 0;
    if (once.has(id) || count >= MAX_PER_KIND) return;
    once.add(id);
    counts.set(kind, count + 1);
    found.push({ kind, text, seq, node });
  };
  const running = detectors.map((make) => make(reader, report));
  for (let seq = 0; seq < trace.eventCount; seq++) {
    const event = trace.events.read(seq);
    for (const detector of running) detector.see?.(event);
  }
  for (const detector of running) detector.end?.();
  return found.sort((a, b) => a.seq - b.seq);
}

const detectors: readonly ((reader: TraceReader, report: Report) => Detector)[] = [
  deadRelu,
  gradientSizes,
  unzeroed,
  freed,
  nanOrigin,
  withoutGradient,
  forgottenRequiresGrad,
];

function deadRelu(reader: TraceReader, report: Report): Detector {
  const { trace } = reader;
  return {
    see(event) {
      if (event.kind !== "fwd.op") return;
      const op = trace.opOf(event.node);
      if ((op !== "relu" && op !== "relu_") || trace.gradFnOf(event.node) === null) return;
      const count = trace.values.shape(event.values[0]).reduce((n, s) => n * s, 1);
      if (count < 2 || trace.values.stats(event.values[0]).zero !== count) return;
      report(
        "dead-relu",
        `${trace.nodes.loc.get(event.node)} ${trace.modulePath(trace.nodes.call.get(event.node)).join(" ")}`,
        `every output of relu${placeOf(reader, event.node)} is 0, so no gradient passes through it`,
        event.seq,
        event.node,
      );
    },
  };
}

interface Sized {
  seq: number;
  node: number;
  norm: number;
}

/** Gradients of leaves that are far too small or large. Leaves of one network tell it together, where it shows first. */
function gradientSizes(reader: TraceReader, report: Report): Detector {
  const passes = new Map<number, number>();
  const vanished = new Map<number, { first: Sized; pass: number; largest: number; count: number }>();
  const exploded = new Set<number>();
  let pass: Sized[] = [];
  let passNumber = 0;
  return {
    see(event) {
      if (event.kind === "bwd.seed") {
        pass = [];
        passNumber = event.pass;
      } else if (event.kind === "leaf.accumulate" && event.retained !== true) {
        const { norm } = reader.trace.values.stats(event.delta);
        if (norm !== null) pass.push({ seq: event.seq, node: event.node, norm });
      } else if (event.kind === "bwd.end") {
        const largest = pass.reduce((most, { norm }) => Math.max(most, norm), 0);
        const large = pass.filter(({ node, norm }) => norm > EXPLODING && !exploded.has(node));
        for (const { node } of large) exploded.add(node);
        if (large.length > 0) {
          const worst = large.reduce((a, b) => (b.norm > a.norm ? b : a));
          report(
            "exploding",
            String(event.seq),
            `${gradientsOf(reader, large, ["is", "are"])} very large (norm ${short(worst.norm)}${large.length > 1 ? ` at ${nameOf(reader, worst.node)}` : ""})`,
            worst.seq,
            worst.node,
          );
        }
        for (const one of pass) {
          passes.set(one.node, (passes.get(one.node) ?? 0) + 1);
          // An exact 0 has other reasons: a branch that was not taken, a dead unit.
          if (one.norm === 0 || one.norm >= VANISHING || one.norm * VANISHING_RATIO >= largest) continue;
          const known = vanished.get(one.node);
          if (known) known.count += 1;
          // One that becomes small later has converged.
          else if (passes.get(one.node) === 1)
            vanished.set(one.node, { first: one, pass: passNumber, largest, count: 1 });
        }
        pass = [];
      }
    },
    end() {
      // Nor has one vanished that only starts small: most of its passes must be.
      const lasting = [...vanished.values()].filter(({ first, count }) => 2 * count > (passes.get(first.node) ?? 0));
      for (const number of new Set(lasting.map((one) => one.pass))) {
        const together = lasting.filter((one) => one.pass === number);
        const smallest = together.reduce((a, b) => (b.first.norm < a.first.norm ? b : a));
        const { first, largest } = smallest;
        report(
          "vanishing",
          String(number),
          `${gradientsOf(
            reader,
            together.map((one) => one.first),
            ["has", "have"],
          )} vanished (norm ${short(first.norm)}${together.length > 1 ? ` at ${nameOf(reader, first.node)}` : ""}, the largest of this pass is ${short(largest)})`,
          first.seq,
          first.node,
        );
      }
    },
  };
}

/** "the gradient of w is", "the gradients of w, b and 3 more are". */
function gradientsOf(
  reader: TraceReader,
  leaves: readonly Sized[],
  verbs: readonly [one: string, more: string],
): string {
  const names = [...leaves].sort((a, b) => a.node - b.node).map(({ node }) => nameOf(reader, node));
  if (names.length === 1) return `the gradient of ${names[0]} ${verbs[0]}`;
  const listed = names.length > MAX_NAMES ? names.slice(0, MAX_NAMES - 1) : names.slice(0, -1);
  const rest = names.length > MAX_NAMES ? `${names.length - listed.length} more` : names[names.length - 1];
  return `the gradients of ${listed.join(", ")} and ${rest} ${verbs[1]}`;
}

function unzeroed(reader: TraceReader, report: Report): Detector {
  let steppedSinceClear = false;
  return {
    see(event) {
      if (event.kind === "grad.zero") steppedSinceClear = false;
      else if (event.kind === "opt.step") steppedSinceClear = true;
      else if (event.kind === "leaf.accumulate" && event.earlier > 0 && steppedSinceClear)
        report(
          "unzeroed",
          "",
          `.grad of ${nameOf(reader, event.node)} still holds ${event.earlier === 1 ? "an earlier backward pass" : `${event.earlier} earlier backward passes`} after an optimiser step: zero_grad() is missing`,
          event.seq,
          event.node,
        );
    },
  };
}

function freed(_reader: TraceReader, report: Report): Detector {
  return {
    see(event) {
      if (event.kind === "bwd.end" && event.error?.includes("backward through the graph a second time"))
        report(
          "freed",
          "",
          "the graph was freed by an earlier backward pass; the first one needs retain_graph=True",
          event.seq,
          null,
        );
    },
  };
}

/** The first operator, tensor or gradient that holds NaN. */
function nanOrigin(reader: TraceReader, report: Report): Detector {
  let found = false;
  return {
    see(event) {
      if (found || reader.eventNonFinite(event) !== "nan") return;
      found = true;
      const { node, text } = originOf(reader, event);
      report("nan", "", text, event.seq, node);
    },
  };
}

function originOf(reader: TraceReader, event: TraceEvent): { node: number | null; text: string } {
  const at = (node: number): string => `${nameOf(reader, node)}${placeOf(reader, node)}`;
  switch (event.kind) {
    case "fwd.op": {
      const given = (event.tensors ?? []).find(({ after }) => reader.nonFinite(after) === "nan");
      // What an operator changed in place is its own doing; what became known with it was NaN before.
      if (given && given.before === null)
        return {
          node: given.node,
          text: `${nameOf(reader, given.node)} held NaN before anything was computed with it`,
        };
      const op = reader.trace.opOf(event.node);
      const name = nameOf(reader, event.node);
      return {
        node: event.node,
        text: `NaN appears first where ${op} computes ${name === op ? "its result" : name}${placeOf(reader, event.node)}`,
      };
    }
    case "bwd.seed":
      return { node: event.roots[0]?.node ?? null, text: "the gradient that the backward pass starts with is NaN" };
    case "bwd.edge":
      return { node: event.node, text: `NaN appears first in the gradient that ${at(event.node)} passes back` };
    case "bwd.accumulate":
    case "leaf.accumulate":
      return { node: event.node, text: `NaN appears first in the gradient of ${at(event.node)}` };
    case "opt.step": {
      const update = event.updates.find(({ after }) => reader.nonFinite(after) === "nan");
      return {
        node: update?.node ?? null,
        text: `NaN appears first where ${event.name} updates ${update ? nameOf(reader, update.node) : "a parameter"}`,
      };
    }
    default:
      return { node: "node" in event ? event.node : null, text: "NaN appears first here" };
  }
}

/** Leaves of a graph whose pass went through and which never got a gradient. */
function withoutGradient(reader: TraceReader, report: Report): Detector {
  const { trace, scenes } = reader;
  const got = new Set<number>();
  const complete = new Set<number>();
  let accumulates = false;
  return {
    see(event) {
      if (event.kind === "leaf.accumulate") got.add(event.node);
      else if (event.kind === "bwd.seed") accumulates = event.accumulate;
      else if (event.kind === "bwd.end" && event.error === null && accumulates) complete.add(trace.scene(event.scene));
    },
    end() {
      for (const scene of scenes.ids()) {
        if (!complete.has(scene)) continue;
        for (const node of scenes.order(scene))
          if (trace.kindOf(node) === "leaf" && !got.has(node))
            report(
              "no-grad-parameter",
              String(node),
              `${nameOf(reader, node)} requires a gradient but never gets one`,
              scenes.lastSeq(scene),
              node,
            );
      }
    },
  };
}

/**
 * requires_grad=True that was forgotten: a backward pass from something that has no graph, or a tensor which takes part in a loss and
 * is then updated in place as a parameter would be.
 */
function forgottenRequiresGrad(reader: TraceReader, report: Report): Detector {
  const { trace } = reader;
  const asked = new Set<number>();
  let passes = 0;
  return {
    see(event) {
      if (event.kind === "bwd.end") passes += 1;
      else if (event.kind === "error" && event.message.includes("does not require grad and does not have a grad_fn"))
        report(
          "no-grad-parameter",
          "root",
          "backward() was called on a result that was computed from nothing which requires a gradient: is requires_grad=True missing?",
          event.seq,
          event.node,
        );
      if (event.kind !== "fwd.op" || !event.inplace || passes === 0 || trace.gradFnOf(event.node) !== null) return;
      const [edge] = trace.inEdges(event.node);
      const target = edge === undefined ? undefined : trace.edge(edge).from;
      if (target === undefined || trace.kindOf(target) !== "data" || asked.has(target)) return;
      asked.add(target);
      if (!/float|double|half/.test(trace.values.dtype(event.values[0])) || !feedsGradients(reader, target)) return;
      report(
        "no-grad-parameter",
        `data ${target}`,
        `${nameOf(reader, target)} takes part in a loss and is updated${placeOf(reader, event.node)}, but does not require a gradient: is requires_grad=True missing?`,
        event.seq,
        target,
      );
    },
  };
}

/** Whether something that has a backward node was computed from it. */
function feedsGradients(reader: TraceReader, start: number): boolean {
  const { scenes } = reader;
  return scenes.ids().some((scene) => scenes.position(scene, start) >= 0 && feedsGradientsIn(reader, scene, start));
}

function feedsGradientsIn({ trace, scenes }: TraceReader, scene: number, start: number): boolean {
  const edges = scenes.graph(scene)?.edges ?? [];
  const reached = new Set([start]);
  // Edges are listed in the order in which operators ran, so one pass follows every path.
  for (const { from, to } of edges) {
    if (!reached.has(from)) continue;
    if (trace.gradFnOf(to) !== null) return true;
    reached.add(to);
  }
  return false;
}

function short(x: number): string {
  return x >= 1e5 ? x.toExponential(2).replace("e+", "e") : String(Number(x.toPrecision(3)));
}
