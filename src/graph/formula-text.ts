/** Puts names and numbers into the operators' formulas (LaTeX with `{name}` for arguments, `{out}`, `{g}`). */

/** Replaces `{key}` by `{latex}` for the keys given; everything else, LaTeX's own braces included, stays. */
export function fillFormula(template: string, names: Readonly<Record<string, string>>): string {
  return template.replace(/\{([A-Za-z_]\w*)\}/g, (whole, key: string) =>
    Object.hasOwn(names, key) ? `{${names[key]}}` : whole,
  );
}

/** The placeholders of a template among `keys`. */
export function placeholders(template: string, keys: readonly string[]): string[] {
  return keys.filter((key) => template.includes(`{${key}}`));
}

/** A variable's name in LaTeX: one letter as it is, Greek names as letters, others upright with escaped characters. */
export function nameLatex(name: string): string {
  const [, stem = name, digits = ""] = /^([A-Za-z]+?)_?(\d+)$/.exec(name) ?? [];
  if (/^[A-Za-z]$/.test(stem)) return digits ? `${stem}_{${digits}}` : stem;
  if (greek.has(stem)) return digits ? `\\${stem}_{${digits}}` : `\\${stem}`;
  return `\\mathrm{${escapeLatex(name)}}`;
}

const greek = new Set(
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega".split(
    " ",
  ),
);

/** Text that LaTeX would take for commands, made harmless. */
function escapeLatex(text: string): string {
  return text.replace(/[\\{}$&#^_%~ ]/g, (char) => latexEscapes[char] ?? `\\${char}`);
}

const latexEscapes: Record<string, string> = {
  "\\": "\\backslash ",
  "^": "\\hat{}",
  "~": "\\sim ",
};

/** A formatted number ("−1.5×10⁻³") in LaTeX, in parentheses when negative. */
export function numberLatex(text: string): string {
  const plain = text
    .replace(/−/g, "-")
    .replace(/×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/, (_, power: string) => `\\times 10^{${[...power].map(fromSuperscript).join("")}}`)
    .replace("∞", "\\infty")
    .replace("NaN", "\\mathrm{NaN}")
    .replace("\u202f", "\\,");
  return plain.startsWith("-") ? `(${plain})` : plain;
}

function fromSuperscript(char: string): string {
  return char === "⁻" ? "-" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(char));
}

/** How a vector–Jacobian product is built: what stands beside the upstream gradient, and on which side. */
export interface VjpShape {
  /** `times`: element by element; `right`: G·X; `left`: X·G (matrix products); `other`: not a plain product. */
  kind: "times" | "right" | "left" | "other";
  /** LaTeX template of the local derivative, null for `other`. */
  local: string | null;
}

const shapes: { pattern: RegExp; kind: VjpShape["kind"]; local: (match: RegExpExecArray) => string }[] = [
  { pattern: /^\{g\}$/, kind: "times", local: () => "1" },
  { pattern: /^-\{g\}$/, kind: "times", local: () => "-1" },
  { pattern: /^(-?)\{g\} ?\\odot ?(.+)$/, kind: "times", local: ([, sign = "", rest = ""]) => sign + rest },
  { pattern: /^(.+?) ?\\odot ?\{g\}$/, kind: "times", local: ([, rest = ""]) => rest },
  { pattern: /^(-?)\{g\} ?\/ ?(.+)$/, kind: "times", local: ([, sign = "", rest = ""]) => `${sign}\\frac{1}{${rest}}` },
  {
    pattern: /^(-?)\\frac\{\{g\}\}(\{.+\})$/,
    kind: "times",
    local: ([, sign = "", rest = ""]) => `${sign}\\frac{1}${rest}`,
  },
  { pattern: /^\{g\}\\,(.+)$/, kind: "right", local: ([, rest = ""]) => rest },
  { pattern: /^(.+)\\,\{g\}$/, kind: "left", local: ([, rest = ""]) => rest },
];

/** Reads a template of the catalogue of operators. */
export function vjpShape(template: string): VjpShape {
  for (const { pattern, kind, local } of shapes) {
    const match = pattern.exec(template);
    if (match) return { kind, local: local(match) };
  }
  return { kind: "other", local: null };
}
