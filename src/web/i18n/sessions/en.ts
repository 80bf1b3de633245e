/** Texts of the list of sessions, in English. Other languages have the same keys. */
export const en = {
  "sessions.lead": "The devices on which you are signed in.",
  "sessions.list": "Signed in",
  "sessions.count": { one: "{count} session", other: "{count} sessions" },
  "sessions.this": "This device",
  "sessions.unknown_device": "Unknown device",
  "sessions.seen": "active {when}",
  "sessions.since": "since {when}",
  "sessions.end": "Sign out",
  "sessions.end_one": "Sign out {device}",
  "sessions.end_lead": "The device is signed out immediately.",
  "sessions.end_others": "Sign out all other devices",
  "sessions.end_others_lead": "Only this device stays signed in.",
  "sessions.ended": "Signed out.",
};
