/** Every command of the app, once: id, title, keys and place in the menu. Window, palette, shortcuts and native menu are views of it. */

export type MenuName = "file" | "edit" | "view" | "run" | "step" | "help";

export interface CommandInfo<Id extends string = string> {
  readonly id: Id;
  readonly title: string;
  /** "Ctrl+Shift+E", Ctrl being Cmd on a Mac; the first is the one shown. */
  readonly keys: readonly string[];
  /** Its keys act only where this has the focus; null = everywhere. */
  readonly region: "canvas" | "cell" | "notebook" | null;
  /** Menu and group in it (groups are parted by lines); null: in the palette only. */
  readonly menu: readonly [MenuName, number] | null;
}

function command<const Id extends string>(
  id: Id,
  title: string,
  keys: readonly string[],
  menu: CommandInfo["menu"],
  region: CommandInfo["region"] = null,
): CommandInfo<Id> {
  return { id, title, keys, region, menu };
}

export const commands = [
  command("file.new", "New Python file", ["Ctrl+N"], ["file", 1]),
  command("file.open", "Open file…", ["Ctrl+O"], ["file", 1]),
  command("file.close", "Close file", ["Ctrl+W"], ["file", 2]),
  command("file.save", "Save", ["Ctrl+S"], ["file", 2]),
  command("file.saveAs", "Save as…", ["Ctrl+Shift+S"], ["file", 2]),
  command("file.export", "Export…", ["Ctrl+Shift+E"], ["file", 3]),
  command("cell.insertAbove", "Insert cell above", ["A"], ["edit", 1], "notebook"),
  command("cell.insertBelow", "Insert cell below", ["B"], ["edit", 1], "notebook"),
  command("cell.moveUp", "Move cell up", ["Alt+ArrowUp"], ["edit", 1], "notebook"),
  command("cell.moveDown", "Move cell down", ["Alt+ArrowDown"], ["edit", 1], "notebook"),
  command("cell.delete", "Delete cell", ["Delete"], ["edit", 1], "notebook"),
  command("cell.toText", "Turn cell into text", ["M"], ["edit", 1], "notebook"),
  command("cell.toCode", "Turn cell into code", ["Y"], ["edit", 1], "notebook"),
  command("cell.undo", "Undo the last change of cells", ["Z", "Ctrl+Z"], ["edit", 2], "notebook"),
  command("cell.redo", "Redo the last change of cells", ["Shift+Z", "Ctrl+Shift+Z"], ["edit", 2], "notebook"),
  command("cell.next", "Next cell", ["ArrowDown", "J"], null, "notebook"),
  command("cell.previous", "Previous cell", ["ArrowUp", "K"], null, "notebook"),
  command("cell.edit", "Edit cell", ["Enter"], null, "notebook"),
  command("run.cell", "Run cell", ["Ctrl+Enter"], ["run", 1], "cell"),
  command("run.cellGoOn", "Run cell and go to the next", ["Shift+Enter"], ["run", 1], "cell"),
  command("run.start", "Run", ["Ctrl+Enter"], ["run", 1]),
  command("run.restart", "Restart the session", [], ["run", 1]),
  command("run.pause", "Pause the program", ["F6"], ["run", 1]),
  command("run.stop", "Stop", ["Ctrl+Shift+Backspace"], ["run", 1]),
  command("step.over", "Step", ["F10"], ["step", 1]),
  command("step.back", "Step back", ["Shift+F10"], ["step", 1]),
  command("step.into", "Step into", ["F11"], ["step", 1]),
  command("step.out", "Step out", ["Shift+F11"], ["step", 1]),
  command("step.next", "Next step", ["ArrowRight"], null, "canvas"),
  command("step.previous", "Previous step", ["ArrowLeft"], null, "canvas"),
  command("step.first", "First step", ["Home"], ["step", 2], "canvas"),
  command("step.last", "Last step", ["End"], ["step", 2], "canvas"),
  command("step.continue", "Continue", ["F5"], ["step", 3]),
  command("step.reverseContinue", "Continue backwards", ["Shift+F5"], ["step", 3]),
  command("step.runToCursor", "Run to cursor", ["Ctrl+F10"], ["step", 3]),
  command("step.play", "Play or pause", ["Space"], ["step", 4], "canvas"),
  command("step.faster", "Play faster", ["+", "Shift++"], ["step", 4], "canvas"),
  command("step.slower", "Play slower", ["-"], ["step", 4], "canvas"),
  command("step.nodeNext", "Next event of this node", ["]"], ["step", 5], "canvas"),
  command("step.nodePrevious", "Previous event of this node", ["["], ["step", 5], "canvas"),
  command("step.iterationNext", "Same event, next iteration", ["Ctrl+]"], ["step", 5]),
  command("step.iterationPrevious", "Same event, previous iteration", ["Ctrl+["], ["step", 5]),
  command("step.nextNan", "Next NaN or infinity", [], ["step", 5]),
  command("step.largestGradient", "Largest gradient", [], ["step", 5]),
  command("explain.none", "Why is this gradient None?", [], ["step", 7]),
  command("explain.contributors", "Who contributed to this gradient?", [], ["step", 7]),
  command("explain.verify", "Verify this gradient numerically", [], ["step", 7]),
  command("grain.phase", "Step by phase", ["Alt+1"], ["step", 6]),
  command("grain.node", "Step by node", ["Alt+2"], ["step", 6]),
  command("grain.edge", "Step by edge", ["Alt+3"], ["step", 6]),
  command("breakpoint.toggle", "Toggle breakpoint", ["F9"], ["run", 2]),
  command("breakpoint.edit", "Edit breakpoint: hit count…", ["Ctrl+F9"], ["run", 2]),
  command("breakpoint.pause", "Pause the program at breakpoints, or not", [], ["run", 2]),
  command("breakpoint.nan", "Pause at NaN or infinity, or not", [], ["run", 2]),
  command("view.fit", "Fit the graph", ["Shift+!", "Shift+1"], ["view", 1], "canvas"),
  command("view.actualSize", "Actual size", ["Shift+)", "Shift+0"], ["view", 1], "canvas"),
  command("view.zoomIn", "Zoom in", ["Ctrl+=", "Ctrl++"], ["view", 1]),
  command("view.zoomOut", "Zoom out", ["Ctrl+-"], ["view", 1]),
  command("view.larger", "Larger interface", ["Ctrl+Alt+=", "Ctrl+Alt++"], ["view", 6]),
  command("view.smaller", "Smaller interface", ["Ctrl+Alt+-"], ["view", 6]),
  command("view.designedSize", "Interface size as designed", ["Ctrl+Alt+0"], ["view", 6]),
  command("view.expandAll", "Open all groups", [], ["view", 2]),
  command("view.collapseAll", "Close all groups", [], ["view", 2]),
  command("view.secondOrder", "Show the graph of the backward pass (create_graph)", [], ["view", 3]),
  command("view.follow", "Follow the current node", [], ["view", 3]),
  command("view.plot", "Show or fold the plot over iterations", [], ["view", 3]),
  command("view.plotLog", "Plot: logarithmic scale", [], null),
  command("view.console", "Show the console", [], ["view", 4]),
  command("view.findings", "Show findings", [], ["view", 4]),
  command("view.breakpoints", "Show breakpoints", [], ["view", 4]),
  command("view.events", "Show events", [], ["view", 4]),
  command("view.nodes", "Show the graph as a list", [], ["view", 4]),
  command("view.palette", "Command palette", ["Ctrl+Shift+P", "F1"], ["view", 0]),
  command("help.shortcuts", "Keyboard shortcuts", ["Ctrl+/"], ["help", 1]),
  command("theme.system", "Theme: as the system", [], ["view", 5]),
  command("theme.light", "Theme: light", [], ["view", 5]),
  command("theme.dark", "Theme: dark", [], ["view", 5]),
  command("theme.contrast", "Theme: high contrast", [], ["view", 5]),
] as const satisfies readonly CommandInfo[];

export type CommandId = (typeof commands)[number]["id"];

export const commandIds: readonly CommandId[] = commands.map(({ id }) => id);
