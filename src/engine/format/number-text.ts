/** Numbers as Python prints them. */

/** repr(float): shortest digits that read back, exponent form below 1e-4 and from 1e16. */
export function pythonFloat(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0.0" : "0.0";
  const [mantissa, exponentText] = x.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16)
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  const digits = mantissa.replace("-", "").replace(".", "");
  const sign = x < 0 ? "-" : "";
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return `${sign}${digits}${"0".repeat(exponent + 1 - digits.length)}.0`;
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** "%.{digits}e" with a two-digit exponent at least. */
export function scientific(x: number, digits: number): string {
  const [mantissa, exponent] = evenExponential(x, digits).split("e");
  const e = Number(exponent);
  return `${Object.is(x, -0) ? `-${mantissa}` : mantissa}e${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}`;
}

/** toExponential rounds exact ties away from zero; C's printf to even. */
function evenExponential(x: number, digits: number): string {
  const text = x.toExponential(digits);
  // A double that ends in 5 right after the last digit and has no more digits is an exact tie.
  const exact = x.toExponential(Math.min(digits + 30, 100));
  const rest = exact.slice(exact.indexOf("e") - 30, exact.indexOf("e"));
  if (!/^50*$/.test(rest)) return text;
  const last = Number(
    exact[exact.indexOf("e") - 31] === "." ? exact[exact.indexOf("e") - 32] : exact[exact.indexOf("e") - 31],
  );
  if (last % 2 === 1) return text;
  return `${exact.slice(0, exact.indexOf("e") - 30).replace(/\.$/, "")}${exact.slice(exact.indexOf("e"))}`;
}

/** "%.{digits}f", rounded from the exact binary value, ties to even; "-0.0000" keeps its sign. */
export function fixed(x: number, digits: number): string {
  if (Math.abs(x) >= 1e21) return `${BigInt(x)}.${"0".repeat(digits)}`.replace(/\.$/, "");
  const text = tieToEven(x, digits);
  return Object.is(x, -0) || (x < 0 && !text.startsWith("-")) ? `-${text.replace("-", "")}` : text;
}

/** toFixed rounds exact ties away from zero; C's printf to even. */
function tieToEven(x: number, digits: number): string {
  const text = x.toFixed(digits);
  // Only a number without bits below 2^-(digits+1) can be a tie, and one more decimal digit writes it out.
  if (!Number.isInteger(x * 2 ** (digits + 1))) return text;
  const exact = x.toFixed(digits + 1);
  const below = exact.slice(0, -1).replace(/\.$/, "");
  return exact.endsWith("5") && Number(below.at(-1)) % 2 === 0 ? below : text;
}

/** A number as C++ streams print it: six digits. */
export function streamed(x: number): string {
  if (!Number.isFinite(x)) return String(x).replace("Infinity", "inf").replace("NaN", "nan");
  const [digits, exponent] = x.toExponential(5).split("e").map(Number);
  if (x !== 0 && (exponent < -4 || exponent >= 6))
    return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  return String(Number(x.toPrecision(6)));
}
