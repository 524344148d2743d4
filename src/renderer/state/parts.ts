/** What of a document runs by itself: the code cells of a notebook, the sections of a script that `# %%` lines part, a whole program. */
import type { DocumentState } from "./app-state.ts";

export interface Part {
  /** Of the cell in its notebook, or of the section in its script; 0 for a whole program. */
  index: number;
  source: string;
  /** Line (1-based) at which a section begins; null for what is no section. */
  line: number | null;
}

/** As in VS Code and Spyder. */
const marker = /^#\s*%%/;
const prose = /^#\s*%%\s*\[(markdown|md|raw)\]/i;

/** Do the parts of this document run one by one? */
export function hasCells(document: DocumentState): boolean {
  return document.kind === "notebook" || sectionsOf(document).length > 0;
}

/** Everything of a document that can run, in order. */
export function partsOf(document: DocumentState): Part[] {
  if (document.kind === "notebook")
    return document.cells.flatMap(({ kind, source, index }) =>
      kind === "code" ? [{ index, source, line: null }] : [],
    );
  const sections = sectionsOf(document);
  if (sections.length > 0) return sections.filter(({ source }) => !prose.test(source));
  return [{ index: 0, source: document.cells[0]?.source ?? "", line: null }];
}

/** Sections of a script, prose too; none where nothing parts it. What stands before the first line that does is a section as well. */
export function sectionsOf({ kind, cells }: DocumentState): (Part & { line: number })[] {
  const lines = kind === "python" ? (cells[0]?.source ?? "").split("\n") : [];
  const starts = lines.flatMap((text, i) => (marker.test(text) ? [i] : []));
  const first = starts[0];
  if (first === undefined) return [];
  if (lines.slice(0, first).some((text) => text.trim() !== "")) starts.unshift(0);
  return starts.map((start, index) => ({
    index,
    source: lines.slice(start, starts[index + 1]).join("\n"),
    line: start + 1,
  }));
}

/** The part that holds a line: of the cell with this index in its notebook, or of a script (`cell` null). */
export function partAt(document: DocumentState, cell: number | null, line: number): Part | null {
  const parts = partsOf(document);
  if (document.kind === "notebook") return parts.find(({ index }) => index === cell) ?? null;
  const all = sectionsOf(document);
  const section = all.findLast((one) => one.line <= line) ?? all[0];
  return section === undefined ? (parts[0] ?? null) : (parts.find(({ index }) => index === section.index) ?? null);
}
