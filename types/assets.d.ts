/** What the sources import beside code; the builds (electron.vite.config.ts, scripts/bundles.mjs) make it so. */

declare module "*?worker" {
  const WorkerOfFile: new (options?: { name?: string }) => Worker;
  export default WorkerOfFile;
}

declare module "*?raw" {
  const text: string;
  export default text;
}

declare module "*?url" {
  const address: string;
  export default address;
}

declare module "*.py" {
  const text: string;
  export default text;
}

declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

declare module "*.css" {}
