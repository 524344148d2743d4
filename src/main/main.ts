/** Entry of the main process. What must happen before Electron is ready happens here, synchronously. */
import { app, dialog } from "electron";
import { type AppShell, createAppShell } from "./app-shell.ts";
import { registerAppScheme } from "./security/app-protocol.ts";
import { guardAllContents } from "./security/web-contents-guard.ts";
import {
  fileOfSecondStart,
  fileOfWords,
  openablePath,
  ownWords,
  refusedSwitch,
  type SecondStart,
} from "./start-words.ts";

// As root Chromium has no sandbox (the launcher says so); this would take that switch back and nothing would start.
if (process.getuid?.() !== 0) app.enableSandbox();
registerAppScheme();
guardAllContents(app);

const asked: SecondStart = { file: fileOfWords(ownWords(process.argv, app.isPackaged), process.cwd()) };
const refused = app.isPackaged ? refusedSwitch(process.argv) : null;
if (refused !== null) {
  process.stderr.write(`backstep: it does not start with ${refused}.\n`);
  app.exit(1);
} else if (app.requestSingleInstanceLock(asked)) start();
else app.quit();

function start(): void {
  let file = asked.file;
  let shell: AppShell | null = null;
  const show = (path: string | null): void => {
    if (shell) shell.show(path);
    else file = path ?? file;
  };
  app.on("second-instance", (_event, _words, _folder, data) => show(fileOfSecondStart(data)));
  app.on("open-file", (event, path) => {
    event.preventDefault();
    show(openablePath(path));
  });
  app.on("window-all-closed", () => app.quit());
  app
    .whenReady()
    .then(async () => {
      shell = await createAppShell(file);
    })
    .catch((error: unknown) => {
      dialog.showErrorBox("Backstep could not start", error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
}
