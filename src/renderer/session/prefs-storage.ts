/** Sizes of panes, theme and the like survive a restart. */
import { defaultPrefs, type Prefs } from "../state/app-state.ts";

const key = "backstep.prefs.1";

export function loadPrefs(): Prefs {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    return merged(found);
  } catch {
    return defaultPrefs;
  }
}

/** Only known keys of the right type are taken over. */
function merged(found: unknown): Prefs {
  if (typeof found !== "object" || found === null) return defaultPrefs;
  const known = Object.entries(found).filter(
    ([name, value]) => name in defaultPrefs && typeof value === typeof defaultPrefs[name as keyof Prefs],
  );
  return { ...defaultPrefs, ...Object.fromEntries(known) };
}

export function savePrefs(prefs: Prefs): void {
  localStorage.setItem(key, JSON.stringify(prefs));
}
