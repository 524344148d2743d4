/**
 * Orders that PyTorch takes from C++'s std::sort, std::nth_element and std::partial_sort, and its own quickselect. Which of
 * several equal elements comes first is decided by the algorithm, so these follow the steps of libstdc++ (introsort, introselect,
 * heap select; Musser 1997) and of Numerical Recipes' selection. All work on an array of element numbers.
 */

export type Less = (a: number, b: number) => boolean;

const INSERTION = 16;

function insertionSort(v: Int32Array, first: number, last: number, less: Less): void {
  for (let i = first + 1; i < last; i++) {
    const value = v[i];
    if (less(value, v[first])) {
      v.copyWithin(first + 1, first, i);
      v[first] = value;
    } else insertBackwards(v, i, less);
  }
}

function insertBackwards(v: Int32Array, at: number, less: Less): void {
  const value = v[at];
  let i = at;
  while (less(value, v[i - 1])) {
    v[i] = v[i - 1];
    i--;
  }
  v[i] = value;
}

function swap(v: Int32Array, a: number, b: number): void {
  const t = v[a];
  v[a] = v[b];
  v[b] = t;
}

/** Puts the median of three at `first` and splits the rest around it; returns the cut. */
function partition(v: Int32Array, first: number, last: number, less: Less): number {
  const a = first + 1;
  const b = first + ((last - first) >> 1);
  const c = last - 1;
  if (less(v[a], v[b])) swap(v, first, less(v[b], v[c]) ? b : less(v[a], v[c]) ? c : a);
  else swap(v, first, less(v[a], v[c]) ? a : less(v[b], v[c]) ? c : b);
  let low = first + 1;
  let high = last;
  for (;;) {
    while (less(v[low], v[first])) low++;
    high--;
    while (less(v[first], v[high])) high--;
    if (low >= high) return low;
    swap(v, low, high);
    low++;
  }
}

function siftDown(v: Int32Array, first: number, hole: number, length: number, value: number, less: Less): void {
  const top = hole;
  let at = hole;
  let child = hole;
  while (child < (length - 1) >> 1) {
    child = 2 * (child + 1);
    if (less(v[first + child], v[first + child - 1])) child--;
    v[first + at] = v[first + child];
    at = child;
  }
  if ((length & 1) === 0 && child === (length - 2) >> 1) {
    child = 2 * (child + 1);
    v[first + at] = v[first + child - 1];
    at = child - 1;
  }
  let parent = (at - 1) >> 1;
  while (at > top && less(v[first + parent], value)) {
    v[first + at] = v[first + parent];
    at = parent;
    parent = (at - 1) >> 1;
  }
  v[first + at] = value;
}

/** The smallest elements of [first, last) as a heap in [first, middle). */
function heapSelect(v: Int32Array, first: number, middle: number, last: number, less: Less): void {
  const length = middle - first;
  for (let parent = (length - 2) >> 1; length > 1 && parent >= 0; parent--)
    siftDown(v, first, parent, length, v[first + parent], less);
  for (let i = middle; i < last; i++)
    if (less(v[i], v[first])) {
      const value = v[i];
      v[i] = v[first];
      siftDown(v, first, 0, length, value, less);
    }
}

/** std::partial_sort: the smallest middle - first elements come first, in order. */
export function partialSort(v: Int32Array, first: number, middle: number, last: number, less: Less): void {
  heapSelect(v, first, middle, last, less);
  for (let end = middle; end - first > 1; ) {
    end--;
    const value = v[end];
    v[end] = v[first];
    siftDown(v, first, 0, end - first, value, less);
  }
}

const depthLimit = (n: number): number => 2 * (31 - Math.clz32(Math.max(n, 1)));

/** std::sort of [first, last). */
export function stdSort(v: Int32Array, first: number, last: number, less: Less): void {
  if (last - first < 2) return;
  introsort(v, first, last, depthLimit(last - first), less);
  if (last - first <= INSERTION) {
    insertionSort(v, first, last, less);
    return;
  }
  insertionSort(v, first, first + INSERTION, less);
  for (let i = first + INSERTION; i < last; i++) insertBackwards(v, i, less);
}

function introsort(v: Int32Array, first: number, end: number, depth: number, less: Less): void {
  let last = end;
  for (let left = depth; last - first > INSERTION; left--) {
    if (left === 0) {
      partialSort(v, first, last, last, less);
      return;
    }
    const cut = partition(v, first, last, less);
    introsort(v, cut, last, left - 1, less);
    last = cut;
  }
}

/** std::nth_element: the element that belongs at `nth` gets there, smaller ones before it. */
export function nthElement(v: Int32Array, begin: number, nth: number, end: number, less: Less): void {
  if (begin === end || nth === end) return;
  let first = begin;
  let last = end;
  for (let depth = depthLimit(end - begin); last - first > 3; depth--) {
    if (depth === 0) {
      heapSelect(v, first, nth + 1, last, less);
      swap(v, first, nth);
      return;
    }
    const cut = partition(v, first, last, less);
    if (cut <= nth) first = cut;
    else last = cut;
  }
  insertionSort(v, first, last, less);
}

/** Quickselect with a median of three: the element of rank k gets to place k. `greater` puts NaN last. */
export function quickSelect(v: Int32Array, k: number, greater: Less): void {
  let left = 0;
  let right = v.length - 1;
  while (right > left) {
    if (right === left + 1) {
      if (greater(v[left], v[right])) swap(v, left, right);
      return;
    }
    swap(v, left + ((right - left) >> 1), left + 1);
    if (greater(v[left + 1], v[right])) swap(v, left + 1, right);
    if (greater(v[left], v[right])) swap(v, left, right);
    if (greater(v[left + 1], v[left])) swap(v, left + 1, left);
    let i = left + 1;
    let j = right;
    const pivot = v[left];
    for (;;) {
      do i++;
      while (greater(pivot, v[i]));
      do j--;
      while (greater(v[j], pivot));
      if (j < i) break;
      swap(v, i, j);
    }
    swap(v, left, j);
    if (j <= k) left = i;
    if (j >= k) right = j - 1;
  }
}

/** 0, 1, …, n-1. */
export function identity(n: number): Int32Array {
  const v = new Int32Array(n);
  for (let i = 0; i < n; i++) v[i] = i;
  return v;
}
