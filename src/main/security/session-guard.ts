/** What the session refuses to every page: permissions, devices and the network. */
import type { Session } from "electron";
import { appHost, appScheme } from "./asset-path.ts";

/** Copying text by a button. */
const allowedPermissions: readonly string[] = ["clipboard-sanitized-write"];

/** Schemes that stay inside the page or its developer tools. */
const innerSchemes: readonly string[] = ["data:", "blob:", "devtools:"];

export function guardSession(session: Session, devServer: string | null): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(isAllowedPermission(permission)));
  session.setPermissionCheckHandler((_contents, permission) => isAllowedPermission(permission));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOwnAddress(url, devServer) }));
}

export function isAllowedPermission(permission: string): boolean {
  return allowedPermissions.includes(permission);
}

/** @param devServer under `npm run dev` its address and its socket are the app's own, too */
export function isOwnAddress(address: string, devServer: string | null): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  if (url.protocol === `${appScheme}:`) return url.host === appHost;
  if (
    devServer !== null &&
    [new URL(devServer).origin, new URL(devServer.replace(/^http/, "ws")).origin].includes(url.origin)
  ) {
    return true;
  }
  return innerSchemes.includes(url.protocol);
}
