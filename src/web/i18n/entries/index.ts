import { loadTexts } from "../index.ts";
import { en } from "./en.ts";

/** Returns a text of the pages of time entries. */
export const t = await loadTexts(en, () => import("./de.ts"));
