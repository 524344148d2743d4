import { formatMessage } from "./format-message.ts";
import type { InspectOptions } from "./inspect.ts";
import { inspect } from "./inspect.ts";
import { table } from "./table.ts";

export type WriteStream = (stream: "out" | "err", text: string) => void;

/** The `console` of model code: log, info, debug, dir, table and group to standard output, warn, error, trace and assert to standard error. */
export function createConsole(write: WriteStream, options: InspectOptions): Readonly<Record<string, unknown>> {
  let indent = "";
  const counts = new Map<string, number>();
  const print = (stream: "out" | "err", text: string): void => {
    write(stream, `${indent === "" ? text : text.replace(/^/gm, indent)}\n`);
  };
  const out = (...values: unknown[]): void => print("out", formatMessage(values, options));
  const err = (...values: unknown[]): void => print("err", formatMessage(values, options));
  return Object.freeze({
    log: out,
    info: out,
    debug: out,
    warn: err,
    error: err,
    trace: (...values: unknown[]) => err(`Trace: ${formatMessage(values, options)}`),
    dir: (value: unknown) => print("out", inspect(value, options)),
    table: (value: unknown) => print("out", table(value, options) ?? formatMessage([value], options)),
    assert: (condition: unknown, ...values: unknown[]) => {
      if (condition) return;
      if (values.length === 0) err("Assertion failed");
      else if (typeof values[0] === "string") err(`Assertion failed: ${values[0]}`, ...values.slice(1));
      else err("Assertion failed:", ...values);
    },
    count: (label = "default") => {
      const n = (counts.get(label) ?? 0) + 1;
      counts.set(label, n);
      out(`${label}: ${n}`);
    },
    countReset: (label = "default") => void counts.delete(label),
    group: (...values: unknown[]) => {
      if (values.length > 0) out(...values);
      indent += "  ";
    },
    groupEnd: () => {
      indent = indent.slice(2);
    },
  });
}
