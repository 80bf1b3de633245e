import type { MessagesOf } from "../messages.ts";
import type { en } from "./en.ts";

/** Texts of the pages to sign in and to sign up, in German. */
export const de: MessagesOf<typeof en> = {
  "field.username_or_email": "Benutzername oder E-Mail",
  "sign_in.title": "Anmelden",
  "sign_in.or": "oder",
  "sign_in.passkey": "Mit Passkey anmelden",
  "sign_in.forgot": "Passwort vergessen?",
  "sign_in.no_account": "Noch kein Konto?",
  "second.title": "Bestätige, dass du es bist",
  "second.passkey_lead": "Schließe die Anmeldung mit deinem Passkey ab.",
  "second.passkey_action": "Passkey verwenden",
  "second.code_lead": "Gib den Code ein, den deine Authenticator-App anzeigt.",
  "second.recovery_lead": "Gib einen der Wiederherstellungscodes ein, die du aufbewahrt hast.",
  "second.recovery_hint": "Jeder Code gilt einmal.",
  "second.use_passkey": "Stattdessen einen Passkey verwenden",
  "second.back": "Zurück zum Passwort",
  "sign_up.title": "Konto anlegen",
  "sign_up.lead": "Erfasse deine Zeit und sieh, wohin sie geht.",
  "sign_up.action": "Konto anlegen",
  "sign_up.have_account": "Schon ein Konto?",
  "sign_up.closed": "Neue Konten legen die Betreiber dieses Dienstes an. Bitte sie um eine Einladung.",
  "sign_up.done": "Willkommen. Wir haben dir eine E-Mail geschickt, um deine Adresse zu bestätigen.",
  "sign_up.done_without_mail": "Willkommen.",
  "goodbye.title": "Dein Konto wurde gelöscht",
  "goodbye.lead": "Du bist überall abgemeldet, und alle Tokens und Kalender-Abos wurden beendet.",
  "goodbye.restore":
    "Die Betreiber dieses Dienstes können das Konto bis zu dem Tag wiederherstellen, den unsere E-Mail an dich nennt. Danach wird es mit allen Daten gelöscht. Wenn nicht du es warst, wende dich vorher an sie.",
};
