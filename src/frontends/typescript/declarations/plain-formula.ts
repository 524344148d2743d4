/** LaTeX of the catalogue's formulas as one line of plain text, for places that show text only. */

const SYMBOLS: Readonly<Record<string, string>> = {
  odot: "⊙",
  cdot: "·",
  cdots: "⋯",
  dots: "…",
  times: "×",
  star: "⋆",
  pm: "±",
  le: "≤",
  ge: "≥",
  ne: "≠",
  in: "∈",
  sim: "~",
  leftarrow: "←",
  lnot: "¬",
  top: "ᵀ",
  partial: "∂",
  nabla: "∇",
  sum: "Σ",
  prod: "Π",
  Phi: "Φ",
  varphi: "φ",
  sigma: "σ",
  Gamma: "Γ",
  mu: "μ",
  lambda: "λ",
  alpha: "α",
  beta: "β",
  eta: "η",
  epsilon: "ε",
  tau: "τ",
  pi: "π",
  psi: "ψ",
  zeta: "ζ",
  Re: "Re",
  Im: "Im",
  lfloor: "⌊",
  rfloor: "⌋",
  lceil: "⌈",
  rceil: "⌉",
  lVert: "‖",
  rVert: "‖",
  "|": "‖",
  langle: "⟨",
  rangle: "⟩",
  bmod: "mod",
};

/** Commands that only choose a style or a space. */
const DROPPED = new Set(["textstyle", "left", "right", "begin", "end", ",", ";", "!", "mathbin"]);

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  "2": "²",
  "3": "³",
  "-1": "⁻¹",
  ᵀ: "ᵀ",
  H: "ᴴ",
  "-ᵀ": "⁻ᵀ",
};

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Everything up to the end or to a closing brace. */
  all(): string {
    let out = "";
    while (this.at < this.text.length && this.text[this.at] !== "}") out += this.piece();
    return out;
  }

  /** One group in braces, a command or a character, as text. */
  private argument(): string {
    this.spaces();
    if (this.text[this.at] !== "{") return this.piece();
    this.at++;
    const inner = this.all();
    this.at++;
    return inner;
  }

  private piece(): string {
    const c = this.text[this.at];
    if (c === "{") return this.argument();
    if (c === "\\") return this.command();
    this.at++;
    if (c === "^") {
      const power = this.argument().trim();
      return SUPERSCRIPTS[power] ?? `^${grouped(power)}`;
    }
    if (c === "_") return `_${grouped(this.argument().trim())}`;
    return c === "~" ? " " : c;
  }

  private command(): string {
    const match = /\\([a-zA-Z]+|.)/y;
    match.lastIndex = this.at;
    const name = match.exec(this.text)?.[1] ?? "";
    this.at += 1 + name.length;
    if (name === "frac" || name === "tfrac") {
      const [above, below] = [this.argument(), this.argument()];
      return `${grouped(above)} / ${grouped(below)}`;
    }
    if (name === "sqrt") return `√${grouped(this.argument())}`;
    if (name === "hat") return `${this.argument().trim()}\u0302`;
    if (name === "overline") return `mean(${this.argument()})`;
    if (/^(text|mathrm|operatorname|mathbf|mathsf)$/.test(name)) return this.argument();
    if (name === "begin" || name === "end") {
      this.argument();
      return "";
    }
    if (name === " " || name === "\\") return " ";
    if (DROPPED.has(name)) return name === "," || name === ";" ? " " : "";
    return SYMBOLS[name] ?? name;
  }

  private spaces(): void {
    while (this.text[this.at] === " ") this.at++;
  }
}

/** Parentheses around what is more than one word or number. */
function grouped(text: string): string {
  const clean = text.trim();
  return /^[\p{L}\p{N}_.]+$/u.test(clean) || /^\([^()]*\)$/.test(clean) ? clean : `(${clean})`;
}

/** A formula as plain text; `name` says what stands for each `{argument}`. */
export function plainFormula(latex: string, name: (argument: string) => string): string {
  const named = latex.replace(/\{([A-Za-z]\w*)\}/g, (all, argument: string, at: number) => {
    // The group of a command (\text{as}) is no argument.
    const before = latex.slice(0, at);
    return /\\(text|mathrm|operatorname|mathbf|mathsf|begin|end)$/.test(before) ? all : `{${name(argument)}}`;
  });
  return new Reader(named).all().replace(/\s+/g, " ").replace(/\( /g, "(").replace(/ \)/g, ")").trim();
}
