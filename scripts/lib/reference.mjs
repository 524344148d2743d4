/** The pages of the reference: what torch and its companions have here, from the sources and from the running Python side. */

/**
 * @typedef {{ name: string, signature: string, doc: string }} Entry
 * @typedef {Record<string, Entry[]>} Inventory
 * @typedef {readonly (readonly [section: string, names: RegExp, reason: string])[]} Excuses
 * @typedef {{ names: Record<string, readonly string[]>, operators: Record<string, readonly string[]>, pythonOnly: Excuses, typescriptOnly: Excuses, described: Record<string, { doc: string, formula?: string | undefined }> }} Known
 */

/** Sections of the first page, in order; the others are companions. */
const TITLES = new Map([
  ["torch", "Top level: `torch`, beside the operators"],
  ["Tensor", "`torch.Tensor`, beside the operators"],
  ["linalg", "`torch.linalg`, beside the operators"],
  ["fft", "`torch.fft`, beside the operators"],
  ["special", "`torch.special`, beside the operators"],
  ["nn.Module", "Members of `nn.Module`"],
  ["nn", "Modules: `torch.nn`"],
  ["nn.functional", "Functions: `torch.nn.functional`"],
  ["nn.init", "Initialisers: `torch.nn.init`"],
  ["nn.utils", "`torch.nn.utils`"],
  ["nn.utils.rnn", "`torch.nn.utils.rnn`"],
  ["nn.utils.parametrize", "`torch.nn.utils.parametrize` and `parametrizations`"],
  ["nn.utils.prune", "`torch.nn.utils.prune`"],
  ["optim", "Optimisers: `torch.optim`"],
  ["optim.Optimizer", "Members of `optim.Optimizer`"],
  ["optim.lr_scheduler", "Schedules: `torch.optim.lr_scheduler`"],
  ["optim.swa_utils", "`torch.optim.swa_utils`"],
  ["func", "`torch.func`"],
  ["autograd", "`torch.autograd`"],
  ["autograd.functional", "`torch.autograd.functional`"],
  ["autograd.graph", "`torch.autograd.graph`"],
  ["autograd.forward_ad", "`torch.autograd.forward_ad`"],
  ["utils.data", "`torch.utils.data`"],
  ["utils.checkpoint", "`torch.utils.checkpoint`"],
  ["distributions", "`torch.distributions`"],
]);

/** @param {string} name */
const folded = (name) => name.replaceAll("_", "").toLowerCase();
/** @param {string} text */
const cell = (text) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/**
 * What TypeScript calls it; null where it has nothing of the kind.
 * @param {Known} known
 * @param {string} section
 * @param {string} name
 */
const inTypeScript = (known, section, name) =>
  known.names[section]?.find((own) => folded(own) === folded(name) && !own.includes("_", 1)) ??
  known.names[section]?.find((own) => folded(own) === folded(name)) ??
  null;

/** @param {Excuses} excuses @param {string} section @param {string} name */
const reasonFor = (excuses, section, name) =>
  excuses.find(([of, names]) => of === section && names.test(name))?.[2] ?? null;

/**
 * What only one of the two has without an excuse, and excuses for nothing.
 * @param {Inventory} inventory
 * @param {Known} known
 * @returns {string[]}
 */
export function disagreements(inventory, known) {
  /** @type {[excuses: Excuses, here: string, there: string, lone: (section: string) => string[]][]} */
  const sides = [
    [
      known.pythonOnly,
      "Python",
      "TypeScript",
      (section) =>
        (inventory[section] ?? []).map((e) => e.name).filter((name) => inTypeScript(known, section, name) === null),
    ],
    [
      known.typescriptOnly,
      "TypeScript",
      "Python",
      (section) => {
        const python = new Set((inventory[section] ?? []).map((e) => folded(e.name)));
        return (known.names[section] ?? []).filter((name) => !python.has(folded(name)));
      },
    ],
  ];
  return sides.flatMap(([excuses, here, there, lone]) => {
    const missing = [...TITLES.keys()].flatMap((section) =>
      lone(section)
        .filter((name) => reasonFor(excuses, section, name) === null)
        .map((name) => `${section}.${name} is in ${here} and not in ${there}: write it, or a reason (only.ts)`),
    );
    const idle = excuses
      .filter(([section, names]) => !lone(section).some((name) => names.test(name)))
      .map(([section, names]) => `only.ts excuses ${names} of ${section}, which ${there} does not lack`);
    return [...missing, ...idle];
  });
}

/** @param {Inventory} inventory @param {Known} known */
export function referencePage(inventory, known) {
  const parts = [...TITLES].map(([section, title]) => {
    const operators = new Set(known.operators[section]);
    const entries = (inventory[section] ?? []).filter(({ name }) => !operators.has(name.replace(/(?<=\w)_$/, "")));
    if (entries.length === 0) return "";
    const rows = entries.map(({ name, signature, doc }) => {
      const own = known.described[`${section}.${name}`];
      const formula =
        own?.formula === undefined
          ? ""
          : ` $${own.formula.replace(/\{([a-z_]\w*)\}/gi, (_, n) => `\\mathrm{${n.replaceAll("_", "\\_")}}`)}$`;
      const here = inTypeScript(known, section, name);
      const reason = reasonFor(known.pythonOnly, section, name) ?? "";
      const typescript = here === null ? `no: ${reason}` : here === name ? "yes" : `\`${here}\``;
      return `| \`${cell(name + signature)}\` | ${cell((own?.doc ?? doc) + formula)} | ${typescript} |`;
    });
    return `## ${title}\n\n| Python | what it is | TypeScript |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return [
    "# Modules, functions, optimisers, distributions",
    "",
    "Generated by `npm run docs` from the sources and from the running Python side. Operators, with their formulas and derivatives, are in",
    "[operators.md](operators.md); numpy, matplotlib and others in [companions.md](companions.md). Everything behaves as in PyTorch 2.6 on a CPU, except",
    "where a row says otherwise; in TypeScript names are in camel case and keyword arguments an object at the end.",
    "",
    ...parts,
  ].join("\n");
}

/** @param {Inventory} inventory */
export function companionsPage(inventory) {
  const parts = Object.entries(inventory)
    .filter(([section]) => !TITLES.has(section))
    .map(([section, entries]) => {
      const described = entries.filter((e) => e.doc !== "" && !e.doc.includes(`${e.name}(`));
      const bare = entries.filter((e) => !described.includes(e)).map((e) => `\`${e.name}\``);
      const rows = described.map((e) => `| \`${cell(e.name + e.signature)}\` | ${cell(e.doc)} |`);
      const table = rows.length === 0 ? [] : ["| name | what it is |", "| --- | --- |", ...rows, ""];
      return [`## \`${section}\``, "", ...(bare.length === 0 ? [] : [`${bare.join(" ")}`, ""]), ...table].join("\n");
    });
  return [
    "# Companions",
    "",
    "Generated by `npm run docs` from the running Python side: the parts of other packages that teaching code uses. What is missing raises an error that",
    "names it. numpy shares memory with tensors, has NumPy's random streams, and holds numbers only (no strings, no records, no masked arrays);",
    "matplotlib draws in two dimensions, and its figures appear in the console.",
    "",
    ...parts,
  ].join("\n");
}
