import { bool, type Data, type DType, float64, int32, int64 } from "../dtype.ts";
import { check, sizes } from "../errors.ts";
import { dense, denseArray } from "../kernels/dense.ts";
import { op } from "../op.ts";
import { resultType } from "../promotion.ts";
import { notImplementedFor, onlyReals } from "../refusals.ts";
import { isScalar, type Scalar, scalarValue } from "../scalar.ts";
import { sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./copies.ts";

/** First place in an ascending run where `v` can be inserted: before equal values, or after them when `right`. */
function place(run: Data, start: number, n: number, v: number, right: boolean, order: Data | null): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const mid = (low + high) >> 1;
    const x = run[start + (order === null ? mid : order[mid])];
    if (right ? !(x > v) : !(x >= v)) low = mid + 1;
    else high = mid;
  }
  return low;
}

function insertionPlaces(
  name: string,
  boundaries: Tensor,
  values: Tensor | Scalar,
  int: boolean,
  right: boolean,
  side: string | null,
  sorter: Tensor | null,
): Tensor {
  check(
    side === null || side === "left" || side === "right",
    () => `${name}(): side can only be 'left' or 'right' but got ${side}`,
  );
  check(
    !(right && side === "left"),
    () => `${name}(): side and right can't be set to opposites, got side of left while right was True`,
  );
  const { rt } = boundaries;
  const v = isScalar(values) ? null : values;
  const shape = v === null ? [] : v.shape;
  check(
    boundaries.ndim !== 0,
    () =>
      `${name}(): input value can be a scalar only when boundaries tensor dimension is 1, but we got boundaries tensor dim(0) and input value's dim(${shape.length}) numel(${v?.numel ?? 1})`,
  );
  check(
    boundaries.ndim === 1 ||
      (v !== null && v.ndim === boundaries.ndim && sameShape(v.shape.slice(0, -1), boundaries.shape.slice(0, -1))),
    () =>
      `torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor ${sizes(boundaries.shape)} and input value tensor ${sizes(shape)}`,
  );
  if (sorter !== null) {
    check(
      sameShape(sorter.shape, boundaries.shape),
      () =>
        `torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor ${sizes(boundaries.shape)}and got sorter tensor ${sizes(sorter.shape)}`,
    );
    check(
      sorter.dtype === int64,
      () => `torch.searchsorted(): sorter must be a tensor of long dtype but got dtype ${sorter.dtype.scalarName}`,
    );
  }
  for (const [what, t] of [
    ["input value", v],
    ["boundary", boundaries],
  ] as const)
    if (t?.contiguous === false) rt.warnOnce(`searchsorted ${what}`, scattered(what));
  const out = rt.empty(shape, int ? int32 : int64);
  const run = dense(boundaries);
  const order = sorter === null ? null : denseArray(sorter);
  const n = boundaries.shape[boundaries.ndim - 1];
  const after = right || side === "right";
  if (v === null) {
    out.data[0] = place(run.data, run.start, n, scalarValue(values as Scalar), after, order);
    return out;
  }
  const { data, start } = dense(v);
  const row = boundaries.ndim === 1 ? v.numel : (v.shape[v.ndim - 1] ?? 1);
  for (let i = 0; i < v.numel; i++) {
    const from = boundaries.ndim === 1 ? 0 : Math.floor(i / row) * n;
    out.data[i] = place(
      run.data,
      run.start + from,
      n,
      data[start + i],
      after,
      order === null ? null : (order.subarray(from, from + n) as Data),
    );
  }
  return out;
}

const scattered = (what: string): string =>
  `torch.searchsorted(): ${what} tensor is non-contiguous, this will lower the performance due to extra data copy when converting non-contiguous tensor to contiguous, please use contiguous ${what} tensor if possible. This message will only appear once per program. (Triggered internally at ../aten/src/ATen/native/BucketizationUtils.h:32.)`;

const SEARCH = "*, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None, Tensor out=None";
export const searchsorted = op({
  name: "searchsorted",
  args: ["sorted_sequence", "values", "out_int32", "right", "side", "sorter"],
  refuses: onlyReals("searchsorted_out_cpu"),
  detached: true,
  forward: (
    sequence: Tensor,
    values: Tensor | Scalar,
    int: boolean = false,
    right: boolean = false,
    side: string | null = null,
    sorter: Tensor | null = null,
  ): Tensor => insertionPlaces("torch.searchsorted", sequence, values, int, right, side, sorter),
  places: ["torch"],
  signatures: [
    `searchsorted(Tensor sorted_sequence, Tensor input, ${SEARCH})`,
    `searchsorted(Tensor sorted_sequence, Scalar self, ${SEARCH})`,
  ],
});

export const bucketize = op({
  name: "bucketize",
  args: ["self", "boundaries", "out_int32", "right"],
  refuses: onlyReals("searchsorted_out_cpu"),
  detached: true,
  forward: (self: Tensor | Scalar, boundaries: Tensor, int: boolean = false, right: boolean = false): Tensor => {
    check(boundaries.ndim === 1, () => `boundaries tensor must be 1 dimension, but got dim(${boundaries.ndim})`);
    return insertionPlaces("torch.searchsorted", boundaries, self, int, right, null, null);
  },
  places: ["torch"],
  signatures: [
    "bucketize(Tensor input, Tensor boundaries, *, bool out_int32=False, bool right=False, Tensor out=None)",
    "bucketize(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False)",
  ],
});

/** Counts (or weights) of the values 0, 1, …. */
export const bincount = op({
  name: "bincount",
  args: ["self", "weights", "minlength"],
  detached: true,
  forward: (self: Tensor, weights: Tensor | null = null, minlength: number = 0): Tensor => {
    check(minlength >= 0, () => "minlength should be >= 0");
    if (self.dtype.kind !== "int") throw notImplementedFor("bincount_cpu", self.dtype);
    const data = denseArray(self);
    check(
      (self.ndim === 1 || self.numel === 0) && !data.some((v) => v < 0),
      () => "bincount only supports 1-d non-negative integral inputs.",
    );
    check(
      weights === null || (weights.ndim === 1 && weights.numel === self.numel),
      () => "weights should be 1-d and have the same length as input",
    );
    let n = minlength;
    for (const v of data) n = Math.max(n, v + 1);
    const type: DType = weights === null ? int64 : weights.dtype.name === "float32" ? weights.dtype : float64;
    const out = self.rt.empty([n], type);
    const w = weights === null ? null : denseArray(cast(weights, type));
    for (let i = 0; i < data.length; i++) out.data[data[i]] += w === null ? 1 : w[i];
    return out;
  },
  places: ["torch", "Tensor"],
  signatures: ["bincount(Tensor input, Tensor? weights=None, int64_t minlength=0)"],
});

/** Bounds of a histogram: as given, or the data's, moved apart by `spread` each where they are equal. Error: not finite. */
function bounds(self: Tensor, min: number, max: number, spread: number): [number, number] {
  let [low, high] = [min, max];
  if (low === high && self.numel > 0) {
    const data = denseArray(self);
    low = Number.POSITIVE_INFINITY;
    high = Number.NEGATIVE_INFINITY;
    for (const v of data) {
      if (v < low || v !== v) low = v;
      if (v > high || v !== v) high = v;
    }
  }
  if (low === high) {
    low -= spread;
    high += spread;
  }
  check(Number.isFinite(low) && Number.isFinite(high), () => `range of [${text(low)}, ${text(high)}] is not finite`);
  return [low, high];
}
const text = (x: number): string =>
  x !== x ? "nan" : x === Number.POSITIVE_INFINITY ? "inf" : x === Number.NEGATIVE_INFINITY ? "-inf" : String(x);

function requireFloat(self: Tensor): void {
  if (self.dtype.name !== "float32" && self.dtype !== float64) throw notImplementedFor("histogramdd", self.dtype);
}

/** Numbers of elements in equal bins between min and max (both 0: the data's range). */
export const histc = op({
  name: "histc",
  args: ["self", "bins", "min", "max"],
  detached: true,
  forward: (self: Tensor, bins: number = 100, min: Scalar = 0, max: Scalar = 0): Tensor => {
    if (self.dtype.kind === "complex") throw notImplementedFor("aminmax_cpu", self.dtype);
    if (self.dtype.kind === "bool") throw notImplementedFor("linspace_cpu", self.dtype);
    if (self.dtype.kind !== "float") throw notImplementedFor("histogram_cpu", self.dtype);
    check(bins > 0, () => `torch.histogram(): bins must be > 0, but got ${bins} for dimension 0`);
    const { round } = self.dtype;
    const [a, b] = [round(scalarValue(min)), round(scalarValue(max))];
    check(a <= b, () => "torch.histc: max must be larger than min");
    const [low, high] = bounds(self, a, b, 1);
    const out = self.rt.empty([bins], self.dtype);
    const { data, start } = dense(self);
    const width = round(high - low);
    for (let i = 0; i < self.numel; i++) {
      const v = data[start + i];
      if (!(v >= low && v <= high)) continue;
      const at = Math.trunc(round(round(round(v - low) * bins) / width));
      out.data[at === bins ? bins - 1 : at] += 1;
    }
    return out;
  },
  places: ["torch", "Tensor"],
  signatures: ["histc(Tensor input, int64_t bins=100, Scalar min=0, Scalar max=0, *, Tensor out=None)"],
});

/** Numbers (or weights) of elements in bins, and the bins' edges. */
function histogramOf(self: Tensor, edges: Tensor, weight: Tensor | null, density: boolean): Tensor[] {
  requireFloat(self);
  check(
    edges.dtype === self.dtype,
    () =>
      `torch.histogram(): input tensor and bins tensors should have the same dtype, but got input with dtype ${self.dtype.scalarName} and bins for dimension 0 with dtype ${edges.dtype.scalarName}`,
  );
  const e = denseArray(edges);
  const bins = e.length - 1;
  const out = self.rt.empty([bins], self.dtype);
  const { data, start } = dense(self);
  const w = weight === null ? null : denseArray(weight);
  for (let i = 0; i < self.numel; i++) {
    const v = data[start + i];
    if (!(v >= e[0] && v <= e[bins])) continue;
    const at = Math.min(place(e, 0, e.length, v, true, null) - 1, bins - 1);
    out.data[at] += w === null ? 1 : w[i];
  }
  if (density) {
    let total = 0;
    for (const v of out.data) total += v;
    for (let k = 0; k < bins; k++) out.data[k] = out.data[k] / total / (e[k + 1] - e[k]);
  }
  return [out, edges];
}

const HISTOGRAM = "Tensor? weight=None, bool density=False, TensorList out=None";
export const histogram = op({
  name: "histogram",
  args: ["self", "bins", "weight", "density"],
  detached: true,
  forward: (self: Tensor, bins: Tensor, weight: Tensor | null = null, density: boolean = false): Tensor[] =>
    histogramOf(self, bins, weight, density),
  places: ["torch", "Tensor"],
  resultNames: ["hist", "bin_edges"],
  signatures: [
    `histogram(Tensor input, Tensor bins, *, ${HISTOGRAM})`,
    {
      text: `histogram(Tensor input, int64_t bins=100, *, ArrayRef<double>? range=None, ${HISTOGRAM})`,
      call: (self: Tensor, bins: number, range: number[] | null, weight: Tensor | null, density: boolean) => {
        check(bins > 0, () => `torch.histogram(): bins must be > 0, but got ${bins} for dimension 0`);
        requireFloat(self);
        const [low, high] = range === null ? bounds(self, 0, 0, 0.5) : bounds(self, range[0], range[1], 0.5);
        const edges = self.rt.empty([bins + 1], self.dtype);
        const { round } = self.dtype;
        const step = round((high - low) / bins);
        for (let k = 0; k <= bins; k++)
          edges.data[k] = k < Math.floor((bins + 1) / 2) ? low + step * k : high - step * (bins - k);
        return histogram(self, edges, weight, density);
      },
    },
  ],
});

/** Which elements occur in another tensor. */
export const isin = op({
  name: "isin",
  args: ["elements", "test_elements", "assume_unique", "invert"],
  refuses: {
    bool: "Unsupported input type encountered for isin(): Bool",
    complex: "Unsupported input type encountered for isin(): ComplexFloat",
  },
  detached: true,
  forward: (
    elements: Tensor | Scalar,
    test: Tensor | Scalar,
    _assumeUnique: boolean = false,
    invert: boolean = false,
  ): Tensor => {
    const { rt } = (isScalar(elements) ? test : elements) as Tensor;
    const type = resultType(rt, [elements, test]);
    const known = new Set(isScalar(test) ? [type.round(scalarValue(test))] : cast(test, type).toArray());
    const values = isScalar(elements) ? [type.round(scalarValue(elements))] : cast(elements, type).toArray();
    const out = rt.empty(isScalar(elements) ? [] : elements.shape, bool);
    for (const [i, v] of values.entries()) out.data[i] = (v === v && known.has(v)) !== invert ? 1 : 0;
    return out;
  },
  places: ["torch"],
  signatures: [
    "isin(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False, Tensor out=None)",
    "isin(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False, Tensor out=None)",
    "isin(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False, Tensor out=None)",
  ],
});
