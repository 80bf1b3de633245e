import type { MessagesOf } from "../messages.ts";
import type { en } from "./en.ts";

/** Texts of the dialog in which the user reauthenticates, in German. */
export const de: MessagesOf<typeof en> = {
  "proof.title": "Bestätige, dass du es bist",
  "proof.lead":
    "Dafür brauchen wir noch einmal dein Passwort, damit es auf einem unbeaufsichtigten Gerät niemand sonst tut.",
  "proof.use_passkey": "Stattdessen einen Passkey verwenden",
};
