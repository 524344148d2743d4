/** What the build puts into the sources. */
interface ImportMeta {
  readonly env: {
    /** True only under `npm run dev`; what stands behind it is not in the built app. */
    readonly DEV: boolean;
  };
}
