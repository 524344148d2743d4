/** How Monaco shows texts, whole scripts and cells. */
import type { editor } from "monaco-editor/editor/editor.api";
import { fontStack } from "../../graph/text-metrics.ts";

/** The editor of a cell is as high as its text. Returns what ends that. */
export function fitToText(widget: editor.IStandaloneCodeEditor, element: HTMLElement): () => void {
  const fit = (): void => {
    const height = widget.getContentHeight();
    element.style.height = `${height}px`;
    widget.layout({ width: element.clientWidth, height });
  };
  fit();
  const listening = widget.onDidContentSizeChange(fit);
  const observer = new ResizeObserver(fit);
  observer.observe(element.parentElement as HTMLElement);
  return () => {
    listening.dispose();
    observer.disconnect();
  };
}

/** `grows`: a section of a notebook; a script fills its pane. */
export function editorOptions(grows: boolean, label: string): editor.IStandaloneEditorConstructionOptions {
  return {
    ariaLabel: label,
    automaticLayout: false,
    fontFamily: fontStack.mono,
    fontSize: 13,
    lineHeight: 20,
    minimap: { enabled: false },
    glyphMargin: true,
    lineNumbersMinChars: 3,
    lineDecorationsWidth: 4,
    folding: false,
    scrollBeyondLastLine: false,
    renderLineHighlight: "none",
    overviewRulerLanes: grows ? 0 : 2,
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    padding: { top: grows ? 4 : 8, bottom: grows ? 4 : 8 },
    wordWrap: grows ? "on" : "off",
    scrollbar: grows
      ? { vertical: "hidden", horizontal: "hidden", handleMouseWheel: false, alwaysConsumeMouseWheel: false }
      : { verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
    stickyScroll: { enabled: false },
    contextmenu: true,
    fixedOverflowWidgets: true,
    unicodeHighlight: { ambiguousCharacters: false },
    tabSize: 4,
  };
}
