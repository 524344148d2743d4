/** Something the person who gave the command can put right; its message is the whole text shown. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
