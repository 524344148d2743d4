/** The app:// scheme: how the page reaches its files, with the content policy on every answer. */
import { readFile } from "node:fs/promises";
import { net, protocol, type Session } from "electron";
import { appHost, appScheme, findAsset } from "./asset-path.ts";
import { contentPolicy } from "./content-policy.ts";

/** Must be called before the app is ready. Without `supportFetchAPI` the page could not fetch its own files. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export interface AppProtocolOptions {
  /** The window's built files. */
  readonly folder: string;
  /** Address of the development server, only under `npm run dev`. */
  readonly devServer: string | null;
}

export function serveAppScheme(session: Session, { folder, devServer }: AppProtocolOptions): void {
  const headers = {
    "Content-Security-Policy": contentPolicy(devServer?.replace(/^http/, "ws")),
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
  };
  session.protocol.handle(appScheme, async (request) => {
    if (request.method !== "GET") return new Response(null, { status: 405, headers });
    if (import.meta.env.DEV && devServer) return fromDevServer(request, devServer, headers);
    const found = await findAsset(request.url, folder);
    if (found.status !== 200) return new Response(null, { status: found.status, headers });
    return new Response(await readFile(found.path), { headers: { ...headers, "Content-Type": found.type } });
  });
}

/** The same origin and policy as in the built app; only the files come from elsewhere. */
async function fromDevServer(request: Request, devServer: string, headers: Record<string, string>): Promise<Response> {
  const { pathname, search, host } = new URL(request.url);
  if (host !== appHost) return new Response(null, { status: 403, headers });
  const answer = await net.fetch(new URL(pathname + search, devServer).href, {
    // The server answers a style sheet as such only to who asks for one.
    headers: { Accept: request.headers.get("Accept") ?? "*/*" },
  });
  const type = answer.headers.get("Content-Type") ?? "text/plain";
  return new Response(answer.body, { status: answer.status, headers: { ...headers, "Content-Type": type } });
}
