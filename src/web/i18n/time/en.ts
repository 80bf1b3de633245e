/** Texts of the time settings, in English. Other languages have the same keys. */
export const en = {
  "time.lead": "By these, days and weeks are counted, also for the past.",
  "time.counting": "Counting",
  "time.counting_lead": "Reports use changes immediately.",
  "time.zone": "Time zone",
  "time.zone_hint": "Choose again here when you move.",
  "time.week_start": "First day of the week",
  "time.day_start": "Day boundary",
  "time.day_start_hint": "Work before this time counts for the day before.",
  "time.idle": "Idle after (minutes)",
  "time.idle_hint": "A longer gap between two signs of activity is not counted.",
  "time.streak": "A day counts from (minutes)",
  "time.streak_hint": "Less time doesn't continue a streak.",
  "time.overlap": "Time entries may overlap",
  "time.overlap_hint": "Without this, an entry that shares time with another is refused.",
};
