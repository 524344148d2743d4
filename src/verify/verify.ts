import type { Runtime } from "../engine/runtime.ts";
import type { CallTable } from "../trace/calls.ts";
import type { BackwardBegin, TraceEvent } from "../trace/events.ts";
import type { Verification, VerifiedElement } from "../trace/query.ts";
import type { TraceReader, Verifier } from "../trace/trace-reader.ts";
import { difference } from "./difference.ts";
import { kinkOperator } from "./kink.ts";
import { nameOf, Replay, ReplayError } from "./replay.ts";
import { sampleOf } from "./sample.ts";
import { toleranceFor } from "./tolerance.ts";

/** Numbers that one verification may compute; operators count as so many. */
const WORK = 4e7;
const WORK_PER_OPERATOR = 200;
const FEWEST = 4;
const MOST = 64;

/**
 * Checks gradients of a run against central differences of the operators that it recorded. It runs them in the run's own runtime,
 * unrecorded: nothing of the program's state changes, its random stream neither.
 */
export function createVerifier(rt: Runtime, calls: CallTable): Verifier {
  return (reader, node, cursor) => {
    const random = rt.generator.snapshot();
    try {
      return rt.quietly(() => verify(rt, reader, calls, node, cursor));
    } finally {
      rt.generator.restore(random);
    }
  };
}

function verify(rt: Runtime, reader: TraceReader, calls: CallTable, node: number, cursor: number): Verification {
  const { trace } = reader;
  const found = gradientNear(reader, node, cursor);
  const name = nameOf(trace, node);
  const blank: Verification = {
    node,
    status: "impossible",
    text: "",
    pass: null,
    elements: [],
    total: 0,
    tolerance: { absolute: 0, relative: 0 },
    notes: [],
  };
  if (found === null) return { ...blank, text: `No backward pass gave ${name} a gradient.` };
  const { seed, seq, gradient, onTheWay, hooked } = found;
  const roots = seed.roots.map((root) => nameOf(trace, root.node));
  const pass = { pass: seed.pass, seq, scene: trace.sceneOfEvent(seq), roots };
  const impossible = (text: string): Verification => ({ ...blank, pass, text });
  const dtype = trace.values.dtype(gradient);
  if (dtype.startsWith("complex")) return impossible("Complex gradients cannot be verified.");
  const analytic = numbersOf(reader, gradient);
  if (analytic === null) return impossible(`The gradient of ${name} was dropped to stay within the memory for values.`);
  try {
    const replay = new Replay(rt, reader, calls, node, seed);
    const here = replay.evaluate();
    if (!Number.isFinite(here.value)) return impossible(`${roots.join(", ")} is not a finite number.`);
    replay.checkAgainstRun(here);
    const shape = trace.values.shape(gradient);
    const cost = 3 * (replay.work + WORK_PER_OPERATOR * replay.steps.length) + 1;
    const chosen = sampleOf(analytic.length, Math.max(FEWEST, Math.min(MOST, Math.floor(WORK / cost))));
    const values = numbersOf(reader, heldBy(reader, node, seed.seq));
    const largest = analytic.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
    const tolerance = toleranceFor(dtype, largest, onTheWay);
    const elements = chosen.map((index) => {
      const x = values?.[index] ?? 0;
      const slope = difference((change) => replay.evaluate(index, change), here, x);
      const kink = slope.kink
        ? { left: told(slope.left), right: told(slope.right), op: kinkOperator(trace, replay, slope.around) }
        : undefined;
      return element(indexIn(shape, index), analytic[index], slope, tolerance, kink);
    });
    const status = elements.some((one) => one.status === "fail") ? "failed" : "passed";
    const notes = [...hooked, ...handWritten(reader, replay)];
    const text = verdict(name, roots, elements, analytic.length, trace.passes > 1 ? seed.pass + 1 : null);
    return { node, status, text, pass, elements, total: analytic.length, tolerance, notes };
  } catch (error) {
    if (error instanceof ReplayError) return impossible(error.message);
    throw error;
  }
}

function element(
  index: number[],
  analytic: number,
  { central, left, right }: { central: number; left: number; right: number },
  { absolute, relative }: Verification["tolerance"],
  kink: VerifiedElement["kink"],
): VerifiedElement {
  const apart = Math.abs(analytic - central);
  const size = Math.max(Math.abs(analytic), Math.abs(central));
  const error = Number.isFinite(apart) ? (size === 0 ? 0 : apart / size) : null;
  const common = { index, analytic: told(analytic), numeric: told(central), error };
  if (kink !== undefined) {
    const slack = absolute + relative * Math.max(Math.abs(left), Math.abs(right));
    const between = analytic >= Math.min(left, right) - slack && analytic <= Math.max(left, right) + slack;
    return { ...common, status: between ? "kink" : "fail", kink };
  }
  return { ...common, status: apart <= absolute + relative * Math.abs(central) ? "pass" : "fail" };
}

function verdict(
  name: string,
  roots: readonly string[],
  elements: readonly VerifiedElement[],
  total: number,
  pass: number | null,
): string {
  const count = (status: VerifiedElement["status"]): number => elements.filter((one) => one.status === status).length;
  const failed = count("fail");
  const kinks = count("kink");
  const which =
    elements.length < total ? `${elements.length} of ${total} elements (a seeded sample)` : elementsOf(total);
  const parts = [
    `d ${roots.join(" + ")} / d ${name}${pass === null ? "" : ` of backward pass ${pass}`}, ${which}:`,
    failed === 0 ? "the gradient is right" : `the gradient is wrong in ${elementsOf(failed)}`,
  ];
  const kinky = kinks === 0 ? "" : `; ${elementsOf(kinks)} at a kink, where there is no derivative to compare with`;
  return `${parts.join(" ")}${kinky}.`;
}

const elementsOf = (n: number): string => `${n} element${n === 1 ? "" : "s"}`;

interface Found {
  seed: BackwardBegin;
  seq: number;
  /** Value: what backward computed, before hooks of the leaf. */
  gradient: number;
  /** The largest element of the contributions that flowed in the pass until then. */
  onTheWay: number;
  hooked: string[];
}

/** The gradient that a leaf got last at a cursor, else first after it, and the pass that brought it. */
function gradientNear(reader: TraceReader, node: number, cursor: number): Found | null {
  const { trace } = reader;
  const brings = (seq: number): boolean => {
    const kind = trace.events.kind(seq);
    if (kind !== "leaf.accumulate" && kind !== "bwd.accumulate") return false;
    const event = trace.events.read(seq);
    return (
      ((event.kind === "bwd.accumulate" && event.received === event.expected) || event.kind === "leaf.accumulate") &&
      event.node === node
    );
  };
  let at = Math.min(cursor, trace.eventCount - 1);
  while (at >= 0 && !brings(at)) at--;
  if (at < 0) for (at = Math.max(0, cursor + 1); at < trace.eventCount && !brings(at); at++);
  if (at >= trace.eventCount) return null;
  const event = trace.events.read(at);
  if (event.kind !== "leaf.accumulate" && event.kind !== "bwd.accumulate") return null;
  const gathered = event.kind === "bwd.accumulate" ? { seq: at, value: event.sum } : null;
  const told = event.kind === "leaf.accumulate" ? { seq: at, value: event.delta } : null;
  return beginning(reader, event.pass, node, at, gathered, told);
}

type Moment = { seq: number; value: number } | null;

/** Walks back to the beginning of the pass; on the way the sum of the leaf's contributions, and hooks that changed gradients. */
function beginning(
  reader: TraceReader,
  pass: number,
  node: number,
  from: number,
  gathered: Moment,
  told: Moment,
): Found | null {
  const { trace } = reader;
  const hooked = new Set<string>();
  let sum = gathered;
  let onTheWay = 0;
  const visit = (event: TraceEvent, seq: number): void => {
    if (event.kind === "bwd.accumulate" && event.node === node && event.pass === pass)
      sum ??= { seq, value: event.sum };
    else if (event.kind === "bwd.edge" && event.pass === pass) {
      const { min, max } = trace.values.stats(event.contribution);
      onTheWay = Math.max(onTheWay, Math.abs(min ?? 0), Math.abs(max ?? 0));
    } else if (event.kind === "bwd.enter" && event.pass === pass && event.gathered !== undefined)
      hooked.add(nameOf(trace, event.node));
  };
  for (let seq = from; seq >= 0; seq--) {
    const event = trace.events.read(seq);
    visit(event, seq);
    if (event.kind !== "bwd.seed" || event.pass !== pass) continue;
    const moment = sum ?? told;
    if (moment === null) return null;
    const notes = [...hooked].map(
      (name) => `A hook changed the gradient of ${name} on the way; the function itself knows nothing of it.`,
    );
    if (told !== null && sum !== null && !sameNumbers(reader, told.value, sum.value))
      notes.push(
        `A hook changed what backward computed for ${nameOf(trace, node)} before it went into .grad; verified is what was computed.`,
      );
    return { seed: event, seq: told?.seq ?? moment.seq, gradient: moment.value, onTheWay, hooked: notes };
  }
  return null;
}

function sameNumbers(reader: TraceReader, a: number, b: number): boolean {
  if (a === b) return true;
  const x = numbersOf(reader, a);
  const y = numbersOf(reader, b);
  return x === null || y === null || (x.length === y.length && x.every((n, i) => Object.is(n, y[i])));
}

/** What a leaf held when a pass began. */
const heldBy = (reader: TraceReader, node: number, seq: number): number =>
  reader.leaves.valueAt(node, seq) ?? reader.trace.nodes.born.get(node);

function numbersOf(reader: TraceReader, value: number): number[] | null {
  const { values } = reader.trace;
  if (values.strided(value) === null) return null;
  const count = values.shape(value).reduce((n, s) => n * s, 1);
  return Array.from({ length: count }, (_, i) => values.element(value, i) ?? Number.NaN);
}

/** Functions of the program's own among the operators, whose backward nobody else has checked. */
function handWritten(reader: TraceReader, replay: Replay): string[] {
  const names = new Set(
    replay.steps.filter(({ call }) => call.def.vjp === undefined).map(({ node }) => reader.trace.opOf(node)),
  );
  return [...names].map((name) => `On the way: ${name}, whose backward is the program's own.`);
}

function indexIn(shape: readonly number[], flat: number): number[] {
  const index: number[] = [];
  let rest = flat;
  for (let d = shape.length - 1; d >= 0; d--) {
    index.unshift(rest % shape[d]);
    rest = Math.floor(rest / shape[d]);
  }
  return index;
}

const told = (x: number): number | string =>
  Number.isFinite(x) ? x : Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
