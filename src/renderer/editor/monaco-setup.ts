/** Monaco with the two languages of model code. Its workers are files of the page's own origin, so the content policy needs no blob:. */
import { editor } from "monaco-editor/editor/editor.api";
import "monaco-editor/features/register.all";
import "monaco-editor/languages/definitions/markdown/register";
import "monaco-editor/languages/definitions/python/register";
import "monaco-editor/languages/definitions/typescript/register";
import EditorWorker from "monaco-editor/editor/editor.worker?worker";
import {
  ModuleKind,
  ModuleResolutionKind,
  ScriptTarget,
  typescriptDefaults,
} from "monaco-editor/languages/features/typescript/register";
import TypeScriptWorker from "monaco-editor/languages/features/typescript/ts.worker?worker";
import { palettes, type ThemeName } from "../../graph/palette.ts";

/** Where the types of `import … from "backstep"` lie for the editor: a file of ambient declarations, no module itself. */
const declarationsPath = "file:///node_modules/backstep/index.d.ts";

export function setUpMonaco(): void {
  globalThis.MonacoEnvironment = {
    getWorker: (_id, label) =>
      label === "typescript" || label === "javascript" ? new TypeScriptWorker() : new EditorWorker(),
  };
  typescriptDefaults.setCompilerOptions({
    target: ScriptTarget.ESNext,
    module: ModuleKind.ESNext,
    moduleResolution: ModuleResolutionKind.NodeJs,
    lib: ["es2023"],
    strict: true,
    noEmit: true,
    allowNonTsExtensions: true,
  });
  // Types are checked once the declarations are here: before that every import and every use of it would be an error.
  typescriptDefaults.setDiagnosticsOptions({ noSyntaxValidation: false, noSemanticValidation: true });
  for (const theme of Object.keys(palettes) as ThemeName[]) defineTheme(theme);
}

/** Types of the TypeScript front end. Empty: there are none, and types stay unchecked. */
export function setDeclarations(text: string): void {
  if (text === "") return;
  typescriptDefaults.setExtraLibs([{ content: text, filePath: declarationsPath }]);
  typescriptDefaults.setDiagnosticsOptions({ noSyntaxValidation: false, noSemanticValidation: false });
}

export function useMonacoTheme(theme: ThemeName): void {
  editor.setTheme(`backstep-${theme}`);
}

/** Syntax colours from the palette of the picture. */
function defineTheme(theme: ThemeName): void {
  const c = palettes[theme];
  const rule = (token: string, foreground: string, fontStyle = ""): editor.ITokenThemeRule => ({
    token,
    foreground: foreground.slice(1),
    fontStyle,
  });
  editor.defineTheme(`backstep-${theme}`, {
    base: theme === "light" ? "vs" : theme === "dark" ? "vs-dark" : "hc-black",
    inherit: true,
    rules: [
      rule("comment", c.textMuted, "italic"),
      rule("keyword", c.currentText),
      rule("string", c.textLeaf),
      rule("string.escape", c.textLeaf),
      rule("number", c.positiveText),
      rule("type", c.negativeText),
      rule("type.identifier", c.negativeText),
      rule("tag", c.negativeText),
      rule("identifier", c.text),
      rule("delimiter", c.textMuted),
      rule("operator", c.textMuted),
    ],
    colors: {
      "editor.background": c.surface,
      "editor.foreground": c.text,
      "editorLineNumber.foreground": c.zero,
      "editorLineNumber.activeForeground": c.text,
      "editorCursor.foreground": c.current,
      "editor.lineHighlightBackground": "#00000000",
      "editor.lineHighlightBorder": "#00000000",
      "editorGutter.background": c.surface,
      "editorWidget.background": c.surface,
      "editorWidget.border": c.border,
      "editorIndentGuide.background1": c.gridLine,
      "scrollbar.shadow": "#00000000",
      focusBorder: c.current,
    },
  });
}
