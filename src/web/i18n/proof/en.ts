/** Texts of the dialog in which the user reauthenticates, in English. Other languages have the same keys. */
export const en = {
  "proof.title": "Confirm it's you",
  "proof.lead": "This needs your password again, so that no one else can do it on an unattended device.",
  "proof.use_passkey": "Use a passkey instead",
};
