import { loadTexts } from "../index.ts";
import { en } from "./en.ts";

/** Returns a text of the lists of projects, clients, tasks and tags. */
export const t = await loadTexts(en, () => import("./de.ts"));
