import * as v from "valibot";
import { TextTable } from "../growable.ts";
import { CALL_KINDS, MAX_CALL_DEPTH, NODE_BITS } from "../trace.ts";
import { TraceError } from "../trace-error.ts";
import { packColumn, unpackColumn } from "./column.ts";
import { LIMITS } from "./limits.ts";
import { columnSchema } from "./schema.ts";

const written = v.looseObject({
  texts: v.array(v.string()),
  columns: v.looseObject({ "nodes.bits": columnSchema, "nodes.modules": columnSchema }),
});

/**
 * A file of version 2, which told of each node the names of its modules, as one that tells calls: operators one after the other in
 * modules of the same names are one call of them. Errors: `TraceError` "bad-snapshot".
 */
export function withCallTree(file: Record<string, unknown>): Record<string, unknown> {
  const known = v.safeParse(written, file);
  if (!known.success) throw new TraceError("bad-snapshot", "The snapshot is damaged: it does not tell modules.");
  const { "nodes.modules": modules, ...columns } = known.output.columns;
  const bits = numbersOf("nodes.bits", columns["nodes.bits"]);
  const paths = numbersOf("nodes.modules", modules);
  const texts = TextTable.from(known.output.texts);
  const calls = { within: [0], kind: [CALL_KINDS.indexOf("function")], name: [texts.add("")] };
  const names = new Map<number, readonly string[]>();
  let open: { name: string; row: number }[] = [];
  const call = paths.map((text, node) => {
    if (((bits[node] ?? 0) & NODE_BITS.kind) !== 0) return 0;
    const path = names.get(text) ?? pathOf(texts.get(text));
    names.set(text, path);
    const same = path.findIndex((name, depth) => open[depth]?.name !== name);
    open = open.slice(0, same < 0 ? path.length : same);
    for (const name of path.slice(open.length)) {
      calls.within.push(open.at(-1)?.row ?? 0);
      calls.kind.push(CALL_KINDS.indexOf("module"));
      calls.name.push(texts.add(name));
      open.push({ name, row: calls.within.length - 1 });
    }
    return open.at(-1)?.row ?? 0;
  });
  return {
    ...known.output,
    texts: [...texts.all()],
    columns: {
      ...columns,
      "nodes.call": packed(call),
      "calls.within": packed(Int32Array.from(calls.within)),
      "calls.kind": packed(Int32Array.from(calls.kind)),
      "calls.name": packed(Int32Array.from(calls.name)),
    },
  };
}

function numbersOf(name: string, column: v.InferOutput<typeof columnSchema>): Int32Array {
  if (column.type !== "int32" || column.length > LIMITS.columns / 4)
    throw new TraceError("bad-snapshot", `The snapshot is damaged: column ${name} is not one.`);
  return unpackColumn(name, column) as Int32Array;
}

function pathOf(text: string): readonly string[] {
  try {
    const path: unknown = JSON.parse(text);
    return Array.isArray(path) ? path.filter((name) => typeof name === "string").slice(0, MAX_CALL_DEPTH) : [];
  } catch {
    return [];
  }
}

function packed(numbers: Int32Array) {
  const column = packColumn("int32", numbers);
  return { ...column, data: new TextDecoder().decode(column.data) };
}
