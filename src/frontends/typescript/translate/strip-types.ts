import { transform } from "sucrase";
import { TranslateError } from "./translate-error.ts";

/**
 * TypeScript without its types: JavaScript on the same lines; enums and parameter properties become code. Errors:
 * TranslateError where the source is no TypeScript.
 */
export function stripTypes(source: string): string {
  let code: string;
  try {
    ({ code } = transform(source, { transforms: ["typescript"], disableESTransforms: true, filePath: "model.ts" }));
  } catch (error) {
    throw syntaxError(error);
  }
  checkNamespaces(source, code);
  return code;
}

/** sucrase says "Error transforming model.ts: Unexpected token (3:7)". */
function syntaxError(error: unknown): TranslateError {
  const message = error instanceof Error ? error.message : String(error);
  const match = /^(?:Error transforming [^:]*: )?(.*?)(?: \((\d+):(\d+)\))?$/s.exec(message);
  const place = error as { loc?: { line?: number; column?: number } };
  const line = Number(match?.[2] ?? place.loc?.line ?? 1);
  const column = Number(match?.[3] ?? (place.loc?.column ?? 0) + 1) - 1;
  return new TranslateError(match?.[1] ?? message, line, Math.max(column, 0));
}

/** sucrase drops namespaces with code in them: running without that code would be wrong. */
function checkNamespaces(source: string, code: string): void {
  const lines = source.split("\n");
  const kept = code.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const match = /^\s*(?:export\s+)?(namespace|module)\s+[\w$.]+\s*\{/.exec(lines[i]);
    if (match !== null && !(kept[i] ?? "").includes(match[1]))
      throw new TranslateError("TypeScript namespaces are not supported: use plain functions or an object", i + 1, 0);
  }
}
