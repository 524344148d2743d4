/** Which file an app:// address means: only files inside the window's built folder, whatever the address tries. */
import { realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";

export const appScheme = "app";
export const appHost = "bundle";
/** The page that the window shows. */
export const appPage = `${appScheme}://${appHost}/index.html`;

/** Kinds of files that the window is made of; others do not exist for it. */
const mimeTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".map": "application/json",
};

export type FoundAsset = { status: 200; path: string; type: string } | { status: 403 | 404 };

const forbidden: FoundAsset = { status: 403 };
const missing: FoundAsset = { status: 404 };

/**
 * @param address as asked for
 * @param folder the only folder whose files may be answered
 */
export async function findAsset(address: string, folder: string): Promise<FoundAsset> {
  const pathname = ownPath(address);
  if (pathname === null) return forbidden;
  const type = mimeTypes[extname(pathname)];
  if (type === undefined) return missing;
  try {
    const root = await realpath(folder);
    // Through links to where the file really is.
    const path = await realpath(join(root, pathname));
    if (!path.startsWith(root + sep)) return forbidden;
    return (await stat(path)).isFile() ? { status: 200, path, type } : missing;
  } catch {
    return missing;
  }
}

/** The decoded path of an address of the app's own host; null when it is another's or tries to leave. */
function ownPath(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol !== `${appScheme}:` || url.host !== appHost || url.username !== "" || url.password !== "")
    return null;
  // The address as it was written: the parser has already taken away what climbs.
  if (/(^|[/\\])(\.|%2e){2}([/\\?#]|%2f|%5c|$)/i.test(address)) return null;
  if (/%2f|%5c|%00|\\/i.test(address)) return null;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  const isClean = !/[\0\\]|%/.test(path) && !path.split("/").includes("..");
  return isClean ? path : null;
}
