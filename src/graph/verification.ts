/** A check of a gradient in words and numbers. */
import type { Verification, VerifiedElement } from "../trace/query.ts";
import { formatNumber } from "./format-number.ts";

/** One element as a person reads it: "[0, 1]", its numbers, "pass" or what is wrong. */
export interface VerificationRow {
  place: string;
  analytic: string;
  numeric: string;
  error: string;
  status: VerifiedElement["status"];
  /** What stands at a kink: the operator and the derivatives of both sides. */
  note: string | null;
}

export function verificationRows({ elements }: Verification, digits = 6): VerificationRow[] {
  return elements.map(({ index, analytic, numeric, error, status, kink }) => ({
    place: `[${index.join(", ")}]`,
    analytic: formatNumber(analytic, { digits }),
    numeric: formatNumber(numeric, { digits }),
    error: error === null ? "–" : error === 0 ? "0" : error.toExponential(1),
    status,
    note:
      kink === undefined
        ? null
        : `kink${kink.op === null ? "" : ` of ${kink.op}`}: ${formatNumber(kink.left)} from the left, ${formatNumber(kink.right)} from the right`,
  }));
}

/** The rule by which elements pass, in words. */
export function toleranceText({ tolerance: { absolute, relative } }: Verification): string {
  return `Passes when |analytic − numeric| ≤ ${formatNumber(absolute)} + ${formatNumber(relative)} · |numeric|.`;
}

/** The whole check as lines of text. */
export function verificationText(check: Verification): string {
  const head = `${check.status}: ${check.text}\n`;
  const rows = verificationRows(check).filter(({ status }) => status !== "pass");
  const lines = rows.map(
    ({ place, analytic, numeric, error, status, note }) =>
      `  ${place} analytic ${analytic}, numeric ${numeric}, relative error ${error}: ${note ?? status}\n`,
  );
  return [head, ...lines, ...check.notes.map((note) => `  ${note}\n`)].join("");
}
