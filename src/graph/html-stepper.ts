/** Script and style of the exported page. Plain ES2020, runs from a file, needs no network. */

/**
 * Data: shells = whole SVG documents, one per layout; steps = [{ shell, caption, set: { id: markup } }]. The state of step k is the
 * shell with, for each id, the last markup set at or before k since the shell's first step.
 */
export const stepperScript = `"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const stage = document.getElementById("stage");
  const caption = document.getElementById("caption");
  const slider = document.getElementById("slider");
  const count = document.getElementById("count");
  const playButton = document.getElementById("play");
  const speed = document.getElementById("speed");
  const steps = data.steps;
  const histories = data.shells.map(() => new Map());
  steps.forEach((step, k) => {
    for (const [id, markup] of Object.entries(step.set)) {
      const list = histories[step.shell].get(id) || [];
      list.push({ k, markup });
      histories[step.shell].set(id, list);
    }
  });
  let shell = -1;
  let shown = new Map();
  let at = -1;
  let timer = 0;

  function entryAt(list, k) {
    let low = 0, high = list.length - 1, found = -1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (list[middle].k <= k) { found = middle; low = middle + 1; } else { high = middle - 1; }
    }
    return found;
  }
  function show(k, announce) {
    k = Math.max(0, Math.min(steps.length - 1, k));
    const step = steps[k];
    if (step.shell !== shell) {
      shell = step.shell;
      stage.innerHTML = data.shells[shell];
      shown = new Map();
    }
    for (const [id, list] of histories[shell]) {
      const entry = entryAt(list, k);
      if (entry === shown.get(id)) continue;
      const element = document.getElementById(id);
      if (entry < 0 || !element) continue;
      element.outerHTML = list[entry].markup;
      shown.set(id, entry);
    }
    at = k;
    slider.value = String(k);
    slider.setAttribute("aria-valuetext", step.caption);
    count.textContent = (k + 1) + " / " + steps.length;
    caption.textContent = step.caption;
    if (announce !== false) keepInView(step.focus);
  }
  function keepInView(id) {
    const element = id && document.getElementById(id);
    if (!element) return;
    const box = element.getBoundingClientRect();
    const view = stage.getBoundingClientRect();
    if (box.top >= view.top && box.bottom <= view.bottom && box.left >= view.left && box.right <= view.right) return;
    stage.scrollBy({
      left: box.left + box.width / 2 - view.left - view.width / 2,
      top: box.top + box.height / 2 - view.top - view.height / 2,
      behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
    });
  }
  function stop() {
    clearInterval(timer);
    timer = 0;
    playButton.textContent = "Play";
  }
  function play() {
    if (timer) { stop(); return; }
    if (at >= steps.length - 1) show(0);
    playButton.textContent = "Pause";
    timer = setInterval(() => {
      if (at >= steps.length - 1) stop(); else show(at + 1);
    }, Number(speed.value));
  }
  const actions = {
    first: () => show(0),
    back: () => show(at - 1),
    play,
    next: () => show(at + 1),
    last: () => show(steps.length - 1),
  };
  for (const [id, action] of Object.entries(actions)) {
    document.getElementById(id).addEventListener("click", () => { if (id !== "play") stop(); action(); });
  }
  slider.max = String(steps.length - 1);
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  speed.addEventListener("change", () => { if (timer) { stop(); play(); } });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
    const keys = { ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last", " ": "play", F10: event.shiftKey ? "back" : "next" };
    const id = keys[event.key];
    if (!id || (event.key === " " && event.target.tagName === "BUTTON")) return;
    event.preventDefault();
    if (id !== "play") stop();
    actions[id]();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); });
  const fit = document.getElementById("fit");
  fit.addEventListener("click", () => {
    const fitted = stage.classList.toggle("fitted");
    fit.setAttribute("aria-pressed", String(fitted));
  });
  show(Math.min(data.start, steps.length - 1), false);
})();
`;

/** Style of the page; colours come as custom properties from the palette. */
export function stepperStyle(colors: {
  canvas: string;
  surface: string;
  text: string;
  muted: string;
  border: string;
  accent: string;
}): string {
  return `:root{--canvas:${colors.canvas};--surface:${colors.surface};--text:${colors.text};--muted:${colors.muted};--border:${colors.border};--accent:${colors.accent}}
*{box-sizing:border-box}
body{margin:0;height:100vh;display:flex;flex-direction:column;background:var(--canvas);color:var(--text);font:14px/1.45 Inter,"Segoe UI",system-ui,sans-serif}
header{padding:10px 16px;border-bottom:1px solid var(--border);display:flex;gap:16px;align-items:baseline}
h1{font-size:16px;margin:0}
header p{margin:0;color:var(--muted)}
#stage{flex:1;overflow:auto;padding:8px;min-height:0}
#stage svg{display:block;margin:0 auto}
#stage.fitted svg{width:100%;height:100%}
footer{border-top:1px solid var(--border);padding:10px 16px;background:var(--surface)}
#caption{min-height:1.5em;margin:0 0 8px;font-weight:600}
.controls{display:flex;gap:8px;align-items:center;flex-wrap:wrap}
button,select{font:inherit;color:inherit;background:var(--canvas);border:1px solid var(--border);border-radius:6px;padding:4px 12px;min-height:32px}
button:hover{border-color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
#slider{flex:1;min-width:160px;accent-color:var(--accent)}
#count{color:var(--muted);font-variant-numeric:tabular-nums;min-width:6em;text-align:right}
.legend{overflow-x:auto}
details{margin-top:8px;color:var(--muted)}
pre{white-space:pre-wrap;max-height:30vh;overflow:auto}
`;
}
