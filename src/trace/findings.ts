import { nameOf, placeOf } from "./explain.ts";
import type { Finding } from "./query.ts";
import type { TraceReader } from "./trace-reader.ts";

/** Gradient norms outside these are worth a look. */
const VANISHING = 1e-6;
const EXPLODING = 1e3;
/** A gradient counts as vanished only next to one that is this much larger in the same pass. */
const VANISHING_RATIO = 1e3;
const MAX_PER_KIND = 20;

/** Things in a run that a person would want to be told. */
export function findFindings(reader: TraceReader): Finding[] {
  const { trace } = reader;
  const found: Finding[] = [];
  const counts = new Map<string, number>();
  const once = new Set<string>();
  const report = (kind: Finding["kind"], key: string, text: string, seq: number, node: number | null): void => {
    const id = `${kind} ${key}`;
    const count = counts.get(kind) ?? 0;
    if (once.has(id) || count >= MAX_PER_KIND) return;
    once.add(id);
    counts.set(kind, count + 1);
    found.push({ kind, text, seq, node });
  };
  let steppedSinceClear = false;
  let pass: { seq: number; node: number; norm: number }[] = [];
  const gotGradient = new Set<number>();
  const accumulating = new Set<number>();
  for (let seq = 0; seq < trace.eventCount; seq++) {
    const event = trace.events.read(seq);
    switch (event.kind) {
      case "fwd.op": {
        const op = trace.opOf(event.node);
        if ((op === "relu" || op === "relu_") && trace.gradFnOf(event.node) !== null) {
          const shape = trace.values.shape(event.values[0]);
          const count = shape.reduce((n, s) => n * s, 1);
          if (count > 1 && trace.values.stats(event.values[0]).zero === count)
            report(
              "dead-relu",
              `${trace.nodes.loc.get(event.node)} ${trace.nodes.modules.get(event.node)}`,
              `every output of relu${placeOf(reader, event.node)} is 0, so no gradient passes through it`,
              seq,
              event.node,
            );
        }
        break;
      }
      case "bwd.seed":
        pass = [];
        if (event.accumulate) accumulating.add(trace.scene(event.scene));
        break;
      case "leaf.accumulate": {
        gotGradient.add(event.node);
        const { norm } = trace.values.stats(event.delta);
        if (norm !== null) pass.push({ seq, node: event.node, norm });
        if (norm !== null && norm > EXPLODING)
          report(
            "exploding",
            String(event.node),
            `the gradient of ${nameOf(reader, event.node)} is very large (norm ${norm.toPrecision(3)})`,
            seq,
            event.node,
          );
        if (event.earlier > 0 && steppedSinceClear)
          report(
            "unzeroed",
            "",
            `.grad of ${nameOf(reader, event.node)} still holds ${event.earlier === 1 ? "an earlier backward pass" : `${event.earlier} earlier backward passes`} after an optimiser step: zero_grad() is missing`,
            seq,
            event.node,
          );
        break;
      }
      case "bwd.end": {
        const largest = Math.max(0, ...pass.map((p) => p.norm));
        for (const p of pass)
          if (p.norm < VANISHING && p.norm * VANISHING_RATIO < largest)
            report(
              "vanishing",
              String(p.node),
              `the gradient of ${nameOf(reader, p.node)} has vanished (norm ${p.norm.toPrecision(3)}, the largest of this pass is ${largest.toPrecision(3)})`,
              p.seq,
              p.node,
            );
        if (event.error?.includes("backward through the graph a second time"))
          report(
            "freed",
            "",
            "the graph was freed by an earlier backward pass; the first one needs retain_graph=True",
            seq,
            null,
          );
        break;
      }
      case "grad.zero":
        steppedSinceClear = false;
        break;
      case "opt.step":
        steppedSinceClear = true;
        break;
    }
    const bad = reader.eventNonFinite(event);
    if (bad === "nan") {
      const node = "node" in event ? event.node : null;
      report(
        "nan",
        "",
        `NaN appears first ${node === null ? "here" : `at ${nameOf(reader, node)}${placeOf(reader, node)}`}`,
        seq,
        node,
      );
    }
  }
  for (const scene of reader.scenes.ids()) {
    if (!accumulating.has(scene)) continue;
    for (const node of reader.scenes.order(scene))
      if (trace.kindOf(node) === "leaf" && !gotGradient.has(node))
        report(
          "no-grad-parameter",
          String(node),
          `${nameOf(reader, node)} requires a gradient but never gets one`,
          reader.scenes.lastSeq(scene),
          node,
        );
  }
  return found.sort((a, b) => a.seq - b.seq);
}
