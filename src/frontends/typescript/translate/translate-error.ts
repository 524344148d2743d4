/** The source cannot be run: where and why. Line 1-based, column 0-based, both in the person's own text. */
export class TranslateError extends Error {
  readonly line: number;
  readonly column: number;
  constructor(message: string, line: number, column: number) {
    super(message);
    this.name = "SyntaxError";
    this.line = line;
    this.column = column;
  }
}
