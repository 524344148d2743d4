import type { Param } from "../../../engine/schema/parse.ts";
import { camelCase } from "../api/names.ts";
import type { Callable } from "../api/operators.ts";
import { isShown, parameterName, typeText } from "./type-text.ts";

/** Results that are not one tensor, by catalogue name; `null` keys an overload by its first own parameter. */
const RESULTS: Readonly<Record<string, string>> = {
  split: "Tensor[]",
  split_with_sizes: "Tensor[]",
  chunk: "Tensor[]",
  unbind: "Tensor[]",
  tensor_split: "Tensor[]",
  hsplit: "Tensor[]",
  vsplit: "Tensor[]",
  dsplit: "Tensor[]",
  unsafe_chunk: "Tensor[]",
  unsafe_split: "Tensor[]",
  gradient: "Tensor[]",
  var_mean: "[Tensor, Tensor]",
  std_mean: "[Tensor, Tensor]",
  max_pool1d_with_indices: "[Tensor, Tensor]",
  adaptive_max_pool1d: "[Tensor, Tensor]",
  equal: "boolean",
  allclose: "boolean",
};

/** Result of one overload. */
function resultText(c: Callable, params: readonly Param[]): string {
  if (c.results !== null) {
    const byDim = c.surface.overloads.some((o) => !o.signature.params.some((p) => p.name === "dim"));
    const named = !byDim || !c.surface.overloads.some((o) => o.signature.params.some((p) => p.name === "dim"));
    if (named || params.some((p) => p.name === "dim")) return namedText(c.results);
    return "Tensor";
  }
  if (c.name === "where" && params.length === 1) return "Tensor[]";
  if (c.name === "nonzero" && params.some((p) => p.name === "as_tuple")) return "Tensor[]";
  return c.resultType ?? RESULTS[c.name] ?? "Tensor";
}

const namedText = (names: readonly string[]): string =>
  names.join() === "values,indices"
    ? "ValuesAndIndices"
    : `NamedResults<{ ${names.map((n) => `${n}: Tensor`).join("; ")} }, [${names.map(() => "Tensor").join(", ")}]>`;

const optionText = (p: Param): string => `${camelCase(p.name)}${p.hasDefault ? "?" : ""}: ${typeText(p)}`;

/** The object of keyword arguments; "" when there are none. Tensors' usual options have a name of their own. */
function optionsText(params: readonly Param[]): string {
  if (params.length === 0) return "";
  const names = params
    .map((p) => p.name)
    .sort()
    .join();
  const all = names === "device,dtype,requires_grad" ? "TensorOptions" : `{ ${params.map(optionText).join("; ")} }`;
  return `options${params.every((p) => p.hasDefault) ? "?" : ""}: ${all}`;
}

/**
 * The forms in which one overload of an operator can be called: the first k positional arguments and the others by name, for
 * each possible k. Lists of sizes may also be given number by number.
 */
function formsOf(c: Callable, params: readonly Param[]): string[] {
  const shown = params.filter(isShown);
  const positional = shown.filter((p) => !p.keywordOnly);
  const keywords = shown.filter((p) => p.keywordOnly);
  const required = positional.filter((p) => !p.hasDefault).length;
  const forms: string[] = [];
  const add = (parts: readonly string[]): void => {
    forms.push(parts.filter((p) => p !== "").join(", "));
  };
  for (let k = required; k <= positional.length; k++) {
    const given = positional.slice(0, k).map((p) => `${parameterName(camelCase(p.name))}: ${typeText(p)}`);
    add([...given, optionsText([...positional.slice(k), ...keywords])]);
  }
  const [first] = positional;
  if (positional.length === 1 && first.type === "IntArrayRef" && first.size === null && !first.nullable) {
    add([`...${camelCase(first.name)}: number[]`]);
    const options = optionsText(keywords);
    if (options !== "")
      add([`...${camelCase(first.name)}AndOptions: [...number[], ${options.replace(/^options\??: /, "")}]`]);
  }
  if (c.variadic) {
    const lead = positional.slice(0, -1).map((p) => `${camelCase(p.name)}: ${typeText(p)}`);
    add([...lead, "...tensors: Tensor[]"]);
  }
  return forms;
}

/** Overloads of an operator as "(arguments): result", each once. For methods the tensor itself is left out. */
export function overloadsOf(c: Callable, method: boolean): string[] {
  const out = new Set<string>();
  for (const { signature, deprecated } of c.surface.overloads) {
    if (deprecated) continue;
    const params = method ? signature.params.slice(1) : signature.params;
    if (signature.params.some((p) => (p.type === "DimName" || p.type === "DimnameList") && !p.hasDefault)) continue;
    const result = resultText(c, signature.params);
    for (const form of formsOf(c, params)) out.add(`(${form}): ${result}`);
  }
  return [...out];
}
