import { loadTexts } from "../index.ts";
import { en } from "./en.ts";

/** Returns a text of the list of sessions. */
export const t = await loadTexts(en, () => import("./de.ts"));
