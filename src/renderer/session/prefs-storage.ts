/** Sizes of panes, theme and the like survive a restart. */
import { defaultPrefs, type Prefs } from "../state/app-state.ts";

const key = "backstep.prefs.1";

/** What was kept; what was not is as for a window of this width. */
export function loadPrefs(windowWidth: number): Prefs {
  const defaults = defaultPrefs(windowWidth);
  try {
    return merged(JSON.parse(localStorage.getItem(key) ?? "{}"), defaults);
  } catch {
    return defaults;
  }
}

/** Only known keys of the right type are taken over. */
function merged(found: unknown, defaults: Prefs): Prefs {
  if (typeof found !== "object" || found === null) return defaults;
  const known = Object.entries(found).filter(
    ([name, value]) => name in defaults && typeof value === typeof defaults[name as keyof Prefs],
  );
  return { ...defaults, ...Object.fromEntries(known) };
}

export function savePrefs(prefs: Prefs): void {
  localStorage.setItem(key, JSON.stringify(prefs));
}
