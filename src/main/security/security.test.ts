import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appPage, findAsset } from "./asset-path.ts";
import { contentPolicy } from "./content-policy.ts";
import { externalAddress } from "./external-links.ts";
import { senderProblem } from "./sender.ts";
import { isAllowedPermission, isOwnAddress } from "./session-guard.ts";
import { isOwnPage } from "./web-contents-guard.ts";
import { windowOptions } from "./window-options.ts";

describe("files of app://", () => {
  let folder = "";
  let site = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "backstep-assets-"));
    site = join(folder, "site");
    await mkdir(join(site, "assets"), { recursive: true });
    await mkdir(join(folder, "site-secret"));
    await writeFile(join(site, "index.html"), "<html>");
    await writeFile(join(site, "assets/a b.js"), "1");
    await writeFile(join(site, "assets/tool.exe"), "1");
    await writeFile(join(folder, "secret.json"), "{}");
    await writeFile(join(folder, "site-secret/secret.json"), "{}");
    await symlink(join(folder, "secret.json"), join(site, "link.json"));
    await symlink(folder, join(site, "up"));
    await symlink(join(site, "index.html"), join(site, "inside.html"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    ["app://bundle/index.html", "text/html; charset=utf-8"],
    ["app://bundle/index.html?x=1#y", "text/html; charset=utf-8"],
    ["app://bundle/assets/a%20b.js", "text/javascript; charset=utf-8"],
    ["app://bundle/inside.html", "text/html; charset=utf-8"],
  ])("%s is answered", async (address, type) => {
    expect(await findAsset(address, site)).toMatchObject({ status: 200, type });
  });

  test.each([
    "app://bundle/../secret.json",
    "app://bundle/assets/../../secret.json",
    "app://bundle/%2e%2e/secret.json",
    "app://bundle/.%2E/secret.json",
    "app://bundle/..%2fsecret.json",
    "app://bundle/%2e%2e%2fsecret.json",
    "app://bundle/..%5csecret.json",
    "app://bundle/..\\secret.json",
    "app://bundle/%252e%252e/secret.json",
    "app://bundle/index.html%00.js",
    "app://bundle/%00/index.html",
    "app://bundle//etc/passwd.json",
    "app://bundle/%2fetc/passwd.json",
    "app://bundle/file:///etc/passwd.json",
    "app://bundle/link.json",
    "app://bundle/up/secret.json",
    "app://bundle/../site-secret/secret.json",
    "app://bundle/%E0%A4%A",
    "app://bundle.evil/index.html",
    "app://other/index.html",
    "app://user@bundle/index.html",
    "app://bundle:80/index.html",
    "app:index.html",
    "file:///etc/passwd.json",
    "https://bundle/index.html",
    "not an address",
    "",
    "app://bundle/",
    "app://bundle/assets",
    "app://bundle/assets/",
    "app://bundle/missing.js",
    "app://bundle/assets/tool.exe",
  ])("%s is not", async (address) => {
    expect((await findAsset(address, site)).status).toBeGreaterThanOrEqual(403);
  });
});

test("the content policy allows the app's own files and nothing else", () => {
  expect(contentPolicy()).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; " +
      "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  );
  expect(contentPolicy("ws://localhost:5173")).toContain("connect-src 'self' ws://localhost:5173;");
});

test("every window is made with the same guarded options", async () => {
  const options = windowOptions({
    preload: "/p.cjs",
    devTools: false,
    backgroundColor: "#fff",
    bounds: { width: 1, height: 1 },
  });
  expect(options.webPreferences).toEqual({
    preload: "/p.cjs",
    devTools: false,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    v8CacheOptions: "code",
  });
  const folder = join(import.meta.dirname, "..");
  const files = (await readdir(folder, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const sources = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  const makers = sources.join("\n").match(/new (BrowserWindow|WebContentsView|BrowserView)\b.*/g);
  expect(makers).toEqual([
    "new BrowserWindow(windowOptions({ preload, devTools: !app.isPackaged, backgroundColor, bounds }));",
  ]);
});

test.each([
  ["https://docs.pytorch.org/docs/stable/notes/autograd.html", true],
  ["HTTPS://DOCS.PyTorch.org/", true],
  ["http://docs.pytorch.org/", false],
  ["https://docs.pytorch.org:8443/", false],
  ["https://docs.pytorch.org.evil.example/", false],
  ["https://evil.example/docs.pytorch.org", false],
  ["https://user:pass@docs.pytorch.org/", false],
  ["https://docs.pytorch.org@evil.example/", false],
  ["javascript:alert(1)", false],
  ["JaVaScRiPt:alert(1)", false],
  ["file:///etc/passwd", false],
  ["smb://docs.pytorch.org/share", false],
  ["ms-settings:network", false],
  ["data:text/html,x", false],
  ["app://bundle/index.html", false],
  ["//docs.pytorch.org/", false],
  ["", false],
])("%s is opened in the browser: %s", (address, opened) => {
  expect(externalAddress(address) !== null).toBe(opened);
});

describe("who may ask", () => {
  const trusted = new Set([7]);
  const page = { url: appPage, parent: null };
  test("the window's own page may", () => {
    expect(senderProblem(page, 7, trusted)).toBeNull();
  });
  test.each([
    ["a frame that is gone", null, 7],
    ["other contents", page, 8],
    ["a frame inside the page", { url: appPage, parent: page }, 7],
    ["another origin", { url: "https://evil.example/", parent: null }, 7],
    ["another host of the scheme", { url: "app://other/index.html", parent: null }, 7],
    ["a host that looks like it", { url: "https://bundle/index.html", parent: null }, 7],
    ["no address yet", { url: "", parent: null }, 7],
    ["about:blank", { url: "about:blank", parent: null }, 7],
    ["data:", { url: "data:text/html,x", parent: null }, 7],
  ])("%s may not", (_name, frame, contents) => {
    expect(senderProblem(frame, contents, trusted)).toEqual(expect.any(String));
  });
});

test.each([
  ["app://bundle/assets/a.js", true],
  ["data:image/svg+xml,x", true],
  ["blob:app://bundle/1", true],
  ["app://other/a.js", false],
  ["http://localhost:5173/a.js", false],
  ["https://example.com/", false],
  ["ws://example.com/", false],
  ["wss://example.com/", false],
  ["file:///etc/passwd", false],
  ["ftp://example.com/", false],
  ["chrome://version", false],
  ["nonsense", false],
])("the network filter lets %s pass: %s", (address, passes) => {
  expect(isOwnAddress(address, null)).toBe(passes);
});

test("under npm run dev the development server is the app's own, and nothing else", () => {
  const server = "http://localhost:5173";
  expect(isOwnAddress("http://localhost:5173/main.tsx", server)).toBe(true);
  expect(isOwnAddress("ws://localhost:5173/?token=1", server)).toBe(true);
  expect(isOwnAddress("http://localhost:5174/main.tsx", server)).toBe(false);
  expect(isOwnAddress("https://example.com/", server)).toBe(false);
});

test("copying is the only permission", () => {
  expect(isAllowedPermission("clipboard-sanitized-write")).toBe(true);
  for (const name of ["media", "geolocation", "notifications", "clipboard-read", "openExternal", "fullscreen", "usb"])
    expect(isAllowedPermission(name)).toBe(false);
});

test("a page stays where it is", () => {
  expect(isOwnPage(appPage)).toBe(true);
  expect(isOwnPage(`${appPage}#step`)).toBe(true);
  for (const address of ["app://bundle/other.html", "file:///tmp/a.py", "https://example.com/", `${appPage}.evil`])
    expect(isOwnPage(address)).toBe(false);
});
