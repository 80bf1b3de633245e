import { loadTexts } from "../index.ts";
import { en } from "./en.ts";

/** Returns a text of the pages to sign in and to sign up. */
export const t = await loadTexts(en, () => import("./de.ts"));
