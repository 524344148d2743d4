import type { Tensor } from "../engine/tensor.ts";
import { Int32List } from "./growable.ts";
import type { Marks } from "./marks.ts";
import { forEachPosition, isRowMajor, numelOf } from "./statistics.ts";
import { type Buffer, INLINE_SLOTS, type ValueStore } from "./value-store.ts";

/** A live buffer: values that point into the engine's own memory, and which part of it they use. */
interface Live {
  buffer: number;
  low: number;
  high: number;
  /** Values of this buffer recorded last, newest first: another tensor with the same geometry is the same value. */
  recent: number[];
}

/** Values of one buffer that a new tensor is compared with. */
const RECENT = 4;

/**
 * Fills a value store while a program runs. Large values are recorded by reference and copied only when their storage is
 * about to be overwritten; past the budget the values that were not used for longest become statistics.
 */
export class ValueRecorder {
  private readonly store: ValueStore;
  private readonly budget: number;
  /** Bytes of numbers kept alive. */
  bytes = 0;
  /** First and last event whose values were dropped. */
  dropped: { first: number; last: number } | null = null;
  /** Number of overwrites of a storage, by storage id. */
  private readonly epochs = new Int32List();
  private readonly marks: Marks;
  private readonly live = new Map<number, Live>();
  /** Values that use a buffer and are not dropped. */
  private readonly users = new Int32List();
  /** Event at which a value was used last. */
  private readonly used = new Int32List();
  /** Values in the order in which they may be dropped, with the event at which they were put there. */
  private queue: number[] = [];
  private queuedAt: number[] = [];
  private head = 0;

  constructor(store: ValueStore, marks: Marks, budget: number) {
    this.store = store;
    this.marks = marks;
    this.budget = budget;
  }

  /** The number of the tensor's present value; the same as before when nothing changed it since. */
  record(t: Tensor, requiresGrad: boolean, seq: number): number {
    const storage = t.storage.id;
    const epoch = this.epochs.get(storage);
    const { columns } = this.store;
    const mark = this.marks.of(t);
    const known = mark.value;
    if (known >= 0 && mark.epoch === epoch && columns.storage.get(known) === storage && this.sameGeometry(known, t)) {
      this.used.set(known, seq);
      return known;
    }
    const id = this.sameView(t, requiresGrad, seq) ?? this.add(t, requiresGrad, seq);
    mark.value = id;
    mark.epoch = epoch;
    return id;
  }

  /** The last recorded value of a tensor, even if it was overwritten since; null when there is none. */
  lastOf(t: Tensor): number | null {
    const known = this.marks.find(t)?.value ?? -1;
    return known < 0 ? null : known;
  }

  /** Copies what values use of a storage that is about to be overwritten. */
  willChange(storage: number): void {
    this.epochs.set(storage, this.epochs.get(storage) + 1);
    const live = this.live.get(storage);
    if (live === undefined) return;
    this.live.delete(storage);
    const buffer = this.store.buffers[live.buffer];
    if (buffer.data === null) return;
    this.bytes -= buffer.data.byteLength;
    buffer.data = buffer.data.slice(live.low, live.high);
    buffer.base = live.low;
    this.bytes += buffer.data.byteLength;
    this.enforce();
  }

  /** A value that another tensor over the same memory had: a weight transposed anew in every iteration is one value. */
  private sameView(t: Tensor, requiresGrad: boolean, seq: number): number | null {
    const live = this.live.get(t.storage.id);
    if (live === undefined) return null;
    const { columns, buffers } = this.store;
    if (buffers[live.buffer].data !== t.storage.data) return null;
    const type = (this.store.dtypes.add(t.dtype.name) << 1) | (requiresGrad ? 1 : 0);
    for (const id of live.recent) {
      if (columns.type.get(id) !== type || columns.start.get(id) !== t.offset || !this.sameGeometry(id, t)) continue;
      this.used.set(id, seq);
      return id;
    }
    return null;
  }

  private add(t: Tensor, requiresGrad: boolean, seq: number): number {
    const { store } = this;
    const { columns, arena } = store;
    const id = store.length;
    const slots = t.dtype.slots;
    const n = numelOf(t.shape);
    columns.shape.push(store.shapes.add(t.shape));
    columns.strides.push(store.shapes.add(t.strides));
    columns.type.push((store.dtypes.add(t.dtype.name) << 1) | (requiresGrad ? 1 : 0));
    columns.storage.push(t.storage.id);
    columns.seq.push(seq);
    if (n * slots <= INLINE_SLOTS) {
      columns.buffer.push(-1);
      columns.start.push(arena.length);
      const { data } = t.storage;
      const numbers = { data, offset: t.offset, shape: t.shape, strides: t.strides, slots };
      if (isRowMajor(numbers)) arena.append(data, t.offset * slots, (t.offset + n) * slots);
      else forEachPosition(numbers, (at) => arena.append(data, at * slots, (at + 1) * slots));
      return id;
    }
    let live = this.live.get(t.storage.id);
    if (live !== undefined && store.buffers[live.buffer].data !== t.storage.data) live = undefined;
    if (live === undefined) {
      const buffer: Buffer = { data: t.storage.data, base: 0 };
      live = { buffer: store.buffers.length, low: Infinity, high: 0, recent: [] };
      store.buffers.push(buffer);
      this.live.set(t.storage.id, live);
      this.bytes += t.storage.data.byteLength;
    }
    let last = t.offset;
    for (let d = 0; d < t.shape.length; d++) last += (t.shape[d] - 1) * t.strides[d];
    // Complex numbers take two slots: keep low and high in slots, and the base a whole element.
    live.low = Math.min(live.low, t.offset);
    live.high = Math.max(live.high, (last + 1) * slots);
    if (slots === 2) live.low = 0;
    live.recent.unshift(id);
    if (live.recent.length > RECENT) live.recent.pop();
    columns.buffer.push(live.buffer);
    columns.start.push(t.offset);
    this.users.set(live.buffer, this.users.get(live.buffer) + 1);
    this.used.set(id, seq);
    this.queue.push(id);
    this.queuedAt.push(seq);
    if (this.bytes > this.budget) this.enforce();
    return id;
  }

  private sameGeometry(id: number, t: Tensor): boolean {
    const shape = this.store.shape(id);
    if (shape.length !== t.shape.length) return false;
    const strides = this.store.shapes.get(this.store.columns.strides.get(id));
    for (let d = 0; d < shape.length; d++) if (shape[d] !== t.shape[d] || strides[d] !== t.strides[d]) return false;
    return this.store.columns.buffer.get(id) !== -2;
  }

  /** Drops values, those first that were not used for longest, until the budget holds. */
  private enforce(): void {
    const { store } = this;
    const newest = store.length - 1;
    let chances = this.queue.length - this.head;
    while (this.bytes > this.budget && this.head < this.queue.length) {
      const id = this.queue[this.head];
      const queuedAt = this.queuedAt[this.head];
      if (id === newest && this.head === this.queue.length - 1) break;
      this.head++;
      const used = this.used.get(id);
      // A value used again since it was queued gets a second chance (at most one round).
      if (used > queuedAt && chances-- > 0) {
        this.queue.push(id);
        this.queuedAt.push(used);
        continue;
      }
      this.drop(id);
    }
    if (this.head > 65_536 && this.head > this.queue.length / 2) {
      this.queue = this.queue.slice(this.head);
      this.queuedAt = this.queuedAt.slice(this.head);
      this.head = 0;
    }
  }

  private drop(id: number): void {
    const { store } = this;
    const digest = store.digest(id);
    if (digest === null) return;
    store.digests.set(id, digest);
    const number = store.columns.buffer.get(id);
    store.columns.buffer.set(id, -2);
    const seq = store.columns.seq.get(id);
    this.dropped =
      this.dropped === null
        ? { first: seq, last: seq }
        : { first: Math.min(this.dropped.first, seq), last: Math.max(this.dropped.last, seq) };
    const users = this.users.get(number) - 1;
    this.users.set(number, users);
    if (users > 0) return;
    const buffer = store.buffers[number];
    if (buffer.data !== null) this.bytes -= buffer.data.byteLength;
    buffer.data = null;
    const storage = store.columns.storage.get(id);
    if (this.live.get(storage)?.buffer === number) this.live.delete(storage);
  }
}
