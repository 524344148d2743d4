/** Marks as Monaco decorations. */
import type { editor } from "monaco-editor/editor/editor.api";
import type { SourceLocation } from "../../trace/events.ts";
import { hitCountWords } from "../state/hit-count.ts";
import type { CellMarks } from "./source-marks.ts";

export function decorationsOf(marks: CellMarks, lineCount: number): editor.IModelDeltaDecoration[] {
  const list: editor.IModelDeltaDecoration[] = [];
  const line = (number: number, options: editor.IModelDecorationOptions): void => {
    if (number < 1 || number > lineCount) return;
    list.push({ range: { startLineNumber: number, startColumn: 1, endLineNumber: number, endColumn: 1 }, options });
  };
  /** The whole line, wrapped as it may be, and one sign in the margin at its beginning. */
  const whole = (number: number, className: string, glyph: string, words: string): void => {
    line(number, { isWholeLine: true, className });
    line(number, { glyphMarginClassName: glyph, glyphMarginHoverMessage: { value: words } });
  };
  const columns = (at: SourceLocation, className: string): void => {
    if (at.line > lineCount || at.endLine > lineCount || (at.endLine === at.line && at.endColumn <= at.column)) return;
    list.push({
      range: {
        startLineNumber: at.line,
        startColumn: at.column + 1,
        endLineNumber: at.endLine,
        endColumn: at.endColumn + 1,
      },
      options: { inlineClassName: className },
    });
  };
  if (marks.selected) line(marks.selected.line, { isWholeLine: true, className: "mark-selected" });
  if (marks.done) {
    whole(marks.done.line, "mark-done", "gutter-done", "The current step comes from this line");
    columns(marks.done, "mark-done-columns");
  }
  if (marks.next && marks.next.line !== marks.done?.line) {
    line(marks.next.line, {
      glyphMarginClassName: "gutter-next",
      glyphMarginHoverMessage: { value: "The next step comes from this line" },
    });
  }
  if (marks.paused) whole(marks.paused, "mark-paused", "gutter-paused", "The program is paused here");
  for (const { line: at, mark, state, stale } of marks.sections) {
    whole(at, "mark-section", "gutter-run", "Run this cell");
    const end = Number.MAX_SAFE_INTEGER;
    const content = stale ? `${mark} edited since it ran` : mark;
    list.push({
      range: { startLineNumber: at, startColumn: end, endLineNumber: at, endColumn: end },
      options: {
        showIfCollapsed: true,
        after: { content, inlineClassName: `section-mark section-${state}`, cursorStops: null },
      },
    });
  }
  for (const { line: at, enabled, only } of marks.breakpoints) {
    const what = only ? `Breakpoint at ${hitCountWords(only)}` : "Breakpoint";
    const how = "click to remove, right-click for its hit count";
    line(at, {
      glyphMarginClassName: `gutter-breakpoint${enabled ? "" : " off"}${only ? " only" : ""}`,
      glyphMarginHoverMessage: { value: enabled ? `${what} (${how})` : `${what}, switched off` },
    });
  }
  if (marks.error) {
    const first = marks.error.message.split("\n")[0] ?? "";
    line(marks.error.line, {
      isWholeLine: true,
      className: "mark-error",
      hoverMessage: { value: marks.error.message },
      overviewRuler: { color: "#d1242f", position: 4 },
    });
    if (marks.error.line <= lineCount) {
      const end = Number.MAX_SAFE_INTEGER;
      list.push({
        range: { startLineNumber: marks.error.line, startColumn: end, endLineNumber: marks.error.line, endColumn: end },
        options: {
          showIfCollapsed: true,
          after: { content: first.slice(0, 160), inlineClassName: "inline-error", cursorStops: null },
        },
      });
    }
  }
  return list;
}
