/** Entries of a page; a copy with one other entry costs a page and the list of pages. */
const PAGE_BITS = 8;
const PAGE = 1 << PAGE_BITS;

type Page<T> = readonly (T | undefined)[];
const nothing: Page<never> = [];

/**
 * An immutable table from ids (whole numbers from 0) to entries. A copy with a few other entries shares all pages but theirs, so that
 * the states of a large scene step by step cost what changes between them.
 */
export class IdTable<T> {
  readonly #pages: readonly Page<T>[];

  private constructor(pages: readonly Page<T>[]) {
    this.#pages = pages;
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
    return new IdTable(pages);
  }

  get(id: number): T | undefined {
    return this.#pages[id >> PAGE_BITS]?.[id & (PAGE - 1)];
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
        pages[at] = [...(pages[at] as Page<T>)];
      }
      const page = pages[at] as (T | undefined)[];
      while (page.length <= (id & (PAGE - 1))) page.push(undefined);
      page[id & (PAGE - 1)] = entry ?? undefined;
    }
    return new IdTable(pages);
  }

  *entries(): Generator<[id: number, entry: T]> {
    for (const [at, page] of this.#pages.entries())
      for (const [i, entry] of page.entries()) if (entry !== undefined) yield [at * PAGE + i, entry];
  }

  /** Ids whose entries are others than in a table before: pages that both share are not looked at. */
  changedSince(before: IdTable<T>): number[] {
    const found: number[] = [];
    const count = Math.max(this.#pages.length, before.#pages.length);
    for (let at = 0; at < count; at++) {
      const page = this.#pages[at] ?? nothing;
      const old = before.#pages[at] ?? nothing;
      if (page === old) continue;
      for (let i = 0; i < Math.max(page.length, old.length); i++) if (page[i] !== old[i]) found.push(at * PAGE + i);
    }
    return found;
  }
}
