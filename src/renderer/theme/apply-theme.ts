/** The palette of the picture as CSS variables (`--c-canvas`, `--c-text-muted` …): chrome and picture share one table of colours. */
import { palettes, type ThemeName } from "../../graph/palette.ts";

export function applyTheme(theme: ThemeName, root: HTMLElement = document.documentElement): void {
  root.dataset["theme"] = theme;
  root.style.colorScheme = theme === "light" ? "light" : "dark";
  for (const [token, color] of Object.entries(palettes[theme])) {
    root.style.setProperty(`--c-${token.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, color);
  }
}

/** What the system asks for, and a call for each change. */
export function followSystemTheme(changed: (theme: ThemeName) => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const contrast = matchMedia("(prefers-contrast: more)");
  const tell = (): void => changed(contrast.matches ? "contrast" : dark.matches ? "dark" : "light");
  tell();
  dark.addEventListener("change", tell);
  contrast.addEventListener("change", tell);
  return () => {
    dark.removeEventListener("change", tell);
    contrast.removeEventListener("change", tell);
  };
}
