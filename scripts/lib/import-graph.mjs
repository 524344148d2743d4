/** Reads which file imports which, from the sources. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import ts from "typescript";

/**
 * @typedef {object} Import
 * @property {string} from importing file, from the project's folder, with forward slashes
 * @property {number} line
 * @property {string} specifier as written
 * @property {string | null} to imported file likewise; null for a package
 * @property {boolean} typeOnly gone after compilation
 * @property {boolean} lazy `import()` or the address of a worker: loaded later
 */

/**
 * All imports of the sources under `root/folder`.
 * @param {string} root
 * @param {string} folder
 * @returns {{ files: string[], imports: Import[] }}
 */
export function readImports(root, folder) {
  const files = listSources(join(root, folder)).map((path) => relative(root, path).split(sep).join("/"));
  return { files, imports: files.flatMap((file) => importsOf(root, file)) };
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function listSources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return listSources(path);
      return /\.(ts|tsx|mts|mjs|js)$/.test(name) ? [path] : [];
    });
}

/**
 * @param {string} root
 * @param {string} file
 * @returns {Import[]}
 */
function importsOf(root, file) {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  /** @type {Import[]} */
  const found = [];
  /** @param {ts.Node} node @param {string} specifier @param {{ typeOnly?: boolean, lazy?: boolean }} kind */
  const note = (node, specifier, kind) => {
    const path = specifier.replace(/[?#].*$/, "");
    const isFile = path.startsWith(".");
    found.push({
      from: file,
      line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
      specifier,
      to: isFile ? posix.normalize(posix.join(dirname(file), path)) : null,
      typeOnly: kind.typeOnly ?? false,
      lazy: kind.lazy ?? false,
    });
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      note(node, node.moduleSpecifier.text, { typeOnly: isTypeOnly(node.importClause) });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      note(node, node.moduleSpecifier.text, { typeOnly: node.isTypeOnly });
    } else if (
      ts.isImportTypeNode(node) &&
      ts.isLiteralTypeNode(node.argument) &&
      ts.isStringLiteral(node.argument.literal)
    ) {
      note(node, node.argument.literal.text, { typeOnly: true });
    } else if (ts.isCallExpression(node)) {
      const [first] = node.arguments;
      const loads = node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === "require";
      if (loads && first && ts.isStringLiteralLike(first)) note(node, first.text, { lazy: true });
    } else if (ts.isNewExpression(node) && node.expression.getText() === "URL") {
      const [first, base] = node.arguments ?? [];
      const beside = first && ts.isStringLiteralLike(first) && base?.getText() === "import.meta.url";
      if (beside && /\.(ts|js|mjs)$/.test(first.text)) note(node, first.text.replace(/^(?!\.)/, "./"), { lazy: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** @param {ts.ImportClause | undefined} clause */
function isTypeOnly(clause) {
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  if (clause.name || !clause.namedBindings || !ts.isNamedImports(clause.namedBindings)) return false;
  return (
    clause.namedBindings.elements.length > 0 && clause.namedBindings.elements.every((element) => element.isTypeOnly)
  );
}

/**
 * Groups of nodes that reach each other (Tarjan), each of two or more.
 * @param {Map<string, string[]>} edges
 * @returns {string[][]}
 */
export function findCycles(edges) {
  /** @type {Map<string, { index: number, low: number, onStack: boolean }>} */
  const state = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const cycles = [];
  /** @param {string} node */
  const connect = (node) => {
    const mine = { index: state.size, low: state.size, onStack: true };
    state.set(node, mine);
    stack.push(node);
    for (const next of edges.get(node) ?? []) {
      const theirs = state.get(next);
      if (!theirs) mine.low = Math.min(mine.low, connect(next).low);
      else if (theirs.onStack) mine.low = Math.min(mine.low, theirs.index);
    }
    if (mine.low === mine.index) {
      const group = stack.splice(stack.indexOf(node));
      for (const member of group) /** @type {{ onStack: boolean }} */ (state.get(member)).onStack = false;
      if (group.length > 1) cycles.push(group.sort());
    }
    return mine;
  };
  for (const node of edges.keys()) if (!state.has(node)) connect(node);
  return cycles;
}
