/** The content policy of every answer of app://: only the app's own files, no inline script, no evaluation, no network. */

/** @param hotReload address of the development server's socket, only under `npm run dev` */
export function contentPolicy(hotReload: string | null = null): string {
  const directives: Record<string, string> = {
    "default-src": "'none'",
    "script-src": "'self'",
    // Monaco writes style attributes and sheets.
    "style-src": "'self' 'unsafe-inline'",
    // data: figures of programs and cursors; blob: pictures on their way to a file.
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": hotReload === null ? "'self'" : `'self' ${hotReload}`,
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}
