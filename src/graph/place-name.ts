/** How a person calls places of a program. Cells are counted as they stand in their document, text among them. */

/** "cell 2" for the second one. */
export const cellName = (cell: number): string => `cell ${cell + 1}`;

/** "line 5" of a script, "cell 2, line 5" of a notebook. */
export function placeName({ cell, line }: { cell: number | null; line: number }): string {
  return cell === null ? `line ${line}` : `${cellName(cell)}, line ${line}`;
}
