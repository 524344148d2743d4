import { DTYPES, type DTypeName, float32 } from "../../engine/dtype.ts";
import { createRuntime } from "../../engine/engine.ts";
import { defaultPrintOptions } from "../../engine/format/print-options.ts";
import { formatTensor } from "../../engine/format/tensor-text.ts";
import type { Formatter } from "../../trace/value-store.ts";

/** Prints recorded values as PyTorch prints tensors. */
export function valuePrinter(): Formatter {
  const rt = createRuntime();
  return (value, dtypeName) => {
    const dtype = DTYPES[dtypeName as DTypeName];
    if (dtype === undefined) return "";
    const t = rt.empty(value.shape, dtype);
    const { data } = t.storage;
    const { slots } = value;
    const { shape, strides } = value;
    const at = new Array<number>(shape.length).fill(0);
    const count = data.length / slots;
    let from = value.offset;
    for (let i = 0; i < count; i++) {
      for (let s = 0; s < slots; s++) data[i * slots + s] = value.data[from * slots + s];
      for (let d = shape.length - 1; d >= 0; d--) {
        from += strides[d];
        if (++at[d] < shape[d]) break;
        from -= strides[d] * shape[d];
        at[d] = 0;
      }
    }
    return formatTensor(t, defaultPrintOptions, float32);
  };
}
