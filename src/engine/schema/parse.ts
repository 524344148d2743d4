/** Parameter types of signatures, as PyTorch's argument parser spells them. `|Scalar` also takes a Python number. */
export type ParamType =
  | "Tensor"
  | "Tensor|Scalar"
  | "TensorList"
  | "Scalar"
  | "int64_t"
  | "double"
  | "bool"
  | "IntArrayRef"
  | "ArrayRef<double>"
  | "ScalarType"
  | "str"
  | "Device"
  | "Layout"
  | "MemoryFormat"
  | "Generator"
  | "DimName"
  | "Storage"
  | "DimnameList"
  | "object";

export interface Param {
  readonly name: string;
  readonly type: ParamType;
  /** `IntArrayRef[2]`: a single int stands for that many. */
  readonly size: number | null;
  readonly nullable: boolean;
  readonly keywordOnly: boolean;
  readonly hasDefault: boolean;
  readonly defaultText: string;
  readonly defaultValue: unknown;
}

export interface ParsedSignature {
  readonly name: string;
  readonly params: readonly Param[];
  readonly text: string;
}

const TYPES: Readonly<Record<string, ParamType>> = {
  Tensor: "Tensor",
  "Tensor|Scalar": "Tensor|Scalar",
  TensorList: "TensorList",
  Scalar: "Scalar",
  int64_t: "int64_t",
  int: "int64_t",
  SymInt: "int64_t",
  double: "double",
  float: "double",
  bool: "bool",
  IntArrayRef: "IntArrayRef",
  "ArrayRef<double>": "ArrayRef<double>",
  ScalarType: "ScalarType",
  str: "str",
  "c10::string_view": "str",
  Device: "Device",
  Layout: "Layout",
  MemoryFormat: "MemoryFormat",
  Generator: "Generator",
  DimName: "DimName",
  Storage: "Storage",
  DimnameList: "DimnameList",
  object: "object",
};

function parseDefault(text: string): unknown {
  if (text === "None") return null;
  if (text === "True") return true;
  if (text === "False") return false;
  if (/^['"]/.test(text)) return text.slice(1, -1);
  if (/^[[(].*[\])]$/.test(text))
    return text
      .slice(1, -1)
      .split(",")
      .filter((x) => x.trim() !== "")
      .map(Number);
  if (text === "inf") return Number.POSITIVE_INFINITY;
  const n = Number(text);
  return Number.isNaN(n) ? text : n;
}

/** Parses "name(Type param=default, *, Type param)". Throws on a malformed text: signatures are written by us. */
export function parseSignature(text: string): ParsedSignature {
  const open = text.indexOf("(");
  const name = text.slice(0, open);
  const body = text.slice(open + 1, text.lastIndexOf(")")).trim();
  const params: Param[] = [];
  let keywordOnly = false;
  for (const part of body === "" ? [] : body.split(/,\s*(?![^[(]*[\])])/)) {
    const piece = part.trim();
    if (piece === "*") {
      keywordOnly = true;
      continue;
    }
    const match = /^([\w|<>:]+)(?:\[(\d*)\])?(\?)?\s+(\w+)(?:\s*=\s*(.+))?$/.exec(piece);
    const type = match === null ? undefined : TYPES[match[1]];
    if (match === null || type === undefined) throw new Error(`bad signature "${text}" at "${piece}"`);
    const value = match[5];
    params.push({
      name: match[4],
      type,
      size: match[2] ? Number(match[2]) : null,
      nullable: match[3] === "?" || value === "None",
      keywordOnly,
      hasDefault: value !== undefined,
      defaultText: value ?? "",
      defaultValue: value === undefined ? undefined : parseDefault(value),
    });
  }
  return { name, params, text };
}

const SHOWN: Readonly<Record<ParamType, string>> = {
  Tensor: "Tensor",
  "Tensor|Scalar": "Tensor",
  TensorList: "tuple of Tensors",
  Scalar: "Number",
  int64_t: "int",
  double: "float",
  bool: "bool",
  IntArrayRef: "tuple of ints",
  "ArrayRef<double>": "tuple of floats",
  ScalarType: "torch.dtype",
  str: "str",
  Device: "torch.device",
  Layout: "torch.layout",
  MemoryFormat: "torch.memory_format",
  Generator: "torch.Generator",
  DimName: "name",
  Storage: "torch.Storage",
  DimnameList: "tuple of names",
  object: "object",
};

/** Type of a parameter as messages name it: "tuple of ints". */
export const shownType = (p: Param): string => SHOWN[p.type];

/** A signature as messages list it: "(Tensor input, *, Number alpha = 1)"; for methods without the first parameter and `out`. */
export function shownSignature(s: ParsedSignature, method: boolean): string {
  const parts: string[] = [];
  let star = false;
  for (const p of method ? s.params.slice(1).filter((q) => q.name !== "out") : s.params) {
    if (p.keywordOnly && !star) {
      star = true;
      parts.push("*");
    }
    const shown = p.hasDefault ? ` = ${p.defaultText.replaceAll("'", '"')}` : "";
    parts.push(`${shownType(p)} ${p.name}${shown}`);
  }
  return `(${parts.join(", ")})`;
}
