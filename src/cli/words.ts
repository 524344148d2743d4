/** Words of the command line's sentences. */

export function quoted(text: string): string {
  return `"${text}"`;
}

export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
