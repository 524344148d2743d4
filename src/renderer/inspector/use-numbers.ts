/** All numbers of some tensors, row-major; asked for once and kept while the view stands. */
import { useEffect, useState } from "preact/hooks";
import { elementCount, parseNumber } from "../../graph/format-number.ts";
import type { ValueSummary } from "../../trace/query.ts";
import { useActions } from "../session/actions-context.ts";
import { readAll } from "../tensor/tensor-text.ts";

/** Larger tensors are not walked cell by cell. */
export const mostWalked = 65_536;

/** @returns null while they are on their way, or when one is too large, was dropped, or is complex */
export function useNumbers(values: readonly ValueSummary[] | null): ReadonlyMap<number, readonly number[]> | null {
  const { tile, report } = useActions();
  const [known, setKnown] = useState<{ key: string; numbers: ReadonlyMap<number, readonly number[]> } | null>(null);
  const key = values?.map(({ id }) => id).join(",") ?? "";
  // the values are compared by their numbers
  useEffect(() => {
    if (values === null || !values.every(canBeWalked)) return;
    let gone = false;
    Promise.all(
      values.map(async (one) => [one.id, (await readAll(one, tile, mostWalked)).map(parseNumber)] as const),
    ).then((entries) => {
      if (!gone) setKnown({ key, numbers: new Map(entries) });
    }, report);
    return () => {
      gone = true;
    };
  }, [key]);
  return known?.key === key ? known.numbers : null;
}

export function canBeWalked({ full, shape, dtype }: ValueSummary): boolean {
  return full && elementCount(shape) <= mostWalked && !dtype.includes("complex");
}
