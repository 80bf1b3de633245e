import { loadTexts } from "../index.ts";
import { en } from "./en.ts";

/** Returns a text of tokens and keys. */
export const t = await loadTexts(en, () => import("./de.ts"));
