/** How a person calls places of a program. Cells are counted as they stand in their document, text among them. */

/** "cell 2" for the second one. */
export const cellName = (cell: number): string => `cell ${cell + 1}`;

export interface NamedPlace {
  readonly cell: number | null;
  readonly line: number;
  readonly file?: string;
  /** Not in the program's own text. */
  readonly elsewhere?: true;
}

/** "line 5" of a script, "cell 2, line 5" of a notebook, "model.py, line 5" of another file. */
export function placeName({ cell, line, file, elsewhere }: NamedPlace): string {
  if (elsewhere) return `${file}, line ${line}`;
  return cell === null ? `line ${line}` : `${cellName(cell)}, line ${line}`;
}
