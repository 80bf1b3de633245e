import type { MessagesOf } from "../messages.ts";
import type { en } from "./en.ts";

/** Texts of the pages that mails link to, in German. */
export const de: MessagesOf<typeof en> = {
  "passwords.to_sign_in": "Zurück zur Anmeldung",
  "forgot.title": "Passwort zurücksetzen",
  "forgot.lead":
    "Gib deine E-Mail-Adresse ein. Wir schicken dir einen Link, um ein neues Passwort zu wählen.",
  "forgot.action": "Link schicken",
  "forgot.sent_title": "Sieh in dein Postfach",
  "forgot.sent": "Wenn ein Konto die Adresse {email} hat, ist eine E-Mail mit einem Link unterwegs.",
  "forgot.sent_hint": "Der Link gilt eine halbe Stunde. Kommt keine E-Mail an, sieh im Spam-Ordner nach.",
  "reset.title": "Passwort wählen",
  "reset.lead": "Überall, wo du jetzt angemeldet bist, wirst du abgemeldet.",
  "reset.action": "Passwort speichern",
  "reset.ask_again": "Neuen Link anfordern",
  "reset.done_title": "Das Passwort ist gespeichert",
  "reset.done": "Melde dich damit an. Alle Sitzungen, Tokens und Kalender-Abos wurden beendet.",
  "reset.still_opens":
    "Damit lässt sich das Konto weiterhin öffnen. Entferne unter „Sicherheit“, was nicht dir gehört:",
  "link.incomplete": "Dieser Link ist unvollständig. Öffne ihn noch einmal aus der E-Mail.",
  "verify.title": "E-Mail-Adresse bestätigen",
  "verify.lead": "Bestätige, dass diese Adresse dir und deinem Konto gehört.",
  "verify.action": "Adresse bestätigen",
  "verify.done": "Deine Adresse ist bestätigt",
  "confirm.title": "Neue E-Mail-Adresse bestätigen",
  "confirm.lead": "Dein Konto bekommt die Adresse, an die die E-Mail ging.",
  "confirm.action": "Adresse bestätigen",
  "confirm.done": "Deine E-Mail-Adresse wurde geändert",
  "confirm.waiting":
    "Bestätigt. Die Adresse ändert sich, sobald die alte Adresse zustimmt, oder nach drei Tagen",
  "stop.title": "Änderung der E-Mail-Adresse stoppen",
  "stop.lead":
    "Das Konto behält seine bisherige Adresse. Ist die Änderung schon erfolgt, wird sie rückgängig gemacht, und jeder Zugang zum Konto endet.",
  "stop.action": "Änderung stoppen",
  "stop.done": "Die Änderung wurde gestoppt",
  "stop.next": "Jemand anderes kennt vielleicht dein Passwort. Wähle jetzt ein neues.",
  "approve.title": "Neue E-Mail-Adresse genehmigen",
  "approve.lead":
    "Ein Administrator hat eine neue Adresse für dein Konto beantragt. Genehmige sie, wenn du sie willst.",
  "approve.action": "Änderung genehmigen",
  "approve.waiting": "Genehmigt. Die Adresse ändert sich, sobald die neue Adresse sie bestätigt",
  "review.title": "Konto überprüfen",
  "review.lead":
    "Bevor eine Adresse bestätigt war, kann eine andere Person das Konto oder Zugänge dazu angelegt haben.",
  "review.made": "Vorhandene Zugänge",
  "review.account": "Konto {username}",
  "review.nothing": "Nur das Passwort öffnet das Konto.",
  "review.question": "Gehört alles dir?",
  "review.keep": "Ja, alles behalten",
  "review.keep_hint": "Das Konto und alle Zugänge gehören mir.",
  "review.end": "Das Konto gehört mir, aber nicht alle Zugänge",
  "review.end_hint": "Alle Zugänge enden, auch das Passwort. Danach wählst du ein neues.",
  "review.disown": "Das Konto gehört mir nicht",
  "review.disown_hint": "Das Konto wird gelöscht, und die Adresse kann wieder verwendet werden.",
  "review.keep_done": "Alles wurde behalten",
  "review.keep_next": "Sitzungen, Passkeys und Tokens kannst du jederzeit in den Einstellungen prüfen.",
  "review.end_done": "Alle Zugänge wurden beendet",
  "review.end_next": "Wähle mit einer E-Mail an deine Adresse ein neues Passwort.",
  "review.disown_done": "Das Konto wurde gelöscht",
  "review.disown_next":
    "Deine Adresse kann für ein anderes Konto verwendet werden. Du kannst diese Seite schließen.",
  "review.sessions": { one: "{count} Sitzung", other: "{count} Sitzungen" },
  "review.passkeys": { one: "{count} Passkey", other: "{count} Passkeys" },
  "review.authenticator": "Eine Authenticator-App",
  "review.recovery_codes": {
    one: "{count} Wiederherstellungscode",
    other: "{count} Wiederherstellungscodes",
  },
  "review.tokens": { one: "{count} persönliches Token", other: "{count} persönliche Tokens" },
  "review.keys": { one: "{count} API-Schlüssel", other: "{count} API-Schlüssel" },
  "review.feeds": { one: "{count} Kalender-Abo", other: "{count} Kalender-Abos" },
};
