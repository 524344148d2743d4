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
  /** Appends elements `start` to `end` of an array. */
  append(values: ArrayLike<number>, start: number, end: number): void {
    const needed = this.count + end - start;
    if (needed > this.items.length) {
      const grown = new Float64Array(Math.max(needed, this.items.length * 2));
      grown.set(this.items);
      this.items = grown;
    }
    const { items } = this;
    let at = this.count;
    for (let i = start; i < end; i++) items[at++] = values[i];
    this.count = needed;
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
  /** Open addressing: number of the list, 0 = free. Its size is a power of two. */
  private slots = new Int32Array(64);
  /** Differs from table to table, so that no file can be made whose lists all collide. */
  private readonly seed = Math.floor(Math.random() * 2 ** 31);

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
    const mask = this.slots.length - 1;
    let at = hashOf(shape, this.seed) & mask;
    for (let number = this.slots[at]; number !== 0; number = this.slots[at]) {
      if (isSame(this.shapes[number], shape)) return number;
      at = (at + 1) & mask;
    }
    const number = this.shapes.length;
    this.shapes.push([...shape]);
    this.slots[at] = number;
    if (2 * number > this.slots.length) this.grow();
    return number;
  }
  get(number: number): readonly number[] {
    return this.shapes[number] ?? [];
  }
  all(): readonly (readonly number[])[] {
    return this.shapes;
  }

  private grow(): void {
    this.slots = new Int32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    for (let number = 1; number < this.shapes.length; number++) {
      let at = hashOf(this.shapes[number], this.seed) & mask;
      while (this.slots[at] !== 0) at = (at + 1) & mask;
      this.slots[at] = number;
    }
  }
}

function hashOf(shape: readonly number[], seed: number): number {
  let h = seed;
  for (let i = 0; i < shape.length; i++) {
    const x = shape[i];
    h = Math.imul(h ^ x ^ (x > 0x7fffffff ? Math.floor(x / 2 ** 31) : 0), 0x9e3779b1);
    h ^= h >>> 15;
  }
  return h;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
