import type { MessagesOf } from "../messages.ts";
import type { en } from "./en.ts";

/** Texts of the profile, in German. */
export const de: MessagesOf<typeof en> = {
  "field.first_name": "Vorname",
  "field.last_name": "Nachname",
  "profile.lead": "Deine Namen und deine E-Mail-Adresse.",
  "profile.names": "Namen",
  "profile.names_lead": "Administratoren sehen sie ebenfalls.",
  "profile.username_hint": "Damit oder mit deiner E-Mail-Adresse meldest du dich an.",
  "profile.email_lead": "Für E-Mails zu deinem Konto und um dein Passwort zurückzusetzen.",
  "profile.email_hint":
    "Eine neue Adresse gilt, sobald du sie mit einem Link bestätigst, den wir dorthin schicken.",
  "profile.email_sent": "Wir haben einen Link an {email} geschickt. Öffne ihn, um die Adresse zu bestätigen.",
  "profile.change_email": "Adresse ändern",
  "profile.verified": "Bestätigt",
  "profile.unverified": "Nicht bestätigt",
  "profile.unverified_lead": "Bestätige die Adresse mit dem Link in der E-Mail, die wir geschickt haben.",
  "profile.send_again": "E-Mail erneut schicken",
  "profile.verification_sent": "Eine E-Mail ist unterwegs.",
  "profile.pending": "Die Bestätigung von {email} steht noch aus.",
};
