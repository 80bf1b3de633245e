import { loadTexts } from "../index.ts";
import { en } from "./en.ts";

/** Returns a text of organizations and invitations. */
export const t = await loadTexts(en, () => import("./de.ts"));
