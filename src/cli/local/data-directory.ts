import { join } from "node:path";

/** Default data directory of the embedded database. */
export const DATA_DIR = join(import.meta.dirname, "../../../.data");
