import { loadTexts } from "../index.ts";
import { en } from "./en.ts";

/** Returns a text of the page of the user's data. */
export const t = await loadTexts(en, () => import("./de.ts"));
