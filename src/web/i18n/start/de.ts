import type { MessagesOf } from "../messages.ts";
import type { en } from "./en.ts";

/** Texts of the first page, in German. */
export const de: MessagesOf<typeof en> = {
  "start.title": "Willkommen, {name}",
  "start.lead": "Drei kurze Schritte, und deine Zeit hat ihren Platz.",
  "start.done_lead": "Alles ist eingerichtet.",
  "start.steps": "Erste Schritte",
  "start.step_done": "erledigt",
  "start.zone": "Zeitzone wählen",
  "start.zone_lead": "Nach ihr beginnen Tage und Wochen, auf jedem Gerät.",
  "start.zone_action": "Diese Zeitzone verwenden",
  "start.project": "Projekt anlegen",
  "start.project_lead":
    "Zeit wird auf Projekte erfasst. Kunden, Aufgaben und Tags kannst du später ergänzen.",
  "start.project_name": "Name des Projekts",
  "start.project_action": "Projekt anlegen",
  "start.connect": "Editor oder Watcher verbinden",
  "start.connect_lead":
    "Programme können für dich festhalten, woran du arbeitest. Sie senden Namen von Dateien und Fenstern, nie Inhalte.",
  "start.connect_action": "Schlüssel anlegen",
  "start.editor_1": "Installiere das WakaTime-Plugin in deinem Editor.",
  "start.editor_2": "Schreibe die Zeilen oben in die Datei .wakatime.cfg in deinem Home-Verzeichnis.",
  "start.editor_3": "Starte den Editor neu. Kurz danach erscheinen die ersten Minuten.",
  "start.watcher_1":
    "Installiere ActivityWatch und starte nur dessen Watcher, etwa aw-watcher-window und aw-watcher-afk.",
  "start.watcher_2":
    "Lade das Relay herunter: Es ergänzt das Token, wenn die Watcher senden, und braucht Node.js 20.",
  "start.watcher_3": "Starte das Relay mit dem Befehl oben, und danach die Watcher.",
  "start.watcher_hint": "Die Anleitung „Tracking clients“ beschreibt die Einstellungen jedes Watchers.",
  "start.editor": "Ein Editor",
  "start.watcher": "Ein Watcher",
  "start.zone_label": "Zeitzone",
};
