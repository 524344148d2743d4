import type { Layer } from "../../../engine/nn/layer.ts";
import { parseSignature } from "../../../engine/schema/parse.ts";
import { isTable } from "../api/layers.ts";
import { camelCase } from "../api/names.ts";
import { commentText } from "./docs.ts";
import { plainFormula } from "./plain-formula.ts";
import { parameterName, typeText } from "./type-text.ts";

/** The class of a kind of layer; arguments of its constructor become attributes. */
export function layerClass(layer: Layer): string {
  const { params } = parseSignature(layer.signature);
  const tensors = layer.tensors ?? {};
  const byName = /^Conv\dd$/.test(layer.name) ? ' | "same" | "valid"' : "";
  const typed = params
    .filter((p) => !p.name.startsWith("_"))
    .map((p) => ({
      p,
      name: camelCase(p.name),
      type: typeText(p) + (p.name === "padding" ? byName : ""),
    }));
  const factory = layer.make === undefined ? [] : ["dtype?: DType"];
  const required = typed.filter(({ p }) => !p.hasDefault).length;
  const constructors: string[] = [];
  for (let k = required; k <= typed.length; k++) {
    const given = typed.slice(0, k).map(({ name, type }) => `${parameterName(name)}: ${type}`);
    const others = [...typed.slice(k).map(({ name, type }) => `${name}?: ${type}`), ...factory];
    const options = others.length === 0 ? [] : [`options?: { ${others.join("; ")} }`];
    constructors.push(`    constructor(${[...given, ...options].join(", ")});`);
  }
  const attributes = typed.filter(({ name }) => !(name in tensors)).map(({ name, type }) => `    ${name}: ${type};`);
  const inputs = layer.inputs.map(inputText).join(", ");
  return [
    commentText(layerDoc(layer), "  ").trimEnd(),
    `  export class ${layer.name} extends Module {`,
    ...constructors,
    ...attributes,
    ...Object.entries(tensors).map(([name, type]) => `    ${name}: ${TENSOR_TYPES[type]};`),
    ...(layer.manyTensors === true ? [MANY_TENSORS] : []),
    ...(isTable(layer) ? [pretrainedText(layer.name, typed.slice(2))] : []),
    `    forward(${inputs}): ${layer.result ?? "Tensor"};`,
    "  }",
  ].join("\n");
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a type of TypeScript
const MANY_TENSORS = "    [name: `weight${string}` | `bias${string}`]: any;";

interface Typed {
  readonly name: string;
  readonly type: string;
}
const pretrainedText = (name: string, options: readonly Typed[]): string =>
  "    /** A layer over given vectors [rows, width], which stay as they are unless `freeze` is false. */\n" +
  `    static fromPretrained(vectors: Tensor, options?: { freeze?: boolean; ${options.map((o) => `${o.name}?: ${o.type}`).join("; ")} }): ${name};`;

/** "hx?[]" → "hx?: Tensor | readonly Tensor[] | null" */
function inputText(declared: string): string {
  const name = parameterName(camelCase(declared.replace(/[?[\]#]/g, "")));
  if (declared.endsWith("#")) return `${name}?: readonly number[] | null`;
  const type = declared.endsWith("[]") ? "Tensor | readonly Tensor[]" : "Tensor";
  return declared.includes("?") ? `${name}?: ${type} | null` : `${name}: ${type}`;
}

const TENSOR_TYPES = { parameter: "Parameter", "parameter?": "Parameter | null", "buffer?": "Tensor | null" } as const;

function layerDoc(layer: Layer): string[] {
  return layer.formula === undefined ? [layer.doc] : [layer.doc, `\`${plainFormula(layer.formula, (x) => x)}\``];
}
