import type { MessagesOf } from "../messages.ts";
import type { en } from "./en.ts";

/** Texts of the time settings, in German. */
export const de: MessagesOf<typeof en> = {
  "time.lead": "Danach werden Tage und Wochen gezählt, auch für die Vergangenheit.",
  "time.counting": "Zählung",
  "time.counting_lead": "Berichte verwenden Änderungen sofort.",
  "time.zone": "Zeitzone",
  "time.zone_hint": "Wähle hier neu, wenn du umziehst.",
  "time.week_start": "Erster Tag der Woche",
  "time.day_start": "Tagesgrenze",
  "time.day_start_hint": "Arbeit vor dieser Zeit zählt zum Vortag.",
  "time.idle": "Untätig nach (Minuten)",
  "time.idle_hint": "Eine längere Lücke zwischen zwei Zeichen von Aktivität zählt nicht.",
  "time.streak": "Ein Tag zählt ab (Minuten)",
  "time.streak_hint": "Weniger Zeit setzt eine Serie nicht fort.",
  "time.overlap": "Zeiteinträge dürfen sich überschneiden",
  "time.overlap_hint": "Sonst wird ein Eintrag abgelehnt, der Zeit mit einem anderen teilt.",
};
