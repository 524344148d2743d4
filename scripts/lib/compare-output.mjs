/** Compares what two runs of a program printed: equal words, numbers equal but for their last digits. */

/** What differs between any two runs, whoever runs them. */
const masks = [
  [/\x1b\[[0-9;]*[A-Za-z]/g, ""],
  [/\b0x[0-9a-f]{6,}\b/gi, "0x…"],
  [/\b\d+(\.\d+)?(e-\d+)? ?(ns|us|µs|ms|s|secs?|seconds?|m|mins?|minutes?)\b/g, "… s"],
  [/\b\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?/g, "DATE"],
  [/\b\d{1,2}:\d\d:\d\d(\.\d+)?\b/g, "TIME"],
  [/ \(Triggered internally at [^)]*\)/g, ""],
];

/** A bar of tqdm, or what is left of one. */
const progressBar = /\d+%\|.*\||\d+it \[|[\d.?]+(it|s|batch|epoch)\/(s|it)\b/;

const number = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?\b(?:nan|inf)\b/gi;

/**
 * The lines that say something: what a carriage return overwrote, progress bars, addresses, times and dates are taken out.
 * @param {string} text
 * @returns {string[]}
 */
export function tellingLines(text) {
  const lines = text.split("\n").map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "");
  while (lines.at(-1) === "") lines.pop();
  return lines
    .filter((line) => !progressBar.test(line))
    .map((line) => masks.reduce((masked, [sign, shown]) => masked.replace(sign, String(shown)), line).trimEnd());
}

/**
 * What standard error tells of the program itself: warnings, and of a traceback the frames that lie in it and the exception.
 * @param {string} text
 * @param {string} program file name
 * @returns {string[]}
 */
export function tellingErrors(text, program) {
  const told = [];
  let foreign = false;
  for (const line of tellingLines(text)) {
    const frame = /^ +File "(.*?)", line (\d+), in (.*)$/.exec(line);
    if (frame) {
      foreign = !frame[1]?.endsWith(program);
      if (!foreign) told.push(`  line ${frame[2]}, in ${frame[3]}`);
    } else if (/^\S+:\d+: \w*Warning: /.test(line)) {
      // PyTorch points into itself where Backstep points at the program's line, so the place does not count, nor the line shown.
      foreign = true;
      told.push(line.replace(/^\S+:\d+: /, ""));
    } else if (!/^\s/.test(line) || !foreign) {
      foreign = false;
      told.push(line);
    }
  }
  return told;
}

/**
 * Whether two lines say the same: words to the letter, whole numbers exactly, others within `tolerance` (relative) or two units of
 * the last digit printed. Spaces count, unless the numbers between them differ in their digits.
 * @param {string} a
 * @param {string} b
 * @param {number} tolerance
 */
export function sameLine(a, b, tolerance) {
  if (a === b) return true;
  const numbersA = a.match(number) ?? [];
  const numbersB = b.match(number) ?? [];
  const words = (/** @type {string} */ line) => line.replace(number, "#").replace(/\s+/g, " ").replace(/ ?# ?/g, "#");
  if (numbersA.length !== numbersB.length || words(a) !== words(b)) return false;
  if (numbersA.every((text, i) => text === numbersB[i])) return false;
  return numbersA.every((text, i) => sameNumber(text, numbersB[i] ?? "", tolerance));
}

/**
 * @param {string} a
 * @param {string} b
 * @param {number} tolerance
 */
function sameNumber(a, b, tolerance) {
  if (a === b) return true;
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) || Number.isNaN(y) || (Number.isInteger(x) && /^[-+]?\d+$/.test(a + b.replace(/^[-+]/, ""))))
    return false;
  const unit = Math.max(lastPlace(a), lastPlace(b));
  return Math.abs(x - y) <= Math.max(tolerance * Math.max(Math.abs(x), Math.abs(y)), 2.000001 * unit);
}

/**
 * What one unit in the last printed digit of a number is worth; 0 for a whole number.
 * @param {string} text
 */
function lastPlace(text) {
  const [digits = "", exponent = "0"] = text.toLowerCase().split("e");
  const decimals = digits.includes(".") ? digits.length - digits.indexOf(".") - 1 : 0;
  return decimals === 0 && exponent === "0" ? 0 : 10 ** (Number(exponent) - decimals);
}

/** How far apart lines may stand that are still taken for each other. */
const reach = 40;

/**
 * @param {readonly string[]} peer
 * @param {readonly string[]} ours
 * @param {number} tolerance relative, for numbers with a fraction
 * @returns {{ line: number, peer: string[], ours: string[] }[]} the differing stretches; `line` counts the peer's from 1
 */
export function differences(peer, ours, tolerance) {
  const found = [];
  for (let p = 0, o = 0; p < peer.length || o < ours.length; ) {
    if (p < peer.length && o < ours.length && sameLine(peer[p] ?? "", ours[o] ?? "", tolerance)) {
      p++;
      o++;
      continue;
    }
    const [skippedPeer, skippedOurs] = resume(peer, ours, p, o, tolerance);
    found.push({ line: p + 1, peer: peer.slice(p, p + skippedPeer), ours: ours.slice(o, o + skippedOurs) });
    p += skippedPeer;
    o += skippedOurs;
  }
  return found;
}

/**
 * How many lines of each side to pass over until both say the same again: the fewest together.
 * @param {readonly string[]} peer
 * @param {readonly string[]} ours
 * @param {number} p
 * @param {number} o
 * @param {number} tolerance
 */
function resume(peer, ours, p, o, tolerance) {
  for (let sum = 1; sum <= reach; sum++) {
    for (let i = 0; i <= sum; i++) {
      const [a, b] = [peer[p + i], ours[o + sum - i]];
      if (a !== undefined && b !== undefined && a !== "" && sameLine(a, b, tolerance)) return [i, sum - i];
    }
  }
  return [peer.length - p, ours.length - o];
}
