/** The kinds of files that are opened, one entry per ending. */
import { extname } from "node:path";
import type { DocumentKind } from "../../ipc/documents.ts";

const mebibyte = 2 ** 20;

export interface OpenableKind {
  readonly kind: DocumentKind | "snapshot";
  /** Bytes. */
  readonly most: number;
}

const python: OpenableKind = { kind: "python", most: 4 * mebibyte };
const typescript: OpenableKind = { kind: "typescript", most: 4 * mebibyte };
/** Outputs may hold pictures. */
const notebook: OpenableKind = { kind: "notebook", most: 64 * mebibyte };
const snapshot: OpenableKind = { kind: "snapshot", most: 512 * mebibyte };

const kinds: Record<string, OpenableKind> = {
  ".py": python,
  ".ipynb": notebook,
  ".ts": typescript,
  ".json": snapshot,
  ".backstep": snapshot,
  // Exports with the run inside.
  ".svg": snapshot,
  ".png": snapshot,
  ".html": snapshot,
};

export function openableKind(path: string): OpenableKind | null {
  return kinds[extname(path).toLowerCase()] ?? null;
}

const endingsOf = (...wanted: OpenableKind["kind"][]): string[] =>
  Object.entries(kinds).flatMap(([ending, { kind }]) => (wanted.includes(kind) ? [ending.slice(1)] : []));

/** Filters of the dialog for opening. */
export const openFilters = [
  { name: "Programs and snapshots", extensions: Object.keys(kinds).map((ending) => ending.slice(1)) },
  { name: "Python", extensions: endingsOf("python", "notebook") },
  { name: "TypeScript", extensions: endingsOf("typescript") },
  { name: "Snapshots, and exports with the run inside", extensions: endingsOf("snapshot") },
];

/** Filters of the dialog for saving. */
export const saveFilters: Record<DocumentKind, { name: string; extensions: string[] }[]> = {
  python: [{ name: "Python", extensions: endingsOf("python") }],
  typescript: [{ name: "TypeScript", extensions: endingsOf("typescript") }],
  notebook: [{ name: "Notebook", extensions: endingsOf("notebook") }],
};

export const endingList = Object.keys(kinds).join(", ");
