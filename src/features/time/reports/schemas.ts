import { z } from "@hono/zod-openapi";
import { countDays } from "../../../core/dates.ts";
import {
  flag,
  hasOrganizationOfTeam,
  organizationQuery,
  ownerQuery,
  teamQuery,
} from "../../../http/ownership-query.ts";
import { day, instant, isPeriodOf, queryInteger, uuid, Zone } from "../../../http/schema-parts.ts";
import { ACTIVITY_DAYS, MAX_DAYS } from "../limits.ts";
import { Kind } from "../time-entries/schemas.ts";
import { GROUP_NAMES } from "./groups.ts";

const seconds = z.number().openapi({ example: 5400 });

/** Time that a report counts besides time entries. */
export const Include = z
  .enum(["activity"])
  .optional()
  .openapi({
    description: `\`activity\` also counts activity where no time entry is, for at most ${ACTIVITY_DAYS} days`,
  });

const sums = {
  tracked_seconds: seconds.openapi({ description: "Overlap counts twice" }),
  covered_seconds: seconds.openapi({ description: "Overlap counts once" }),
  activity_seconds: seconds.optional().openapi({
    description: "Part of both sums that is activity without a time entry; only with `include=activity`",
  }),
  entries: z.int().openapi({ example: 3 }),
};

const scope = {
  ...ownerQuery,
  ...organizationQuery("the current user's own time of all, and of other users only personal time,"),
  ...teamQuery,
};

const period = {
  from: day
    .optional()
    .openapi({ description: "First day, in the time zone of the report; today by default" }),
  to: day.optional().openapi({ description: "Last day; by default, the first day" }),
  timezone: Zone.optional().openapi({
    description: "Time zone from the IANA database; by default, the one in the current user's settings",
  }),
  include: Include,
  ...ownerQuery,
};

interface Dates {
  from?: string | undefined;
  to?: string | undefined;
  include?: "activity" | undefined;
}

const isWithinActivityLimit = ({ include, from, to = from }: Dates) =>
  include === undefined || from === undefined || to === undefined || countDays(from, to) <= ACTIVITY_DAYS;
const TOO_LONG = {
  error: `must end a period of at most ${ACTIVITY_DAYS} days when activity is included`,
  path: ["to"],
};

export const PeriodQuery = z
  .object(period)
  .refine(...isPeriodOf(MAX_DAYS))
  .refine(isWithinActivityLimit, TOO_LONG);
export type PeriodQuery = z.output<typeof PeriodQuery>;

const groups = z
  .string()
  .default("")
  .transform((text) => (text === "" ? [] : text.split(",")))
  .pipe(
    z
      .array(z.enum(GROUP_NAMES))
      .max(2)
      .refine((names) => new Set(names).size === names.length, { error: "must not name a group twice" }),
  )
  .openapi({
    type: "string",
    description: `Up to two different values of ${GROUP_NAMES.join(", ")}, separated by a comma`,
    example: "day,project",
  });

/** Period of a report that organizations have. */
export const SharedPeriodQuery = z
  .object({ ...period, ...scope })
  .refine(...isPeriodOf(MAX_DAYS))
  .refine(isWithinActivityLimit, TOO_LONG)
  .refine(...hasOrganizationOfTeam);
export type SharedPeriodQuery = z.output<typeof SharedPeriodQuery>;

export const SummaryQuery = z
  .object({
    ...period,
    ...scope,
    group: groups,
    week_start: queryInteger(0, 6).optional(),
    client_id: uuid().optional(),
    project_id: uuid().optional(),
    task_id: uuid().optional(),
    tag_id: uuid().optional(),
    kind: Kind.optional(),
    billable: flag,
    compare: flag.openapi({
      description: "Whether to include the preceding period of the same length; true by default",
    }),
  })
  .refine(...isPeriodOf(MAX_DAYS))
  .refine(isWithinActivityLimit, TOO_LONG)
  .refine(...hasOrganizationOfTeam);
export type SummaryQuery = z.output<typeof SummaryQuery>;

const range = {
  from: day,
  to: day,
  timezone: z.string().openapi({ example: "Europe/Berlin" }),
  as_of: instant,
};

export const SummaryReport = z
  .object({
    ...range,
    ...sums,
    groups: z.array(
      z.object({
        keys: z.array(z.string().nullable()).openapi({ example: ["2026-11-23"] }),
        labels: z.array(z.string().nullable()).openapi({ example: ["2026-11-23"] }),
        ...sums,
      }),
    ),
    previous: z
      .object({ from: day, to: day, ...sums })
      .nullable()
      .openapi({ description: "The preceding period of the same length; null if `compare` is false" }),
  })
  .openapi("SummaryReport");

export const TimesheetReport = z
  .object({
    ...range,
    days: z.array(z.object({ day, ...sums })),
    rows: z.array(
      z.object({
        project_id: uuid().nullable(),
        name: z.string().nullable(),
        tracked_seconds: seconds,
        days: z.array(seconds).openapi({ description: "Tracked time on each of `days`" }),
      }),
    ),
  })
  .openapi("TimesheetReport");

export const HeatmapQuery = z
  .object({
    year: queryInteger(1900, 2199).openapi({ example: 2026 }),
    month: queryInteger(1, 12).optional().openapi({ description: "Only this month of the year" }),
    timezone: period.timezone,
    include: period.include,
    owner_id: ownerQuery.owner_id,
  })
  .refine(({ include, month }) => include === undefined || month !== undefined, {
    error: "must be given when activity is included",
    path: ["month"],
  });
export type HeatmapQuery = z.output<typeof HeatmapQuery>;

export const HeatmapReport = z
  .object({
    ...range,
    days: z.array(z.object({ day, covered_seconds: seconds, activity_seconds: sums.activity_seconds })),
  })
  .openapi("HeatmapReport", { description: "Every day of the year or month" });

export const FocusReport = z
  .object({
    ...range,
    focus_seconds: seconds.openapi({ description: "Time in focus sessions" }),
    sessions: z.int(),
    longest_seconds: seconds,
    switches_per_hour: z
      .number()
      .openapi({ description: "Switches between projects per hour of covered time" }),
    planned: z.int().openapi({ description: "Entries with a planned length" }),
    completed: z.int().openapi({ description: "Planned entries that lasted at least as long as planned" }),
  })
  .openapi("FocusReport");

export const StreakQuery = z.object({ timezone: period.timezone, include: period.include });
export type StreakQuery = z.output<typeof StreakQuery>;

export const StreakReport = z
  .object({
    today: day,
    timezone: range.timezone,
    as_of: instant,
    threshold_seconds: z.int().openapi({ example: 900 }),
    current: z.int().openapi({ description: "Consecutive days up to today or yesterday", example: 4 }),
    longest: z.int().openapi({ example: 12 }),
    counted_today: z.boolean(),
  })
  .openapi("StreakReport");
