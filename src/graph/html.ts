/**
 * A run as one HTML page that anyone can open and step through: pictures, sentences, a small stepper; no network, no other files.
 * Its content policy allows exactly the one script and the one style in it, by hash.
 */
import { snapshotElement } from "./embedded-snapshot.ts";
import { escapeXml, jsonForScript } from "./escape.ts";
import { legendMarks } from "./frame.ts";
import { stepperScript, stepperStyle } from "./html-stepper.ts";
import { palettes, type ThemeName } from "./palette.ts";
import type { Picture } from "./picture.ts";
import { sha256Base64 } from "./sha256.ts";
import { createSvgWriter, type SvgElement } from "./svg.ts";

export interface HtmlStep {
  picture: Picture;
  /** Steps with the same key share one layout (same scene structure and collapsed groups). */
  layout: string;
}

export interface HtmlOptions {
  title: string;
  theme?: ThemeName;
  /** Index into `steps` shown first. */
  start?: number;
  /** Source text to show below the picture. */
  source?: string;
  /** "Backstep 0.1.0". */
  generator?: string;
  /** Snapshot to embed, so that the page can be opened as a run again: ASCII text. */
  snapshot?: string;
}

/** The page. Only what changes from step to step is stored. Throws RangeError without steps. */
export function picturesToHtml(steps: readonly HtmlStep[], options: HtmlOptions): string {
  const first = steps[0];
  if (!first) throw new RangeError("There is no step to export.");
  const theme = options.theme ?? "light";
  const palette = palettes[theme];
  const writer = createSvgWriter(theme, "");
  const shells: { elements: SvgElement[]; picture: Picture }[] = [];
  const shellOf = new Map<string, number>();
  const previous: Map<string, string>[] = [];
  const data = steps.map(({ picture, layout }) => {
    const elements = writer.elements(picture);
    let shell = shellOf.get(layout);
    if (shell === undefined) {
      shell = shells.length;
      shellOf.set(layout, shell);
      shells.push({ elements, picture });
      previous.push(new Map());
    }
    const known = previous[shell] as Map<string, string>;
    const changed = elements.filter(({ id, markup }) => known.get(id) !== markup);
    for (const { id, markup } of changed) known.set(id, markup);
    return {
      shell,
      caption: picture.caption,
      focus: picture.nodes.find((node) => node.classes.includes("current"))?.key ?? null,
      set: Object.fromEntries(changed.map(({ id, markup }) => [id, markup])),
    };
  });
  // Patterns are known only after all steps are written.
  const defs = writer.defs();
  const documents = shells.map(({ elements, picture }) =>
    writer.document(picture.bounds, {
      title: picture.title,
      caption: "",
      background: false,
      inner: defs,
      body: elements.map(({ markup }) => markup).join("\n"),
    }),
  );
  const style = stepperStyle({
    canvas: palette.canvas,
    surface: palette.surface,
    text: palette.text,
    muted: palette.textMuted,
    border: palette.border,
    accent: palette.current,
  });
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${sha256Base64(stepperScript)}'`,
    `style-src 'sha256-${sha256Base64(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const title = escapeXml(options.title);
  const source =
    options.source === undefined
      ? ""
      : `<details><summary>Source</summary><pre>${escapeXml(options.source)}</pre></details>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeXml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="${escapeXml(options.generator ?? "Backstep")}">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${title}</h1><p>Step with the arrow keys, or play.</p></header>
<main id="stage" tabindex="0" aria-label="Computation graph"></main>
<footer>
<p id="caption" role="status" aria-live="polite"></p>
<div class="controls">
<button id="first" type="button">First</button>
<button id="back" type="button">Back</button>
<button id="play" type="button">Play</button>
<button id="next" type="button">Next</button>
<button id="last" type="button">Last</button>
<input id="slider" type="range" min="0" max="${steps.length - 1}" value="0" aria-label="Step">
<span id="count"></span>
<label>Speed <select id="speed"><option value="1600">slow</option><option value="800" selected>normal</option><option value="250">fast</option></select></label>
<button id="fit" type="button" aria-pressed="false">Fit</button>
</div>
<div class="legend">${legendSvg(first.picture, theme)}</div>
${source}</footer>
${options.snapshot === undefined ? "" : `<template>${snapshotElement(options.snapshot)}</template>\n`}<script type="application/json" id="data">${jsonForScript({ shells: documents, steps: data, start: options.start ?? 0 })}</script>
<script>${stepperScript}</script>
</body>
</html>
`;
}

function legendSvg(picture: Picture, theme: ThemeName): string {
  const writer = createSvgWriter(theme, "legend-");
  const width = 1180;
  const { marks, bottom } = legendMarks(picture.legend, 4, 4, width - 8);
  const parts = { title: "Legend", caption: "", background: false, inner: "", body: writer.frame(marks) };
  return writer.document({ x: 0, y: 0, width, height: bottom }, parts);
}
