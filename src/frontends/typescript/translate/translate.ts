import { ColumnMap } from "./column-map.ts";
import { instrument } from "./instrument.ts";
import { LocationTable, type ProgramLocation } from "./locations.ts";
import { closeModuleStatements, type ImportedName, importsOf, openModuleStatements } from "./module-statements.ts";
import { stripTypes } from "./strip-types.ts";
import { parseModule } from "./syntax.ts";
import { LineIndex, TextEdits } from "./text-edits.ts";

/** TypeScript model code made ready to run. */
export interface TranslatedProgram {
  readonly fileName: string;
  /**
   * JavaScript, an expression on the lines of the source: a function of the hooks (ProgramHooks), `console` and the values of
   * `imports` in order, which returns an async function of no arguments: the program. Compile it with `new vm.Script`.
   */
  readonly code: string;
  readonly imports: readonly ImportedName[];
  /** Position of location id `i + 1`. */
  readonly locations: readonly ProgramLocation[];
  /** The person's position (line 1-based, column 0-based) of a position in `code` (both 1-based, as stack traces count). */
  readonly position: (line: number, column: number) => { line: number; column: number };
  readonly source: string;
}

/**
 * Translates model code: types go, imports of "backstep" become parameters, every operator gets its source position.
 * Top-level `await` works; `export` is allowed and ignored. Errors: TranslateError (syntax, other modules, `import()`).
 */
export function translate(source: string, fileName: string): TranslatedProgram {
  const text = source
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .replace(/^#!/, "//");
  const code = stripTypes(text);
  const lines = new LineIndex(code);
  const parsed = parseModule(code, (offset) => {
    const { line, column } = lines.position(offset);
    return { line: line + 1, column };
  });
  const locations = new LocationTable(lines, new ColumnMap(text, code, lines, [...parsed.tokens, ...parsed.comments]));
  const place = (offset: number) => locations.at(offset);
  const edits = new TextEdits(code);
  const hooks = freshName("$bs", code);
  const imports = importsOf(parsed, place);
  const parameters = [hooks, "console", ...imports.map((name) => name.local)].join(", ");
  edits.insert(0, `((${parameters}) => async function () { "use strict"; `);
  openModuleStatements(parsed, edits, place);
  instrument(parsed, edits, locations, { hooks });
  closeModuleStatements(parsed, edits);
  edits.insert(code.length, "\n})");
  const { text: translated, originalOffset } = edits.apply();
  const translatedLines = new LineIndex(translated);
  return {
    fileName,
    code: translated,
    imports,
    locations: locations.list,
    position: (line, column) => place(originalOffset(translatedLines.offset(line - 1, column - 1))),
    source: text,
  };
}

function freshName(wanted: string, text: string): string {
  let name = wanted;
  while (text.includes(name)) name += "_";
  return name;
}
