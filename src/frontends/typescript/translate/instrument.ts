import type {
  AnyNode,
  ArrowFunctionExpression,
  CallExpression,
  Class,
  Expression,
  Function as FunctionNode,
  NewExpression,
  Pattern,
  Statement,
  Super,
  VariableDeclaration,
} from "acorn";
import type { LocationTable } from "./locations.ts";
import { childrenOf, type ParsedSource, tokenEndingAt } from "./syntax.ts";
import type { TextEdits } from "./text-edits.ts";
import { TranslateError } from "./translate-error.ts";

/**
 * What the inserted code calls, as members of one object:
 *
 *   ...$.at(7)         last argument of every call: nothing is passed on, but the call's position is known when it begins
 *   $.on(7, (x)).T     operators that look like a property, an index, an iteration
 *   $.tick();          first in every loop body: a runaway loop can be stopped
 *   $.named("x", (v))  what a variable gets, so that tensors carry its name
 */
export interface InstrumentOptions {
  /** Name of that object, used nowhere in the source. */
  readonly hooks: string;
}

/** Properties that run operators or change gradients. */
const ACTIVE_PROPERTIES = new Set(["T", "mT", "H", "mH", "real", "imag", "data", "grad"]);

/** Values that no tensor can be: their variables need no naming, and functions keep the name that their variable gives. */
const NEVER_TENSORS = new Set([
  "Literal",
  "TemplateLiteral",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ClassExpression",
  "UnaryExpression",
  "BinaryExpression",
  "UpdateExpression",
  "ObjectExpression",
  "ThisExpression",
]);

/** Walks one program and inserts what tells the run where it is. */
class Instrumenter {
  private readonly source: ParsedSource;
  private readonly edits: TextEdits;
  private readonly locations: LocationTable;
  private readonly hooks: string;
  private readonly scopes: string[] = ["<module>"];

  constructor(source: ParsedSource, edits: TextEdits, locations: LocationTable, hooks: string) {
    this.source = source;
    this.edits = edits;
    this.locations = locations;
    this.hooks = hooks;
  }

  visit(node: AnyNode): void {
    const handler = HANDLERS[node.type] as ((w: Instrumenter, n: AnyNode) => void) | undefined;
    if (handler === undefined) this.children(node);
    else handler(this, node);
  }

  children(node: AnyNode): void {
    for (const child of childrenOf(node)) this.visit(child);
  }

  locate(node: AnyNode): number {
    let { start } = node;
    // A chain over several lines: each call stands on the line of its own name.
    if (node.type === "CallExpression" && node.callee.type === "MemberExpression") {
      const { object, property } = node.callee;
      if (this.locations.at(object.start).line !== this.locations.at(property.start).line) start = property.start;
    }
    return this.locations.add(start, node.end, this.scopes[this.scopes.length - 1]);
  }

  /** `$.on(id, (expression))` around an expression. */
  wrapOn(at: AnyNode, expression: AnyNode, visit: () => void): void {
    this.edits.insert(expression.start, `${this.hooks}.on(${this.locate(at)}, (`);
    visit();
    this.edits.insert(expression.end, "))");
  }

  wrapNamed(name: string, expression: AnyNode): void {
    this.edits.insert(expression.start, `${this.hooks}.named(${JSON.stringify(name)}, (`);
    this.visit(expression);
    this.edits.insert(expression.end, "))");
  }

  call(node: CallExpression | NewExpression): void {
    if (node.type === "NewExpression") this.visitCallee(node.callee);
    else this.visit(node.callee);
    for (const argument of node.arguments) this.visit(argument);
    const at = `...${this.hooks}.at(${this.locate(node)})`;
    const { tokens } = this.source;
    const last = tokenEndingAt(tokens, node.end);
    const before = tokens[last - 1];
    const closed = tokens[last].type.label === ")" && (node.arguments.length > 0 || before.type.label === "(");
    if (!closed) this.edits.insert(node.end, `(${at})`);
    else if (node.arguments.length === 0 || before.type.label === ",") this.edits.insert(node.end - 1, at);
    else this.edits.insert(node.end - 1, `, ${at}`);
  }

  /** `new a.b.C()`: nothing may be inserted in the callee but in calls that are in parentheses anyway. */
  private visitCallee(node: AnyNode): void {
    if (node.type === "MemberExpression") {
      this.visitCallee(node.object);
      if (node.computed) this.visit(node.property);
    } else this.visit(node);
  }

  /** Runs `body` inside the scope of a function or class of that name. */
  within(name: string, body: () => void): void {
    this.scopes.push(name);
    body();
    this.scopes.pop();
  }

  functionNamed(node: FunctionNode, name: string): void {
    this.within(name, () => {
      for (const p of node.params) this.visit(p);
      this.visit(node.body);
    });
  }

  /** A value that gives its name to an anonymous function or class; visits it. */
  valueNamed(value: AnyNode, name: string): void {
    if (value.type === "ArrowFunctionExpression" || (value.type === "FunctionExpression" && !value.id))
      this.functionNamed(value, name);
    else if (value.type === "ClassExpression" && !value.id) this.classNamed(value, name);
    else this.visit(value);
  }

  classNamed(node: Class, name: string): void {
    if (node.superClass) this.visit(node.superClass);
    for (const member of node.body.body) {
      if (member.type === "StaticBlock") {
        this.within(name, () => this.children(member));
        continue;
      }
      if (member.computed) this.visit(member.key);
      const key = "name" in member.key ? String(member.key.name) : "<computed>";
      const full = `${name}.${member.key.type === "PrivateIdentifier" ? "#" : ""}${key}`;
      if (!member.value) continue;
      if (member.type === "MethodDefinition") this.functionNamed(member.value, full);
      else this.within(full, () => this.valueNamed(member.value as AnyNode, full));
    }
  }

  loopBody(body: Statement, first = ""): void {
    const tick = `${this.hooks}.tick();${first}`;
    if (body.type === "BlockStatement") {
      this.edits.insert(body.start + 1, tick);
      this.visit(body);
      return;
    }
    this.edits.insert(body.start, `{${tick}`);
    this.visit(body);
    this.edits.insert(body.end, "}");
  }

  /** Naming of the variables that `for (const x of …)` binds. */
  loopNames(left: VariableDeclaration | Pattern): string {
    if (left.type !== "VariableDeclaration") return "";
    return boundNames(left.declarations[0].id)
      .map((name) => `${this.hooks}.named("${name}", ${name});`)
      .join("");
  }

  /** `const x = value`; `inList` where statements may follow. */
  declaration(node: VariableDeclaration, inList: boolean): void {
    const later: string[] = [];
    for (const d of node.declarations) {
      this.visit(d.id);
      if (!d.init) continue;
      if (d.id.type === "Identifier") {
        const { name } = d.id;
        if (NEVER_TENSORS.has(d.init.type)) this.valueNamed(d.init, name);
        else this.wrapNamed(name, d.init);
      } else {
        const { init } = d;
        if (d.id.type === "ArrayPattern") this.wrapOn(d, init, () => this.visit(init));
        else this.visit(init);
        if (inList) later.push(...boundNames(d.id));
      }
    }
    if (later.length > 0)
      this.edits.insert(node.end, later.map((name) => `;${this.hooks}.named("${name}", ${name})`).join("") + ";");
  }

  statements(list: readonly AnyNode[]): void {
    for (const s of list)
      if (s.type === "VariableDeclaration") this.declaration(s, true);
      else this.visit(s);
  }

  refuse(message: string, at: number): never {
    const { line, column } = this.locations.at(at);
    throw new TranslateError(message, line, column);
  }
}

type Handlers = { readonly [K in AnyNode["type"]]?: (w: Instrumenter, node: Extract<AnyNode, { type: K }>) => void };

const HANDLERS: Handlers = {
  Program: (w, n) => w.statements(n.body),
  BlockStatement: (w, n) => w.statements(n.body),
  StaticBlock: (w, n) => w.statements(n.body),
  SwitchCase: (w, n) => {
    if (n.test) w.visit(n.test);
    w.statements(n.consequent);
  },
  // Imports and exports are rewritten by module-statements.ts; what they declare is walked as everything else.
  ImportDeclaration: () => {},
  ExportAllDeclaration: () => {},
  ExportNamedDeclaration: (w, n) => {
    if (n.declaration) w.statements([n.declaration]);
  },
  ExportDefaultDeclaration: (w, n) => w.valueNamed(n.declaration, "default"),

  VariableDeclaration: (w, n) => w.declaration(n, false),
  FunctionDeclaration: (w, n) => w.functionNamed(n, n.id?.name ?? "default"),
  FunctionExpression: (w, n) => w.functionNamed(n, n.id?.name ?? "<anonymous>"),
  ArrowFunctionExpression: (w, n: ArrowFunctionExpression) => w.functionNamed(n, "<anonymous>"),
  ClassDeclaration: (w, n) => w.classNamed(n, n.id?.name ?? "default"),
  ClassExpression: (w, n) => w.classNamed(n, n.id?.name ?? "<anonymous>"),
  Property: (w, n) => {
    if (n.computed) w.visit(n.key);
    const name = "name" in n.key ? n.key.name : String("value" in n.key ? n.key.value : "<computed>");
    w.valueNamed(n.value, name);
  },

  CallExpression: (w, n) => w.call(n),
  NewExpression: (w, n) => w.call(n),
  MemberExpression: (w, n) => {
    const index = n.computed && !isText(n.property);
    const active = index || (!n.computed && n.property.type === "Identifier" && ACTIVE_PROPERTIES.has(n.property.name));
    if (active && n.object.type !== "Super" && !n.optional && !hasOptional(n.object))
      w.wrapOn(n, n.object, () => w.visit(n.object));
    else w.visit(n.object);
    if (n.computed) w.visit(n.property);
  },
  AssignmentExpression: (w, n) => {
    const { left, right } = n;
    if (left.type === "MemberExpression") {
      // The object needs no position: assigning happens after the right side, which tells it.
      w.visit(left.object);
      if (left.computed) w.visit(left.property);
      const active =
        left.computed || (left.property.type === "Identifier" && ACTIVE_PROPERTIES.has(left.property.name));
      if (active) w.wrapOn(n, right, () => w.visit(right));
      else w.visit(right);
      return;
    }
    w.visit(left);
    if (left.type === "Identifier" && n.operator === "=") {
      if (NEVER_TENSORS.has(right.type)) w.valueNamed(right, left.name);
      else w.wrapNamed(left.name, right);
    } else if (left.type === "ArrayPattern") w.wrapOn(n, right, () => w.visit(right));
    else w.visit(right);
  },
  UnaryExpression: (w, n) => {
    if (n.operator === "delete" && n.argument.type === "MemberExpression") {
      w.visit(n.argument.object);
      if (n.argument.computed) w.visit(n.argument.property);
    } else w.visit(n.argument);
  },
  UpdateExpression: (w, n) => {
    if (n.argument.type !== "MemberExpression") return;
    w.visit(n.argument.object);
    if (n.argument.computed) w.visit(n.argument.property);
  },
  SpreadElement: (w, n) => w.wrapOn(n, n.argument, () => w.visit(n.argument)),
  ImportExpression: (w, n) =>
    w.refuse('import() is not available in model code: import from "backstep" at the top', n.start),
  MetaProperty: (w, n) => {
    if (n.meta.name === "import") w.refuse("import.meta is not available in model code", n.start);
  },

  WhileStatement: (w, n) => {
    w.visit(n.test);
    w.loopBody(n.body);
  },
  DoWhileStatement: (w, n) => {
    w.loopBody(n.body);
    w.visit(n.test);
  },
  ForStatement: (w, n) => {
    if (n.init) w.visit(n.init);
    if (n.test) w.visit(n.test);
    if (n.update) w.visit(n.update);
    w.loopBody(n.body);
  },
  ForInStatement: (w, n) => {
    w.visit(n.left);
    w.visit(n.right);
    w.loopBody(n.body);
  },
  ForOfStatement: (w, n) => {
    w.visit(n.left);
    w.wrapOn(n.right, n.right, () => w.visit(n.right));
    w.loopBody(n.body, w.loopNames(n.left));
  },
};

const isText = (node: AnyNode): boolean => node.type === "Literal" && typeof node.value === "string";

/** Is the expression part of a chain with `?.`, which a wrapper would cut? Parenthesised chains are whole. */
function hasOptional(node: Expression | Super): boolean {
  if (node.type === "MemberExpression") return node.optional || hasOptional(node.object);
  if (node.type === "CallExpression") return node.optional || hasOptional(node.callee);
  return false;
}

/** Variables that a pattern binds. */
function boundNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((p) => boundNames(p.type === "RestElement" ? p.argument : p.value));
    case "ArrayPattern":
      return pattern.elements.flatMap((e) => (e === null ? [] : boundNames(e)));
    case "RestElement":
      return boundNames(pattern.argument);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    default:
      return [];
  }
}

/** Inserts source positions, stop checks and variable names into a parsed program. Errors: TranslateError for `import()`. */
export function instrument(
  source: ParsedSource,
  edits: TextEdits,
  locations: LocationTable,
  options: InstrumentOptions,
): void {
  new Instrumenter(source, edits, locations, options.hooks).visit(source.ast);
}
