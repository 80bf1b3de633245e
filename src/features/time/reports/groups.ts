/** What time can be grouped by. */
export const GROUP_NAMES = [
  "day",
  "week",
  "month",
  "hour",
  "weekday",
  "user",
  "client",
  "project",
  "task",
  "tag",
  "kind",
] as const;

export type Group = (typeof GROUP_NAMES)[number];
