import type { AnyNode, ExportDefaultDeclaration, ImportDeclaration, Literal } from "acorn";
import type { ParsedSource } from "./syntax.ts";
import type { TextEdits } from "./text-edits.ts";
import { TranslateError } from "./translate-error.ts";

/** A name that the program takes from "backstep": `exported` is "*" for the whole module, "default" for its default. */
export interface ImportedName {
  readonly exported: string;
  readonly local: string;
  readonly line: number;
}

const MODULE_NAME = "backstep";

type Place = (offset: number) => { line: number; column: number };

/** What the program imports. Error: TranslateError for any other module than "backstep". */
export function importsOf(source: ParsedSource, place: Place): ImportedName[] {
  return source.ast.body.flatMap((node) => {
    if (node.type !== "ImportDeclaration") return [];
    checkSource(node.source, place);
    return importedNames(node, place);
  });
}

/**
 * Takes imports and exports out of the text (their lines stay): a model is one file, so what it exports goes nowhere. Make
 * the edits inside the statements between this and `closeModuleStatements`. Error: TranslateError for another module.
 */
export function openModuleStatements(source: ParsedSource, edits: TextEdits, place: Place): void {
  for (const node of source.ast.body)
    switch (node.type) {
      case "ImportDeclaration":
        edits.replace(node.start, node.end, ";");
        break;
      case "ExportAllDeclaration":
        checkSource(node.source, place);
        edits.replace(node.start, node.end, ";");
        break;
      case "ExportNamedDeclaration":
        if (node.source) checkSource(node.source, place);
        if (node.declaration) edits.replace(node.start, node.declaration.start, "");
        else edits.replace(node.start, node.end, ";");
        break;
      case "ExportDefaultDeclaration":
        edits.replace(node.start, node.declaration.start, isNamed(node) ? "" : ";void (");
        break;
    }
}

export function closeModuleStatements(source: ParsedSource, edits: TextEdits): void {
  for (const node of source.ast.body)
    if (node.type === "ExportDefaultDeclaration" && !isNamed(node)) edits.insert(node.declaration.end, ");");
}

/** `export default function f() {}` stays a declaration; anything else becomes an expression. */
function isNamed(node: ExportDefaultDeclaration): boolean {
  const declared: AnyNode = node.declaration;
  return (declared.type === "FunctionDeclaration" || declared.type === "ClassDeclaration") && Boolean(declared.id);
}

function checkSource(source: Literal, place: Place): void {
  if (source.value === MODULE_NAME) return;
  const { line, column } = place(source.start);
  throw new TranslateError(
    `model code can import only from "${MODULE_NAME}", not from ${JSON.stringify(source.value)}`,
    line,
    column,
  );
}

function importedNames(node: ImportDeclaration, place: Place): ImportedName[] {
  return node.specifiers.map((s) => {
    const { line } = place(s.start);
    const local = s.local.name;
    if (s.type === "ImportNamespaceSpecifier") return { exported: "*", local, line };
    if (s.type === "ImportDefaultSpecifier") return { exported: "default", local, line };
    return { exported: s.imported.type === "Identifier" ? s.imported.name : String(s.imported.value), local, line };
  });
}
