import type { Layer } from "../../../engine/nn/layer.ts";
import { type Param, parseSignature } from "../../../engine/schema/parse.ts";
import type { Composed } from "../api/composed.ts";
import { isTable } from "../api/layers.ts";
import { camelCase } from "../api/names.ts";
import { commentText } from "./docs.ts";
import { plainFormula } from "./plain-formula.ts";
import { parameterName, typeText } from "./type-text.ts";

interface Typed {
  readonly p: Param;
  readonly name: string;
  readonly type: string;
}

/** The first k arguments by place and the others by name, for each possible k; layers with parameters take a dtype too. */
function constructorTexts(typed: readonly Typed[], makesTensors: boolean): string[] {
  const factory = makesTensors ? ["dtype?: DType"] : [];
  const required = typed.filter(({ p }) => !p.hasDefault).length;
  const texts: string[] = [];
  for (let k = required; k <= typed.length; k++) {
    const given = typed.slice(0, k).map(({ name, type }) => `${parameterName(name)}: ${type}`);
    const others = [...typed.slice(k).map(({ name, type }) => `${name}?: ${type}`), ...factory];
    const options = others.length === 0 ? [] : [`options?: { ${others.join("; ")} }`];
    texts.push(`    constructor(${[...given, ...options].join(", ")});`);
  }
  return texts;
}

/** The class of a module made of modules. */
export function composedClass(kind: Composed): string {
  const typed = parseSignature(kind.signature).params.map((p) => {
    const name = camelCase(p.name);
    return { p, name, type: kind.types[name] ?? typeText(p) };
  });
  const inputs = parseSignature(kind.forward).params.map((p) => ({ p, name: camelCase(p.name), type: typeText(p) }));
  const given = inputs.filter(({ p }) => !p.hasDefault).map(({ name, type }) => `${name}: ${type}`);
  const options = inputs.filter(({ p }) => p.hasDefault).map(({ name, type }) => `${name}?: ${type}`);
  const members = Object.entries(kind.types).map(([name, type]) => `    ${name}: ${type};`);
  return [
    commentText(layerDoc(kind.doc, kind.formula), "  ").trimEnd(),
    `  export class ${kind.name} extends Module {`,
    ...constructorTexts(typed, true),
    ...members,
    ...(kind.statics ?? []).map((line) => `    static ${line}`),
    `    forward(${[...given, ...(options.length === 0 ? [] : [`options?: { ${options.join("; ")} }`])].join(", ")}): ${kind.result};`,
    "  }",
  ].join("\n");
}

/** The class of a kind of layer; arguments of its constructor become attributes. */
export function layerClass(layer: Layer): string {
  const { params } = parseSignature(layer.signature);
  const tensors = Object.fromEntries(
    Object.entries(layer.tensors ?? {}).map(([name, type]) => [camelCase(name), type]),
  );
  const byName = /^Conv\dd$/.test(layer.name) ? ' | "same" | "valid"' : "";
  const typed = params
    .filter((p) => !p.name.startsWith("_"))
    .map((p) => ({
      p,
      name: camelCase(p.name),
      type: typeText(p) + (p.name === "padding" ? byName : ""),
    }));
  const constructors = constructorTexts(typed, layer.make !== undefined);
  const attributes = typed.filter(({ name }) => !(name in tensors)).map(({ name, type }) => `    ${name}: ${type};`);
  const inputs = layer.inputs.map(inputText).join(", ");
  const result = layer.result ?? "Tensor";
  return [
    commentText(layerDoc(layer.doc, layer.formula), "  ").trimEnd(),
    `  export class ${layer.name} extends Module {`,
    ...constructors,
    ...attributes,
    ...Object.entries(tensors).map(([name, type]) => `    ${name}: ${TENSOR_TYPES[type]};`),
    ...(layer.manyTensors === true ? [MANY_TENSORS] : []),
    ...(isTable(layer) ? [pretrainedText(layer.name, typed.slice(2))] : []),
    `    forward(${inputs}): ${result};`,
    "  }",
    ...(layer.inputs[0]?.endsWith("@") ? [packedCall(layer.name, inputs, result)] : []),
  ].join("\n");
}

/** Layers along sequences take packed ones too, and give their outputs packed. */
const packedCall = (name: string, inputs: string, result: string): string =>
  [
    `  export interface ${name} {`,
    `    (${inputs}): ${result};`,
    `    (${inputs.replace("Tensor", "utils.rnn.PackedSequence")}): ${result.replace("Tensor", "utils.rnn.PackedSequence")};`,
    "  }",
  ].join("\n");

// biome-ignore lint/suspicious/noTemplateCurlyInString: a type of TypeScript
const MANY_TENSORS = "    [name: `weight${string}` | `bias${string}`]: any;";

const pretrainedText = (name: string, options: readonly Typed[]): string =>
  "    /** A layer over given vectors [rows, width], which stay as they are unless `freeze` is false. */\n" +
  `    static fromPretrained(vectors: Tensor, options?: { freeze?: boolean; ${options.map((o) => `${o.name}?: ${o.type}`).join("; ")} }): ${name};`;

/** "hx?[]" → "hx?: Tensor | readonly Tensor[] | null" */
function inputText(declared: string): string {
  const name = parameterName(camelCase(declared.replace(/[?[\]#@]/g, "")));
  if (declared.endsWith("#")) return `${name}?: readonly number[] | null`;
  const type = declared.endsWith("[]") ? "Tensor | readonly Tensor[]" : "Tensor";
  return declared.includes("?") ? `${name}?: ${type} | null` : `${name}: ${type}`;
}

const TENSOR_TYPES = { parameter: "Parameter", "parameter?": "Parameter | null", "buffer?": "Tensor | null" } as const;

function layerDoc(doc: string, formula: string | undefined): string[] {
  return formula === undefined ? [doc] : [doc, `\`${plainFormula(formula, (x) => x)}\``];
}
