import type { AnyOpDef } from "../op.ts";
import { parseSignature } from "./parse.ts";

const known = new WeakMap<AnyOpDef, ReadonlyMap<string, unknown>>();

/** Default values of an operator's arguments by name, as its signatures give them. */
export function defaultsOf(def: AnyOpDef): ReadonlyMap<string, unknown> {
  let found = known.get(def);
  if (found === undefined) {
    const made = new Map<string, unknown>();
    for (const signature of def.signatures ?? [])
      for (const param of parseSignature(typeof signature === "string" ? signature : signature.text).params)
        if (param.hasDefault && !made.has(param.name)) made.set(param.name, param.defaultValue);
    known.set(def, made);
    found = made;
  }
  return found;
}
