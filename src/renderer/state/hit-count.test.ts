import { expect, test } from "vitest";
import { hitCountText, hitCountWords, parseHitCount } from "./hit-count.ts";

test.each([
  ["5", { is: "=", count: 5 }, "5", "execution 5"],
  [" ==5 ", { is: "=", count: 5 }, "5", "execution 5"],
  [">= 3", { is: ">=", count: 3 }, ">= 3", "executions from 3"],
  ["<2", { is: "<", count: 2 }, "< 2", "executions before 2"],
  ["%1", { is: "every", count: 1 }, "% 1", "each 1st execution"],
  ["% 11", { is: "every", count: 11 }, "% 11", "each 11th execution"],
  ["% 22", { is: "every", count: 22 }, "% 22", "each 22nd execution"],
] as const)("%j is a hit count", (text, count, again, words) => {
  expect(parseHitCount(text)).toEqual(count);
  expect(hitCountText(count)).toBe(again);
  expect(parseHitCount(again)).toEqual(count);
  expect(hitCountWords(count)).toBe(words);
});

test.each(["", "x", "0", "-1", "1.5", "=> 3", "% 0", "5 6"])("%j is none", (text) => {
  expect(parseHitCount(text)).toBeNull();
});
