import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { requestNames } from "../src/ipc/requests.ts";
import { type LaunchedApp, launchApp, projectFolder } from "./launch.ts";

// One session for all: first a person's work that must stay quiet, then what must be refused.
let running: LaunchedApp;
let page: Page;
let folder = "";

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backstep-security-"));
  await writeFile(join(folder, "dropped.py"), "dropped = 1\n");
  await writeFile(join(folder, "dropped.exe"), "MZ");
  running = await launchApp();
  page = running.page;
  await page.locator(".welcome").waitFor();
});

test.afterAll(async () => {
  await running?.close();
  await rm(folder, { recursive: true, force: true });
});

const windowCount = () => running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
/** Later than the call that brought it, since a debugger's own call may evaluate what the page may not. */
const later = (script: string): Promise<string> =>
  page.evaluate(
    (text) =>
      new Promise<string>((resolve) => {
        setTimeout(() => {
          try {
            // biome-ignore lint/security/noGlobalEval: that it fails is the test
            resolve(`ran: ${window.eval(text)}`);
          } catch (error) {
            resolve((error as Error).name);
          }
        });
      }),
    script,
  );

test("a session with editor, dialogs, themes and a run violates no policy, asks nothing outside and writes no error", async () => {
  await page.getByRole("button", { name: "Fan-out and accumulation" }).click();
  await page.locator(".monaco-editor .view-lines").first().waitFor();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("run-status")).not.toHaveText(/^(Ready|Running)/, { timeout: 60_000 });
  await page.keyboard.press("F1");
  await page.getByLabel("Command, node or step").fill("dark");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+/");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+N");
  await page.locator(".monaco-editor").first().click();
  await page.keyboard.type("import to");
  await page.getByRole("heading", { name: "Step through" }).waitFor({ state: "hidden" });
  expect(running.watched).toEqual({ consoleErrors: [], policyViolations: [], outsideRequests: [] });
});

test("the built app holds nothing of npm run dev, and its preload needs only Electron", async () => {
  const main = await readFile(join(projectFolder, "out/main/main.js"), "utf8");
  expect(main).not.toContain("ELECTRON_RENDERER_URL");
  const preload = await readFile(join(projectFolder, "out/preload/preload.cjs"), "utf8");
  expect(new Set(preload.match(/require\([^)]*\)/g))).toEqual(new Set(['require("electron")']));
});

test("a dropped file opens and does not become the page; other kinds are refused", async () => {
  const address = page.url();
  await running.app.evaluate(({ dialog }) => {
    // Text was typed above: it is given up.
    dialog.showMessageBox = (async () => ({ response: 1, checkboxChecked: false })) as typeof dialog.showMessageBox;
  });
  const devtools = await page.context().newCDPSession(page);
  const drop = async (name: string): Promise<void> => {
    const data = { items: [], files: [join(folder, name)], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await devtools.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
  };
  await drop("dropped.exe");
  await expect(page.getByText("dropped.exe is of no kind that is opened.")).toBeVisible();
  await drop("dropped.py");
  await expect(page.locator(".monaco-editor .view-lines").first()).toContainText("dropped");
  expect(page.url()).toBe(address);
});

test("the page has nothing of Node or Electron, and only the bridge of the app's own", async () => {
  expect(await page.evaluate(() => location.protocol)).toBe("app:");
  const kinds = await page.evaluate(() =>
    ["process", "require", "module", "Buffer", "global", "ipcRenderer", "electron", "__dirname"].map(
      (name) => typeof (globalThis as Record<string, unknown>)[name],
    ),
  );
  expect(new Set(kinds)).toEqual(new Set(["undefined"]));
  const names = await page.evaluate(() => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
    frame.remove();
    return Object.getOwnPropertyNames(window).filter((name) => !usual.has(name) && !/^\d+$/.test(name));
  });
  // What the page's own libraries put there, beside the bridge.
  const libraries = /^(MonacoEnvironment|_VSCODE_|__playwright|monaco|__pw|_monaco|vscodeWindowId$)/;
  expect(names.filter((name) => !libraries.test(name))).toEqual(["backstep"]);
});

test("the bridge is exactly the table of requests and cannot be changed", async () => {
  const surface = await page.evaluate(() => {
    const bridge = window.backstep as unknown as Record<string, unknown>;
    const before = bridge["run"];
    try {
      bridge["run"] = () => "mine";
      bridge["added"] = 1;
      (window as unknown as Record<string, unknown>)["backstep"] = {};
    } catch {
      // Strict code is told so.
    }
    return {
      names: Object.keys(bridge).sort(),
      same: bridge["run"] === before && window.backstep === (bridge as unknown),
    };
  });
  expect(surface).toEqual({ names: [...requestNames, "onEvent"].sort(), same: true });
});

test("a message of another shape is refused with a code, and so are forged tokens, paths and files", async () => {
  const answers = await page.evaluate(async () => {
    const bridge = window.backstep as unknown as Record<string, (...args: unknown[]) => Promise<{ code?: string }>>;
    const tries: [string, unknown][] = [
      ["run", { name: "a.py", kind: "python", cells: [{ index: 0, source: "", more: 1 }] }],
      ["run", null],
      ["openToken", "/etc/passwd"],
      ["openToken", `file-${"0".repeat(32)}`],
      ["openExample", "../../package"],
      ["ask", { name: "constructor", request: {} }],
      ["save", { token: "/etc/passwd", name: "x", kind: "python", text: "", ask: false }],
      ["dropped", new File(["x"], "made-up.py")],
    ];
    const codes: (string | undefined)[] = [];
    for (const [name, input] of tries) codes.push((await bridge[name]?.(input))?.code);
    return codes;
  });
  expect(answers).toEqual([
    "bad-message",
    "bad-message",
    "bad-message",
    "not-found",
    "bad-message",
    "bad-message",
    "bad-message",
    "bad-message",
  ]);
});

test("no file outside the window's folder is answered", async () => {
  const statuses = await page.evaluate(async () => {
    const addresses = [
      "app://bundle/%2e%2e/package.json",
      "app://bundle/..%2f..%2fpackage.json",
      "app://bundle/missing.js",
    ];
    return Promise.all(addresses.map(async (address) => (await fetch(address)).status));
  });
  for (const status of statuses) expect([403, 404]).toContain(status);
});

test("a webview holds no page", async () => {
  const before = await running.app.evaluate(({ webContents }) => webContents.getAllWebContents().length);
  await page.evaluate(() => {
    const view = document.body.appendChild(document.createElement("webview"));
    view.setAttribute("src", "https://example.invalid/");
  });
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
  expect(await running.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(before);
});

test("inline scripts, text as code and foreign addresses are blocked", async () => {
  expect(await later("1 + 1")).toBe("EvalError");
  const blocked = await page.evaluate(async () => {
    const violated: string[] = [];
    document.addEventListener("securitypolicyviolation", (event) => violated.push(event.effectiveDirective));
    const marked = window as unknown as { inline?: number };
    const script = document.createElement("script");
    script.textContent = "window.inline = 1";
    document.body.append(script);
    const foreign = document.createElement("script");
    foreign.src = "https://example.invalid/x.js";
    document.body.append(foreign);
    const button = document.createElement("button");
    button.setAttribute("onclick", "window.inline = 2");
    button.click();
    const image = document.createElement("img");
    image.src = "https://example.invalid/x.png";
    document.body.append(image);
    const fetched = await fetch("https://example.invalid/").then(
      () => "fetched",
      () => "refused",
    );
    let worker = "made";
    try {
      const made = new Worker(URL.createObjectURL(new Blob(["postMessage(1)"])));
      worker = await new Promise((resolve) => {
        made.onmessage = () => resolve("ran");
        made.onerror = () => resolve("refused");
      });
    } catch {
      worker = "refused";
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { inline: marked.inline, fetched, worker, violated: [...new Set(violated)].sort() };
  });
  expect(blocked).toMatchObject({ inline: undefined, fetched: "refused", worker: "refused" });
  expect(blocked.violated).toEqual(
    expect.arrayContaining(["connect-src", "img-src", "script-src-attr", "script-src-elem", "worker-src"]),
  );
});

test("behind the policy the session cancels every request that is not the app's own", async () => {
  const tried = await running.app.evaluate(async ({ session }) => {
    const results: string[] = [];
    for (const address of ["https://example.invalid/", "http://127.0.0.1:9/", "http://[::1]:9/x", "https://1.1.1.1/"]) {
      results.push(
        await session.defaultSession.fetch(address).then(
          () => "answered",
          (error: Error) => error.message,
        ),
      );
    }
    return results;
  });
  for (const result of tried) expect(result).toContain("ERR_BLOCKED_BY_CLIENT");
});

test("permissions are denied without a question", async () => {
  const answers = await page.evaluate(async () => {
    const names = ["geolocation", "notifications", "camera", "microphone", "clipboard-read", "midi"];
    const states = await Promise.all(
      names.map((name) => navigator.permissions.query({ name: name as PermissionName }).then(({ state }) => state)),
    );
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => "given",
      (error: Error) => error.name,
    );
    const place = await new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve("given"),
        ({ code }) => resolve(code),
      ),
    );
    return { states, media, place, notification: await Notification.requestPermission() };
  });
  expect(new Set(answers.states)).toEqual(new Set(["denied"]));
  expect(answers.media).toMatch(/NotAllowedError|NotFoundError/);
  expect(answers).toMatchObject({ place: 1, notification: "denied" });
});

test("a frame inside the page has no bridge, and none of the app's pages shows in a frame", async () => {
  const found = await page.evaluate(async () => {
    const blank = document.body.appendChild(document.createElement("iframe"));
    const inner = blank.contentWindow as unknown as Record<string, unknown>;
    const kind = [typeof inner["backstep"], typeof inner["require"], typeof inner["process"]];
    const own = document.createElement("iframe");
    own.src = location.href;
    const loaded = new Promise((resolve) => {
      own.onload = resolve;
      setTimeout(resolve, 1000);
    });
    document.body.append(own);
    await loaded;
    let holds = false;
    try {
      holds = own.contentDocument?.querySelector("#app") !== null && own.contentDocument !== null;
    } catch {
      // Another origin: the error page.
    }
    blank.remove();
    own.remove();
    return { kind, holds };
  });
  expect(found).toEqual({ kind: ["undefined", "undefined", "undefined"], holds: false });
});

// Last: Playwright waits ever after for the end of the navigations that were never begun.
test("no window opens, and the page stays where it is", async () => {
  const address = page.url();
  expect(await page.evaluate(() => window.open("https://example.invalid/"))).toBeNull();
  expect(await page.evaluate(() => window.open("about:blank"))).toBeNull();
  expect(await windowCount()).toBe(1);
  for (const target of [
    "https://example.invalid/",
    "file:///etc/passwd",
    "app://bundle/missing.html",
    "data:text/html,x",
  ]) {
    await page.evaluate((to) => {
      location.href = to;
    }, target);
    await page.evaluate((to) => {
      const link = document.body.appendChild(document.createElement("a"));
      link.href = to;
      link.target = "_blank";
      link.click();
      link.remove();
    }, target);
  }
  await page.evaluate(() => {
    const form = document.body.appendChild(document.createElement("form"));
    form.action = "https://example.invalid/";
    form.submit();
    form.remove();
  });
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  expect(page.url()).toBe(address);
  expect(await windowCount()).toBe(1);
  expect(await page.evaluate(() => document.querySelector(".window") !== null)).toBe(true);
});
