import { join } from "node:path";

/** Folders beside the built file, dist/server.js. */
export const MIGRATIONS = join(import.meta.dirname, "../migrations");
export const ASSETS = join(import.meta.dirname, "assets");
