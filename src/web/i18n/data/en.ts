/** Texts of the page of the user's data, in English. Other languages have the same keys. */
export const en = {
  "data.lead": "It is yours: take it with you, or have it erased.",
  "export.title": "Export everything",
  "export.lead": "One JSON file with all that is stored about you, without secrets.",
  "export.action": "Download",
  "delete.title": "Delete the account",
  "delete.lead": "Ends all access immediately. After 30 days, everything is erased.",
  "delete.action": "Delete my account",
  "delete.explain":
    "You are signed out everywhere, and all tokens and calendar feeds end. For 30 days, the operators of this service can restore the account; then all its data is erased.",
  "delete.confirm": "Enter your username “{username}” to confirm",
  "delete.mismatch": "must be your username",
};
