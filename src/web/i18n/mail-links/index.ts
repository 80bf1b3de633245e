import { loadTexts } from "../index.ts";
import { en } from "./en.ts";

/** Returns a text of the pages that mails link to. */
export const t = await loadTexts(en, () => import("./de.ts"));
