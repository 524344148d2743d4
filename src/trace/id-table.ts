/** Entries of a page; a copy with one other entry costs a page and the list of pages. */
const PAGE_BITS = 8;
const PAGE = 1 << PAGE_BITS;

type Page<T> = readonly (T | undefined)[];
const nothing: Page<never> = [];

/** An entry as a JSON text without quotes, and back from what JSON made of that text. */
export interface EntryText<T> {
  write(entry: T): string;
  // biome-ignore lint/suspicious/noExplicitAny: what `write` wrote
  read(data: any): T;
}

/** Entries as texts of pages, which `IdTable.reading` takes; a page without entries is empty. */
export function writePages<T>(entries: Iterable<readonly [id: number, entry: T]>, text: EntryText<T>): string[] {
  const pages: string[][] = [];
  for (const [id, entry] of entries) {
    const at = id >> PAGE_BITS;
    pages[at] ??= Array<string>(PAGE).fill("null");
    pages[at][id & (PAGE - 1)] = text.write(entry);
  }
  return Array.from(pages, (page) => (page === undefined ? "" : `[${page.join(",")}]`));
}

function readPage<T>(text: string, { read }: EntryText<T>): Page<T> {
  return text === ""
    ? nothing
    : (JSON.parse(text) as unknown[]).map((data) => (data === null ? undefined : read(data)));
}

/**
 * An immutable table from ids (whole numbers from 0) to entries. A copy with a few other entries shares all pages but theirs, so that
 * the states of a large scene step by step cost what changes between them.
 */
export class IdTable<T> {
  /** A text is a page that nobody has looked at yet. */
  readonly #pages: (Page<T> | string)[];
  readonly #text: EntryText<T> | null;

  private constructor(pages: (Page<T> | string)[], text: EntryText<T> | null) {
    this.#pages = pages;
    this.#text = text;
  }

  /** The table that `writePages` wrote. A page is read when it is looked at: of a far view of a large scene, what is in sight. */
  static reading<T>(pages: readonly string[], text: EntryText<T>): IdTable<T> {
    return new IdTable([...pages], text);
  }

  static of<T>(record: Readonly<Record<number, T>>): IdTable<T> {
    const pages: (T | undefined)[][] = [];
    for (const key in record) {
      const id = Number(key);
      const at = id >> PAGE_BITS;
      while (pages.length <= at) pages.push([]);
      const page = pages[at] as (T | undefined)[];
      while (page.length <= (id & (PAGE - 1))) page.push(undefined);
      page[id & (PAGE - 1)] = record[id];
    }
    return new IdTable(pages, null);
  }

  #page(at: number): Page<T> {
    const page = this.#pages[at];
    if (page === undefined || this.#text === null || typeof page !== "string") return (page ?? nothing) as Page<T>;
    const read = readPage(page, this.#text);
    this.#pages[at] = read;
    return read;
  }

  get(id: number): T | undefined {
    return this.#page(id >> PAGE_BITS)[id & (PAGE - 1)];
  }

  /** The table with these entries in place of its own; null takes one away. The table itself where nothing changes. */
  with(entries: readonly (readonly [id: number, entry: T | null])[]): IdTable<T> {
    if (entries.every(([id, entry]) => (this.get(id) ?? null) === entry)) return this;
    const pages = [...this.#pages];
    const own = new Set<number>();
    for (const [id, entry] of entries) {
      const at = id >> PAGE_BITS;
      while (pages.length <= at) pages.push(nothing);
      if (!own.has(at)) {
        own.add(at);
        pages[at] = [...this.#page(at)];
      }
      const page = pages[at] as (T | undefined)[];
      while (page.length <= (id & (PAGE - 1))) page.push(undefined);
      page[id & (PAGE - 1)] = entry ?? undefined;
    }
    return new IdTable(pages, this.#text);
  }

  *entries(): Generator<[id: number, entry: T]> {
    for (let at = 0; at < this.#pages.length; at++)
      for (const [i, entry] of this.#page(at).entries()) if (entry !== undefined) yield [at * PAGE + i, entry];
  }

  /** Ids whose entries are others than in a table before: pages that both share are not looked at. */
  changedSince(before: IdTable<T>): number[] {
    const found: number[] = [];
    const count = Math.max(this.#pages.length, before.#pages.length);
    for (let at = 0; at < count; at++) {
      if (this.#pages[at] === before.#pages[at]) continue;
      const page = this.#page(at);
      const old = before.#page(at);
      for (let i = 0; i < Math.max(page.length, old.length); i++) if (page[i] !== old[i]) found.push(at * PAGE + i);
    }
    return found;
  }
}
