import { loadTexts } from "../index.ts";
import { en } from "./en.ts";

/** Returns a text of the timer, of its entries, or of the changes that wait. */
export const t = await loadTexts(en, () => import("./de.ts"));
