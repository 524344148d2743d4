/** Several results by name and by place: `const { values, indices } = x.max(0)` or `const [values, indices] = x.max(0)`. */
export class NamedResult implements Iterable<unknown> {
  readonly #name: string;
  readonly #fields: readonly string[];
  readonly #results: readonly unknown[];
  [key: string | number]: unknown;

  constructor(name: string, fields: readonly string[], results: readonly unknown[]) {
    this.#name = name;
    this.#fields = fields;
    this.#results = results;
    fields.forEach((f, i) => {
      this[f] = results[i];
    });
    results.forEach((r, i) => {
      Object.defineProperty(this, i, { value: r });
    });
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.#results[Symbol.iterator]();
  }

  toString(): string {
    const parts = this.#fields.map((f, i) => `${f}=${String(this.#results[i])}`);
    return `torch.return_types.${this.#name}(\n${parts.join(",\n")})`;
  }
}
