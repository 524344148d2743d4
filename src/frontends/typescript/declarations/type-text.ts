import type { Param, ParamType } from "../../../engine/schema/parse.ts";

const TYPES: Readonly<Record<ParamType, string>> = {
  Tensor: "Tensor",
  "Tensor|Scalar": "Tensor | number",
  TensorList: "readonly Tensor[]",
  Scalar: "number | boolean",
  int64_t: "number",
  double: "number",
  bool: "boolean",
  IntArrayRef: "readonly number[]",
  "ArrayRef<double>": "readonly number[]",
  ScalarType: "DType",
  str: "string",
  Device: "string",
  Layout: "unknown",
  MemoryFormat: "unknown",
  Generator: "Generator",
  DimName: "string",
  Storage: "never",
  DimnameList: "readonly string[]",
  object: "unknown",
};

/** Types that only exist for machines and features which are not here. */
const ABSENT = new Set<ParamType>(["Layout", "MemoryFormat", "DimName", "DimnameList"]);
const ABSENT_NAMES = new Set(["pin_memory", "layout", "memory_format", "names", "out", "non_blocking", "implicit"]);

/** Is the parameter of use to programs here? */
export const isShown = (p: Param): boolean => !ABSENT.has(p.type) && !ABSENT_NAMES.has(p.name);

/** A parameter's type in TypeScript. */
export function typeText(p: Param): string {
  const base = TYPES[p.type];
  const single = p.type === "IntArrayRef" && p.size !== null ? `number | ${base}` : base;
  return p.nullable ? `${single} | null` : single;
}

/** Words that cannot name a parameter in strict code. */
const KEYWORDS = new Set([
  "in",
  "default",
  "var",
  "function",
  "new",
  "delete",
  "with",
  "enum",
  "class",
  "import",
  "export",
  "let",
  "static",
  "from",
]);
export const parameterName = (name: string): string => (KEYWORDS.has(name) ? `${name}_` : name);
