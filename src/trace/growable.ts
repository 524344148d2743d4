/** Growing columns of numbers: what the tables of a trace are made of. */

/** Integers from -2^31 to 2^31 - 1. */
export class Int32List {
  private items: Int32Array;
  private count = 0;

  constructor(capacity = 64) {
    this.items = new Int32Array(capacity);
  }

  static from(values: ArrayLike<number>): Int32List {
    const list = new Int32List(Math.max(1, values.length));
    list.items.set(values);
    list.count = values.length;
    return list;
  }

  get length(): number {
    return this.count;
  }
  push(value: number): void {
    if (this.count === this.items.length) this.reserve(this.count + 1);
    this.items[this.count++] = value;
  }
  /** Element `index`; 0 beyond the end. */
  get(index: number): number {
    return index < this.count ? this.items[index] : 0;
  }
  /** Writes element `index`, growing with zeros up to it. */
  set(index: number, value: number): void {
    if (index >= this.count) {
      if (index >= this.items.length) this.reserve(index + 1);
      this.count = index + 1;
    }
    this.items[index] = value;
  }
  /** The elements so far, as a view that is valid until the list grows. */
  view(): Int32Array {
    return this.items.subarray(0, this.count);
  }

  private reserve(length: number): void {
    const grown = new Int32Array(Math.max(length, this.items.length * 2));
    grown.set(this.items);
    this.items = grown;
  }
}

/** Doubles. */
export class Float64List {
  private items: Float64Array;
  private count = 0;

  constructor(capacity = 64) {
    this.items = new Float64Array(capacity);
  }

  static from(values: ArrayLike<number>): Float64List {
    const list = new Float64List(Math.max(1, values.length));
    list.items.set(values);
    list.count = values.length;
    return list;
  }

  get length(): number {
    return this.count;
  }
  get bytes(): number {
    return this.items.byteLength;
  }
  push(value: number): void {
    if (this.count === this.items.length) {
      const grown = new Float64Array(this.items.length * 2);
      grown.set(this.items);
      this.items = grown;
    }
    this.items[this.count++] = value;
  }
  get(index: number): number {
    return index < this.count ? this.items[index] : 0;
  }
  /** The elements so far, as a view that is valid until the list grows. */
  view(): Float64Array {
    return this.items.subarray(0, this.count);
  }
}

/** Texts by number; equal texts share one. */
export class TextTable {
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  static from(texts: readonly string[]): TextTable {
    const table = new TextTable();
    for (const text of texts) table.add(text);
    return table;
  }

  get length(): number {
    return this.texts.length;
  }
  add(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.length;
      this.texts.push(text);
      this.numbers.set(text, number);
    }
    return number;
  }
  get(number: number): string {
    return this.texts[number] ?? "";
  }
  all(): readonly string[] {
    return this.texts;
  }
}

/** Lists of integers (shapes, strides) by number; equal ones share one. */
export class ShapeTable {
  private readonly shapes: (readonly number[])[] = [[]];
  private readonly numbers = new Map<string, number>();

  static from(shapes: readonly (readonly number[])[]): ShapeTable {
    const table = new ShapeTable();
    for (const shape of shapes) table.add(shape);
    return table;
  }

  get length(): number {
    return this.shapes.length;
  }
  /** The empty list is number 0. */
  add(shape: readonly number[]): number {
    if (shape.length === 0) return 0;
    const key = shape.join();
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.shapes.length;
      this.shapes.push([...shape]);
      this.numbers.set(key, number);
    }
    return number;
  }
  get(number: number): readonly number[] {
    return this.shapes[number] ?? [];
  }
  all(): readonly (readonly number[])[] {
    return this.shapes;
  }
}
