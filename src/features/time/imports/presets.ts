import { composeName } from "../../../http/schema-parts.ts";
import type { Unit } from "./lengths.ts";

/** Fields of a row. A date and its time are in one column, or in two. */
export const FIELDS = [
  "start",
  "start_date",
  "start_time",
  "end",
  "end_date",
  "end_time",
  "duration",
  "break",
  "project",
  "task",
  "client",
  "tags",
  "description",
  "billable",
  "user",
] as const;
export type Field = (typeof FIELDS)[number];

/** Columns of each field, by their names in lower case. The first column that is not empty counts. Columns in a list are joined. */
export type Columns = Partial<Record<Field, (string | string[])[]>>;

export interface Preset {
  columns: Columns;
  /** Unit of a length such as 90 if the name of its column has none: see `parseLength`. */
  unit: Unit;
}

/** Preset of the detailed reports of Toggl Track and Clockify. */
const REPORT: Preset = {
  columns: {
    start_date: ["start date"],
    start_time: ["start time"],
    end_date: ["end date", "stop date"],
    end_time: ["end time", "stop time"],
    duration: ["duration", "duration (h)"],
    project: ["project"],
    task: ["task", "activity"],
    client: ["client"],
    tags: ["tags"],
    description: ["description"],
    billable: ["billable"],
    user: ["email", "user", "member"],
  },
  unit: "hours",
};

export const PRESETS = {
  toggl: REPORT,
  clockify: REPORT,
  generic: {
    columns: {
      start: ["start"],
      start_date: ["date", "start date"],
      start_time: ["start time"],
      end: ["end"],
      end_date: ["end date"],
      end_time: ["end time"],
      duration: ["duration"],
      project: ["project"],
      task: ["task"],
      client: ["client"],
      tags: ["tags"],
      description: ["description"],
      billable: ["billable"],
      user: ["user"],
    },
    unit: "minutes",
  },
  harvest: {
    columns: {
      start_date: ["date"],
      start_time: ["started at", "start time"],
      end_time: ["ended at", "end time"],
      duration: ["hours"],
      project: ["project"],
      task: ["task"],
      client: ["client"],
      description: ["notes"],
      billable: ["billable?"],
      user: ["email", ["first name", "last name"]],
    },
    unit: "hours",
  },
  kimai: {
    columns: {
      start_date: ["date"],
      start_time: ["from", "begin"],
      end_time: ["to", "end"],
      duration: ["duration"],
      break: ["break"],
      project: ["project"],
      task: ["activity"],
      client: ["customer"],
      tags: ["tags"],
      description: ["description"],
      billable: ["billable"],
      user: ["email", "user", "username", "name"],
    },
    unit: "seconds",
  },
  timing: {
    columns: {
      start: ["start date"],
      end: ["end date"],
      duration: ["duration"],
      project: ["project"],
      description: [["title", "notes"], "activity title"],
      billable: ["billing status"],
    },
    unit: "seconds",
  },
  watson: {
    columns: { start: ["start"], end: ["stop"], project: ["project"], tags: ["tags"] },
    unit: "seconds",
  },
  solidtime: {
    columns: {
      start: ["start"],
      end: ["end"],
      duration: ["duration"],
      project: ["project"],
      task: ["task"],
      client: ["client"],
      tags: ["tags"],
      description: ["description"],
      billable: ["billable"],
      user: ["user"],
    },
    unit: "hours",
  },
  timewarrior: {
    columns: { start: ["start"], end: ["end"], tags: ["tags"], description: ["annotation"] },
    unit: "seconds",
  },
} satisfies Record<string, Preset>;

/** Returns the name of a column in the form that is compared. */
export const columnName = (text: string): string => composeName(text).toLowerCase();

/** Parses comma-separated `field:Column` pairs. Returns undefined for other text. A column's name may have commas and colons. */
export function parseColumns(text: string): Columns | undefined {
  const pairs = [...text.matchAll(new RegExp(`(?:^|,)\\s*(${FIELDS.join("|")})\\s*:`, "g"))];
  if (pairs[0]?.index !== 0) return undefined;
  const columns: Columns = {};
  for (const [number, { 0: head, 1: field, index }] of pairs.entries()) {
    const name = columnName(text.slice(index + head.length, pairs[number + 1]?.index));
    if (name === "") return undefined;
    columns[field as Field] = [...(columns[field as Field] ?? []), name];
  }
  return columns;
}
