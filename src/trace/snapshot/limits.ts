/** What a snapshot may be large. The writer stays below all of these, whatever the run; the reader refuses more. */
export const LIMITS = {
  /** Bytes of the file. */
  file: 400 * 2 ** 20,
  /** Bytes of all columns after inflating. */
  columns: 1024 * 2 ** 20,
  /** Bytes of tensor numbers written; the oldest beyond become statistics. */
  numbers: 128 * 2 ** 20,
  /** Elements of all values together (several may be views of the same numbers): bounds the time that looking at them takes. */
  elements: 2 ** 30,
  /** Texts and locations. */
  rows: 2 ** 22,
  shapes: 2 ** 18,
  /** Characters of all texts together. */
  text: 64 * 2 ** 20,
  /** Dimensions of a tensor (PyTorch's limit is the same). */
  dimensions: 64,
  /** Outputs of a node whose operator was never seen. */
  unseenOutputs: 64,
  /** Elements of one value per number that it is made of, for views that overlap themselves. */
  overlap: 64,
  /** Depth and characters of the view's state, which the trace does not understand. */
  viewDepth: 64,
  view: 4 * 2 ** 20,
} as const;
