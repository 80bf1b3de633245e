import { z } from "@hono/zod-openapi";
import { countDays } from "../../core/dates.ts";
import { instant, nullableInstant, rawText } from "../../core/schema-parts.ts";
import { Zone } from "../settings/schemas.ts";
import { GOAL_STATUSES } from "./goals.ts";
import { NAMED_DAYS, type NamedDays, SLICES } from "./repository.ts";

/** A summary by days of a longer time would be slow, and a mistake. */
const MAX_DAYS = 366;

export const UserParams = z.object({
  user: rawText(100)
    .min(1)
    .openapi({
      param: { name: "user", in: "path" },
      description: "`current`, or one's own id or username",
      example: "current",
    }),
});

/** How a heartbeat is sent: what else is in it is ignored, and what is null, or of another type, is not known. */
export const SentHeartbeat = z
  .looseObject({
    entity: z
      .string()
      .openapi({ description: "A file, an application, a domain or an address", example: "/src/app.ts" }),
    time: z
      .union([z.number(), z.string()])
      .openapi({ description: "Seconds since 1970; no more than an hour ahead", example: 1795860000.25 }),
    type: z.string().nullish().openapi({ example: "file" }),
    category: z.string().nullish().openapi({ example: "coding" }),
    project: z.string().nullish().openapi({ example: "tracker" }),
    branch: z.string().nullish().openapi({ example: "main" }),
    language: z.string().nullish().openapi({ example: "TypeScript" }),
    is_write: z.boolean().nullish(),
    user_agent: z.string().nullish().openapi({ description: "By default the header `User-Agent`" }),
    machine: z.string().nullish().openapi({ description: "By default the header `X-Machine-Name`" }),
  })
  .openapi("SentHeartbeat");

/** What comes is looked at one by one: whatever is wrong with one, the others are taken. */
export const SentHeartbeats = z.array(z.unknown()).openapi("SentHeartbeats", {
  type: "array",
  items: { $ref: "#/components/schemas/SentHeartbeat" },
});

export const SentObject = z.record(z.string(), z.unknown());

const nullableText = z.string().nullable();

const sent = { entity: z.string(), type: z.string(), time: z.number() };

export const TakenHeartbeat = z
  .object({ data: z.object({ id: z.guid(), ...sent }) })
  .openapi("TakenHeartbeat");

/** It is given its id when it is stored. */
export const WaitingHeartbeat = z.object({ data: z.object(sent) }).openapi("WaitingHeartbeat");

const RefusedHeartbeat = z.object({
  errors: z.record(z.string(), z.array(z.string())).openapi({ example: { time: ["is over an hour ahead"] } }),
});

export const TakenHeartbeats = z
  .object({
    responses: z
      .array(
        z.union([
          z.tuple([TakenHeartbeat, z.literal(201)]),
          z.tuple([WaitingHeartbeat, z.literal(202)]),
          z.tuple([RefusedHeartbeat, z.literal(400)]),
        ]),
      )
      .openapi({
        type: "array",
        items: { type: "array", items: {} },
        description:
          "Of each heartbeat, in order: what became of it, and the status that it alone would have had",
        example: [
          [
            {
              data: {
                id: "9f8c2f0e-8f5b-0c1e-9b52-3a3f6f1e7c11",
                entity: "/src/app.ts",
                type: "file",
                time: 1795860000.25,
              },
            },
            201,
          ],
        ],
      }),
  })
  .openapi("TakenHeartbeats");

/** `2026-11-23`, or the date of an instant that begins so. */
const date = z
  .string()
  .transform((text) => text.slice(0, 10))
  .pipe(z.iso.date())
  .refine((day) => day >= "1900-01-01" && day < "2200-01-01", { error: "must be between 1900 and 2200" })
  .openapi({ type: "string", example: "2026-11-23" });

/** `Last 7 Days` and `last_7_days` are the same. */
const namedDays = z
  .string()
  .transform((text) => text.toLowerCase().replaceAll(" ", "_"))
  .pipe(z.enum(Object.keys(NAMED_DAYS).filter((name): name is NamedDays => name in NAMED_DAYS)))
  .openapi({ type: "string", example: "last_7_days" });

/** Clients send what they know nothing of as empty. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal("").transform(() => undefined), schema]).optional();

const name = optional(rawText(255)).openapi({ type: "string", maxLength: 255 });

const flag = optional(z.stringbool()).openapi({ type: "boolean" });

const filter = {
  project: name,
  branches: optional(rawText(4000).transform((text) => text.split(","))).openapi({
    type: "string",
    description: "With commas between",
    example: "main,next",
  }),
  language: name,
  category: name,
  editor: name,
  operating_system: name,
  machine: name,
  writes_only: flag,
  timezone: optional(Zone).openapi({ type: "string", example: "Europe/Berlin" }),
  timeout: optional(z.coerce.number().int().min(1).max(60)).openapi({
    type: "integer",
    minimum: 1,
    maximum: 60,
    description: "A gap of more minutes between two heartbeats is idleness; as one's settings say by default",
  }),
};
export type FilterQuery = z.output<z.ZodObject<typeof filter>>;

export const SummariesQuery = z
  .object({
    start: optional(date).openapi({ type: "string", example: "2026-11-23" }),
    end: optional(date).openapi({ type: "string", description: "Included", example: "2026-11-24" }),
    range: optional(namedDays).openapi({
      type: "string",
      description: "In place of both",
      example: "Last 7 Days",
    }),
    ...filter,
  })
  .refine(({ start, end, range }) => range !== undefined || (start !== undefined && end !== undefined), {
    error: "start and end, or range, are needed",
    path: ["start"],
  })
  .refine(
    ({ start, end, range }) => {
      if (range !== undefined || start === undefined || end === undefined) return range !== "all_time";
      const days = countDays(start, end);
      return days >= 1 && days <= MAX_DAYS;
    },
    { error: `must be 1 to ${MAX_DAYS} days`, path: ["end"] },
  );
export type SummariesQuery = z.output<typeof SummariesQuery>;

export const DayQuery = z.object({ date, timezone: filter.timezone });
export type DayQuery = z.output<typeof DayQuery>;

export const DurationsQuery = z.object({
  date,
  slice_by: optional(z.enum(SLICES)).openapi({ type: "string", enum: [...SLICES], default: "project" }),
  ...filter,
});
export type DurationsQuery = z.output<typeof DurationsQuery>;

export const ReportQuery = z.object(filter);

export const StatsParams = UserParams.extend({
  range: namedDays.openapi({ param: { name: "range", in: "path" }, type: "string", example: "last_7_days" }),
});

const page = optional(z.coerce.number().int().min(1).max(100_000)).openapi({
  type: "integer",
  minimum: 1,
  maximum: 100_000,
  default: 1,
  description: "Which page: each has up to 1,000 items",
});

export const ListQuery = z.object({ page });
export type ListQuery = z.output<typeof ListQuery>;

export const ProjectsQuery = z.object({ q: name, page });
export type ProjectsQuery = z.output<typeof ProjectsQuery>;

const text = z.string().openapi({ example: "2 hrs 17 mins" });
const timeFields = {
  total_seconds: z.number().openapi({ example: 8256.5 }),
  hours: z.int(),
  minutes: z.int(),
  digital: z.string().openapi({ example: "2:17" }),
  decimal: z.string().openapi({ example: "2.28" }),
  text,
};

const TimePart = z
  .object({
    name: z.string(),
    ...timeFields,
    seconds: z.int(),
    percent: z.number().openapi({ example: 62.5 }),
  })
  .openapi("ActivityTimePart");
const parts = z.array(TimePart);

const byDimension = {
  projects: parts,
  languages: parts,
  categories: parts,
  editors: parts,
  operating_systems: parts,
  machines: parts,
};

const rangeOfTime = z.object({
  date: z.string(),
  start: instant,
  end: instant,
  text: z.string(),
  timezone: z.string(),
});

export const DaySummary = z
  .object({
    grand_total: z.object(timeFields),
    range: rangeOfTime,
    ...byDimension,
    dependencies: parts.openapi({ description: "Empty in reports of over 31 days" }),
    branches: parts.optional().openapi({ description: "Of one project" }),
    entities: parts.optional().openapi({ description: "Of one project; empty in reports of over 31 days" }),
  })
  .openapi("ActivityDaySummary");

export const StatusBar = z
  .object({ cached_at: instant, data: DaySummary.extend({ has_team_features: z.boolean() }) })
  .openapi("ActivityStatusBar");

export const Summaries = z
  .object({
    data: z.array(DaySummary).openapi({ description: "Of each day, in order" }),
    start: instant,
    end: instant,
    cumulative_total: z.object({
      seconds: z.number(),
      text,
      digital: timeFields.digital,
      decimal: timeFields.decimal,
    }),
    daily_average: z.object({
      seconds: z.number().openapi({ description: "Of days with any activity" }),
      text,
      seconds_including_other_language: z.number(),
      text_including_other_language: text,
      days_including_holidays: z.int(),
      days_minus_holidays: z.int(),
      holidays: z.int().openapi({ description: "Days without activity" }),
    }),
  })
  .openapi("ActivitySummaries");

const progress = {
  is_up_to_date: z.boolean().openapi({
    description: "False while more than 300,000 heartbeats wait to be added up: what is told is of a part",
  }),
  percent_calculated: z.int().openapi({ description: "Of the time", example: 100 }),
};

export const Stats = z
  .object({
    data: z.object({
      user_id: z.guid(),
      username: z.string(),
      start: instant,
      end: instant,
      timezone: z.string(),
      range: z.string(),
      status: z.enum(["ok", "pending_update"]),
      ...progress,
      is_coding_activity_visible: z.boolean(),
      is_other_usage_visible: z.boolean(),
      total_seconds: z.number(),
      daily_average: z.number(),
      days_including_holidays: z.int(),
      days_minus_holidays: z.int(),
      holidays: z.int(),
      human_readable_range: z.string(),
      human_readable_total: text,
      human_readable_daily_average: text,
      ...byDimension,
    }),
  })
  .openapi("ActivityStats");

export const AllTime = z
  .object({
    data: z.object({
      ...timeFields,
      ...progress,
      range: z.object({
        start: instant,
        start_date: z.string(),
        start_text: z.string(),
        end: instant,
        end_date: z.string(),
        end_text: z.string(),
        timezone: z.string(),
      }),
    }),
  })
  .openapi("ActivityAllTime");

export const Durations = z
  .object({
    data: z.array(
      z.looseObject({
        time: z.number().openapi({ description: "Seconds since 1970" }),
        duration: z.number().openapi({ description: "In seconds" }),
        project: nullableText,
      }),
    ),
    branches: z.array(z.string()),
    start: instant,
    end: instant,
    timezone: z.string(),
  })
  .openapi("ActivityDurations");

export const Heartbeats = z
  .object({
    data: z.array(
      z.looseObject({
        id: z.guid(),
        time: z.number(),
        entity: z.string(),
        type: z.string(),
        category: nullableText,
        project: nullableText,
        branch: nullableText,
        language: nullableText,
        is_write: z.boolean(),
        lines: z.int().nullable(),
        lineno: z.int().nullable(),
        cursorpos: z.int().nullable(),
        machine: nullableText,
        editor: nullableText,
        operating_system: nullableText,
        created_at: instant,
      }),
    ),
    start: instant,
    end: instant,
    timezone: z.string(),
  })
  .openapi("Heartbeats");

export const Person = z
  .object({
    data: z.object({
      id: z.guid(),
      username: z.string(),
      display_name: z.string(),
      full_name: nullableText,
      email: z.string(),
      photo: z.null(),
      timezone: z.string(),
      last_heartbeat_at: nullableInstant,
      last_project: nullableText,
      last_plugin_name: nullableText,
      is_email_public: z.literal(false),
      is_hireable: z.literal(false),
      has_premium_features: z.literal(false),
      created_at: instant,
      modified_at: nullableInstant,
    }),
  })
  .openapi("ActivityUser");

const totals = { total: z.int(), total_pages: z.int() };

const pages = {
  ...totals,
  page: z.int(),
  prev_page: z.int().nullable(),
  next_page: z.int().nullable(),
};

export const Projects = z
  .object({
    data: z.array(
      z.object({
        id: z.string().openapi({ description: "Its name: heartbeats know no other" }),
        name: z.string(),
        first_heartbeat_at: instant,
        last_heartbeat_at: instant,
        created_at: instant,
      }),
    ),
    ...pages,
  })
  .openapi("ActivityProjects");

export const Agents = z
  .object({
    data: z.array(
      z.object({
        id: z.guid(),
        value: z.string(),
        editor: nullableText,
        os: nullableText,
        first_seen_at: instant,
        last_seen_at: instant,
        created_at: instant,
      }),
    ),
    ...pages,
  })
  .openapi("ActivityUserAgents");

/** What there is none of: a client that asks shows nothing. */
const none = z.array(z.unknown()).max(0);

const goalStatus = z.enum(GOAL_STATUSES);
const overall = z.enum(["success", "fail"]);
const off = z.literal(false);

const Goal = z
  .object({
    id: z.uuid(),
    type: z.string(),
    title: z.string(),
    custom_title: z.string(),
    delta: z.enum(["day", "week", "month"]),
    seconds: z.int().openapi({ description: "What is to be done in each", example: 21_600 }),
    status: goalStatus.openapi({ description: "Of the current one" }),
    status_percent_calculated: z.int(),
    average_status: overall,
    cumulative_status: overall,
    range_text: z.string(),
    chart_data: z
      .array(
        z.object({
          actual_seconds: z.int(),
          actual_seconds_text: text,
          goal_seconds: z.int(),
          goal_seconds_text: text,
          range: rangeOfTime,
          range_status: goalStatus,
          range_status_reason: z.string(),
          range_status_reason_short: z.string(),
        }),
      )
      .openapi({ description: "The current period, and up to seven before it, in order" }),
    projects: z.array(z.string()),
    languages: none,
    editors: none,
    ignore_days: z.array(z.string()).openapi({ example: ["saturday", "sunday"] }),
    ignore_zero_days: off,
    improve_by_percent: z.null(),
    is_current_user_owner: z.literal(true),
    is_enabled: z.literal(true),
    is_inverse: z.boolean().openapi({ description: "Whether no more than that is to be done" }),
    is_snoozed: off,
    is_tweeting: off,
    snooze_until: z.null(),
    owner: z.object({
      id: z.guid(),
      username: z.string(),
      display_name: z.string(),
      full_name: nullableText,
      email: z.null(),
      photo: z.null(),
    }),
    shared_with: none,
    subscribers: none,
    created_at: instant,
    modified_at: nullableInstant,
  })
  .openapi("ActivityGoal");

export const Goals = z.object({ data: z.array(Goal), ...totals }).openapi("ActivityGoals");

export const GoalOfToday = z.object({ cached_at: instant, data: Goal }).openapi("ActivityGoalOfToday");

export const GoalParams = UserParams.extend({
  goal_id: z.uuid().openapi({ param: { name: "goal_id", in: "path" } }),
});

export const NoExperts = z.object({ data: none }).openapi("NoFileExperts");

export const Ignored = z.object({ data: z.null() }).openapi("IgnoredReport");
