import fc from "fast-check";
import { expect, test } from "vitest";
import { IdTable } from "./id-table.ts";

const id = fc.integer({ min: 0, max: 2000 });
const changes = fc.array(fc.array(fc.tuple(id, fc.option(fc.integer())), { maxLength: 20 }), { maxLength: 12 });

test("a table says what a map says after the same changes, and older tables stay as they were", () => {
  fc.assert(
    fc.property(fc.dictionary(id.map(String), fc.integer()), changes, (record, steps) => {
      const map = new Map(Object.entries(record).map(([key, value]) => [Number(key), value]));
      const tables = [IdTable.of<number>(record)];
      const maps = [new Map(map)];
      for (const entries of steps) {
        for (const [key, value] of entries) {
          if (value === null) map.delete(key);
          else map.set(key, value);
        }
        tables.push((tables.at(-1) as IdTable<number>).with(entries));
        maps.push(new Map(map));
      }
      tables.forEach((table, i) => {
        expect(new Map(table.entries())).toEqual(maps[i]);
        const before = maps[Math.max(0, i - 3)] as Map<number, number>;
        const changed = [...new Set([...map.keys(), ...before.keys(), ...(maps[i] as Map<number, number>).keys()])]
          .filter((key) => before.get(key) !== maps[i]?.get(key))
          .sort((a, b) => a - b);
        expect(table.changedSince(tables[Math.max(0, i - 3)] as IdTable<number>)).toEqual(changed);
      });
    }),
  );
});
