/** Which addresses may be opened in the person's browser: https pages of a few hosts, nothing else. */

const hosts: readonly string[] = ["docs.pytorch.org", "pytorch.org"];

/** The address as it may be handed to the system, or null. */
export function externalAddress(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const isPlain = url.username === "" && url.password === "" && url.port === "";
  return url.protocol === "https:" && isPlain && hosts.includes(url.hostname) ? url.href : null;
}
