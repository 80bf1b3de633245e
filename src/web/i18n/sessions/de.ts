import type { MessagesOf } from "../messages.ts";
import type { en } from "./en.ts";

/** Texts of the list of sessions, in German. */
export const de: MessagesOf<typeof en> = {
  "sessions.lead": "Die Geräte, auf denen du angemeldet bist.",
  "sessions.list": "Angemeldet",
  "sessions.count": { one: "{count} Sitzung", other: "{count} Sitzungen" },
  "sessions.this": "Dieses Gerät",
  "sessions.unknown_device": "Unbekanntes Gerät",
  "sessions.seen": "aktiv {when}",
  "sessions.since": "seit {when}",
  "sessions.end": "Abmelden",
  "sessions.end_one": "{device} abmelden",
  "sessions.end_lead": "Das Gerät wird sofort abgemeldet.",
  "sessions.end_others": "Alle anderen Geräte abmelden",
  "sessions.end_others_lead": "Nur dieses Gerät bleibt angemeldet.",
  "sessions.ended": "Abgemeldet.",
};
