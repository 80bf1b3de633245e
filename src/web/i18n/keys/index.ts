import { loadTexts } from "../index.ts";
import { en } from "./en.ts";

/** Returns a text of the keyboard map and of the command palette. */
export const t = await loadTexts(en, () => import("./de.ts"));
