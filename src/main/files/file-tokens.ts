/** Names for files that a person chose. Pages get only the names, so no page can make the app read or write any other file. */
import { randomBytes } from "node:crypto";
import { CodedError } from "../../ipc/result.ts";

export interface FileTokens {
  /** The name of a file, the same for the same path. */
  give(path: string): string;
  /** @throws CodedError "not-found" when it was not handed out in this session */
  path(token: string): string;
}

export function createFileTokens(): FileTokens {
  const byPath = new Map<string, string>();
  const byToken = new Map<string, string>();
  return {
    give(path) {
      const known = byPath.get(path);
      if (known) return known;
      const token = `file-${randomBytes(16).toString("hex")}`;
      byPath.set(path, token);
      byToken.set(token, path);
      return token;
    },
    path(token) {
      const path = byToken.get(token);
      if (path === undefined) throw new CodedError("not-found", "This file is not known any more: open it again.");
      return path;
    },
  };
}
