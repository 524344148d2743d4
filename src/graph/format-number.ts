/** Numbers, shapes and bytes as people read them: the only place where the picture turns numbers to text. */
import type { ValueSummary } from "../trace/query.ts";

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((d) => superscripts[Number(d)]).join("");
  return exponent < 0 ? `⁻${digits}` : digits;
}

/**
 * Four significant digits, "−" for minus, "×10ⁿ" beyond 10⁵ and below 10⁻³, at least one decimal ("−6.0") unless `integer`.
 * Accepts the trace's "nan", "inf", "-inf".
 */
export function formatNumber(value: number | string, options: { digits?: number; integer?: boolean } = {}): string {
  const { digits = 4, integer = false } = options;
  const x = typeof value === "number" ? value : parseNumber(value);
  if (Number.isNaN(x)) return "NaN";
  const sign = x < 0 || Object.is(x, -0) ? "−" : "";
  const a = Math.abs(x);
  if (a === Number.POSITIVE_INFINITY) return `${sign}∞`;
  if (a === 0) return integer ? "0" : `${sign}0.0`;
  if (integer && a < 1e15) return sign + groupDigits(String(a));
  // Rounding to the asked digits may carry into the next power of ten, so read the exponent after rounding.
  const [mantissa = "", exponentText = "0"] = a.toExponential(digits - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent >= 5 || exponent < -3) return `${sign}${trimZeros(mantissa)}×10${superscript(exponent)}`;
  // Five digits before the point are shown in full: "12350.0" would claim what it does not know.
  if (exponent >= digits) return sign + (Number.isInteger(a) ? `${a}.0` : a.toFixed(0));
  return sign + trimZeros(Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - exponent)));
}

function trimZeros(text: string): string {
  if (!text.includes(".")) return `${text}.0`;
  return text.replace(/0+$/, "").replace(/\.$/, ".0");
}

/** "10⁻⁶", "1", "10³". */
export function formatPower(exponent: number): string {
  return exponent === 0 ? "1" : `10${superscript(exponent)}`;
}

/** The trace writes non-finite elements as strings. */
export function parseNumber(value: number | string): number {
  if (typeof value === "number") return value;
  if (value === "inf") return Number.POSITIVE_INFINITY;
  if (value === "-inf") return Number.NEGATIVE_INFINITY;
  return value === "nan" ? Number.NaN : Number(value);
}

function groupDigits(digits: string): string {
  return digits.length <= 4 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** 1870 → "1 870" (thin space). */
export function formatCount(n: number): string {
  return n < 0
    ? `−${String(-n).replace(/\B(?=(\d{3})+$)/g, "\u202f")}`
    : String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** 12288 → "12 KB". */
export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const text = size >= 10 || unit === 0 ? String(Math.round(size)) : size.toFixed(1).replace(/\.0$/, "");
  return `${text} ${units[unit]}`;
}

/** [4, 3] → "[4×3]"; a scalar → "scalar". */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? "scalar" : `[${shape.join("×")}]`;
}

/** Number of elements. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isInteger(dtype: string): boolean {
  return /int|bool/.test(dtype);
}

/**
 * A value in few characters: the number of a scalar, all elements of a tensor of up to three, else "mean ± standard deviation"
 * (`as: "value"`) or "norm …" (`as: "gradient"`).
 */
export function formatValue(value: ValueSummary, as: "value" | "gradient" = "value", digits = 4): string {
  const count = elementCount(value.shape);
  if (count === 0) return "empty";
  const integer = isInteger(value.dtype);
  const one = (x: number | string): string =>
    value.dtype.endsWith("bool")
      ? Number(x)
        ? "True"
        : "False"
      : formatNumber(x, { integer, digits: count === 3 ? 3 : digits });
  if (count === 1 && value.preview.length > 0) return one(value.preview[0] as number | string);
  if (count <= 3 && value.preview.length >= count) return `[${value.preview.slice(0, count).map(one).join(", ")}]`;
  const stats = value.stats;
  if (!stats) return `[${value.preview.slice(0, 3).map(one).join(", ")}, …]`;
  if (stats.nan > 0) return `${formatCount(stats.nan)} NaN`;
  if (stats.inf > 0) return `${formatCount(stats.inf)} ∞`;
  if (as === "gradient" && stats.norm !== null) return `norm ${formatNumber(stats.norm, { digits: 3 })}`;
  if (stats.mean === null) return "";
  const mean = formatNumber(stats.mean, { digits: 3 });
  return stats.std === null ? mean : `${mean} ± ${formatNumber(stats.std, { digits: 3 })}`;
}

/** Short dtype without the module: "torch.float32" → "float32". */
export function formatDtype(dtype: string): string {
  return dtype.replace(/^torch\./, "");
}
