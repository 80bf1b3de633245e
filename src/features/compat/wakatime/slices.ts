/** Of what stretches of the same are one, where nothing comes between them; as WakaTime calls it. */
export const SLICES = [
  "project",
  "branch",
  "language",
  "category",
  "editor",
  "entity",
  "machine",
  "os",
  "dependencies",
] as const;

export type Slice = (typeof SLICES)[number];
