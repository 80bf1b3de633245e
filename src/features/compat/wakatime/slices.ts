/** WakaTime's names of the fields by which durations are divided. Adjacent stretches with the same value are merged. */
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
