import type { MessagesOf } from "../messages.ts";
import type { en } from "./en.ts";

/** Texts of the keyboard map and of the command palette, in German. */
export const de: MessagesOf<typeof en> = {
  "keys.title": "Tastenkürzel",
  "keys.everywhere": "Überall",
  "keys.go": "Gehe zu",
  "keys.entries": "In der Liste der Einträge",
  "keys.off":
    "Einzelne Tasten sind in den Einstellungen ausgeschaltet. Nur Kürzel mit Strg oder Command funktionieren.",
  "keys.switch": "Einzelne Tasten lassen sich in den Einstellungen ausschalten.",
  "keys.preferences": "Einstellungen öffnen",
  "keys.then": "dann",
  "keys.close": "Schließen",
  "keys.palette": "Suchen und ausführen",
  "keys.help": "Diese Übersicht zeigen",
  "keys.timer_text": "Timer starten: eingeben, woran du arbeitest",
  "keys.timer_stop": "Timer stoppen",
  "keys.timer_continue": "Letzten Eintrag fortsetzen",
  "keys.undo": "Rückgängig machen, was eine Meldung anbietet",
  "keys.row_next": "Nächster Eintrag",
  "keys.row_previous": "Voriger Eintrag",
  "keys.row_select": "Eintrag auswählen",
  "keys.row_edit": "Eintrag bearbeiten",
  "keys.row_delete": "Eintrag löschen",

  "palette.title": "Suchen und ausführen",
  "palette.field": "Seite, Projekt oder Aktion",
  "palette.results": "Ergebnisse",
  "palette.count": { one: "{count} Ergebnis", other: "{count} Ergebnisse" },
  "palette.none": "Nichts gefunden. Versuche ein anderes Wort.",
  "palette.page": "Seite",
  "palette.action": "Aktion",
  "palette.project": "Projekt",
  "palette.new_project": "Neues Projekt",
  "palette.new_client": "Neuer Kunde",
  "palette.new_task": "Neue Aufgabe",
  "palette.new_tag": "Neues Schlagwort",
};
