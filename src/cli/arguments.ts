import { palettes, type ThemeName } from "../graph/palette.ts";
import { exporters } from "./exporters.ts";
import { UsageError } from "./usage-error.ts";
import { list, quoted } from "./words.ts";

export interface ExportRequest {
  format: string;
  /** null: beside the working folder's files, named after the program. */
  path: string | null;
}

export interface RunRequest {
  file: string;
  exports: ExportRequest[];
  /** Number of the step, counted from 1 (0 = before the first); "last" is the end of the run. */
  step: number | "last";
  /** Steps that pages, animations and stories hold, counted from 1; null: all. */
  steps: { first: number; last: number } | null;
  table: boolean;
  /** Check the gradient of every leaf against central differences. */
  verify: boolean;
  theme: ThemeName;
  /** Device pixels per pixel of PNG pictures. */
  scale: number;
  /** Put the snapshot into pictures and pages. */
  embed: boolean;
  /** Where the program's figures go; null: nowhere. */
  figures: string | null;
}

export type Command = { command: "help" } | { command: "version" } | { command: "run" | "show"; request: RunRequest };

interface Option {
  names: readonly string[];
  /** What its value is called; absent: it takes none. */
  value?: string;
  help: string;
  take(request: RunRequest, value: string): void;
}

const maxScale = 16;

const options: readonly Option[] = [
  {
    names: ["--export"],
    value: "FORMAT",
    help: `write a file: ${exporters.map(({ format }) => format).join(", ")}; may be given several times`,
    take(request, format) {
      if (!exporters.some((one) => one.format === format))
        throw new UsageError(
          `There is no export format ${quoted(format)}: the formats are ${list(exporters.map((one) => one.format))}.`,
        );
      // "-o PATH --export FORMAT" means the same as "--export FORMAT -o PATH", unless the ending of PATH says another format.
      const open = request.exports.at(-1);
      if (open?.format === "" && [undefined, format].includes(formatOfEnding(open.path ?? ""))) open.format = format;
      else request.exports.push({ format, path: null });
    },
  },
  {
    names: ["-o", "--output"],
    value: "PATH",
    help: "where the export before it goes; alone, its ending says the format",
    take(request, path) {
      const open = request.exports.at(-1);
      if (open !== undefined && open.path === null) open.path = path;
      else request.exports.push({ format: "", path });
    },
  },
  {
    names: ["--step"],
    value: "N",
    help: "the step that is exported and tabled, counted from 1, or last (default)",
    take(request, text) {
      if (text !== "last" && !/^\d{1,9}$/.test(text))
        throw new UsageError(`--step takes a whole number or last, not ${quoted(text)}.`);
      request.step = text === "last" ? "last" : Number(text);
    },
  },
  {
    names: ["--steps"],
    value: "FIRST-LAST",
    help: "the steps that html, apng, gif and txt hold, all by default",
    take(request, text) {
      const [, first, last] = /^(\d{1,9})-(\d{1,9})$/.exec(text) ?? [];
      if (first === undefined || last === undefined || Number(first) < 1 || Number(last) < Number(first))
        throw new UsageError(`--steps takes two step numbers as in 10-20, not ${quoted(text)}.`);
      request.steps = { first: Number(first), last: Number(last) };
    },
  },
  {
    names: ["--table"],
    help: "after the run, one line per leaf: name, shape, norm of its gradient",
    take(request) {
      request.table = true;
    },
  },
  {
    names: ["--verify"],
    help: "after the run, check the gradient of every leaf against central differences in float64",
    take(request) {
      request.verify = true;
    },
  },
  {
    names: ["--theme"],
    value: "NAME",
    help: `colours of pictures: ${Object.keys(palettes).join(", ")}`,
    take(request, theme) {
      if (!Object.hasOwn(palettes, theme))
        throw new UsageError(`There is no theme ${quoted(theme)}: the themes are ${list(Object.keys(palettes))}.`);
      request.theme = theme as ThemeName;
    },
  },
  {
    names: ["--scale"],
    value: "N",
    help: "pixels per pixel of PNG pictures, 2 by default",
    take(request, text) {
      const scale = Number(text);
      if (text.trim() === "" || !(scale > 0 && scale <= maxScale))
        throw new UsageError(`--scale takes a number above 0 up to ${maxScale}, not ${quoted(text)}.`);
      request.scale = scale;
    },
  },
  {
    names: ["--embed"],
    help: "put the run into SVG, PNG and HTML files, so that Backstep can open them again",
    take(request) {
      request.embed = true;
    },
  },
  {
    names: ["--figures"],
    value: "FOLDER",
    help: "write the figures that the program draws there, as PNG",
    take(request, folder) {
      request.figures = folder;
    },
  },
];

/** What a command line means. Errors: `UsageError`. */
export function parseArguments(args: readonly string[]): Command {
  const [first, ...rest] = args;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") return { command: "help" };
  if (first === "--version" || first === "-V") return { command: "version" };
  if (first !== "run" && first !== "show")
    throw new UsageError(
      first.startsWith("-")
        ? unknownOption(first)
        : `There is no command ${quoted(first)}: the commands are run and show, as in "backstep run net.py".`,
    );
  return parseRun(first, rest);
}

function parseRun(command: "run" | "show", args: readonly string[]): Command {
  const request: RunRequest = {
    file: "",
    exports: [],
    step: "last",
    steps: null,
    table: false,
    verify: false,
    theme: "light",
    scale: 2,
    embed: false,
    figures: null,
  };
  const files: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i];
    if (word === "--") {
      files.push(...args.slice(i + 1));
      break;
    }
    if (word === "--help" || word === "-h") return { command: "help" };
    if (word === "--version") return { command: "version" };
    if (!word.startsWith("-") || word === "-") {
      files.push(word);
      continue;
    }
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const name = equals < 0 ? word : word.slice(0, equals);
    const option = options.find(({ names }) => names.includes(name));
    if (option === undefined) throw new UsageError(unknownOption(name));
    if (option.value === undefined) {
      if (equals >= 0) throw new UsageError(`${name} takes no value.`);
      option.take(request, "");
      continue;
    }
    const value = equals < 0 ? args[++i] : word.slice(equals + 1);
    if (value === undefined || value === "") throw new UsageError(`${name} needs a value: ${name} ${option.value}.`);
    option.take(request, value);
  }
  if (files.length === 0) throw new UsageError(`Which file? backstep ${command} FILE`);
  if (files.length > 1) throw new UsageError(`One file at a time: ${list(files.map(quoted))} were given.`);
  request.file = files[0];
  request.exports = request.exports.map(withFormat);
  return { command, request };
}

function formatOfEnding(path: string): string | undefined {
  return exporters.find(({ extension }) => path.toLowerCase().endsWith(`.${extension}`))?.format;
}

/** An output without a format: its ending says it. */
function withFormat(one: ExportRequest): ExportRequest {
  if (one.format !== "") return one;
  const path = one.path ?? "";
  const format = formatOfEnding(path);
  if (format === undefined)
    throw new UsageError(`The ending of ${quoted(path)} does not say what to write: give --export FORMAT before -o.`);
  return { ...one, format };
}

function unknownOption(name: string): string {
  const known = options.flatMap(({ names }) => names);
  const near = known.find((one) => distance(one, name) <= 2);
  return `There is no option ${quoted(name)}${near === undefined ? "" : `; is ${near} meant`}: backstep --help lists them.`;
}

/** Number of letters to change, add or leave out to get from one word to another. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}

/** The text of --help. */
export function helpText(): string {
  const rows = options.map(
    ({ names, value, help }) => [`${names.join(", ")}${value ? ` ${value}` : ""}`, help] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return `Backstep runs PyTorch-style model code on its own autograd engine.

  backstep run FILE [options]     run a .py, .ipynb or .ts file; it prints what it prints
  backstep show FILE [options]    open a snapshot (.json, or a picture that holds one) without running it
  backstep --help | --version

Options:
${rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n")}

Exit code: 0; 1 when the program raises or an export fails; 2 when the command is wrong; 130 after Ctrl+C.
`;
}
