import type { MessagesOf } from "../messages.ts";
import type { en } from "./en.ts";

/** Texts of the page of the user's data, in German. */
export const de: MessagesOf<typeof en> = {
  "data.lead": "Sie gehören dir: nimm sie mit, oder lass sie löschen.",
  "export.title": "Alles exportieren",
  "export.lead": "Eine JSON-Datei mit allem, was über dich gespeichert ist, ohne Geheimnisse.",
  "export.action": "Herunterladen",
  "delete.title": "Konto löschen",
  "delete.lead": "Beendet sofort jeden Zugang. Nach 30 Tagen wird alles gelöscht.",
  "delete.action": "Mein Konto löschen",
  "delete.explain":
    "Du wirst überall abgemeldet, und alle Tokens und Kalender-Abos enden. 30 Tage lang können die Betreiber dieses Dienstes das Konto wiederherstellen; danach werden alle Daten gelöscht.",
  "delete.confirm": "Gib zur Bestätigung deinen Benutzernamen „{username}“ ein",
  "delete.mismatch": "muss dein Benutzername sein",
};
