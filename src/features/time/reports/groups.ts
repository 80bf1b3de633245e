/** Names of the groups of a summary. */
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
