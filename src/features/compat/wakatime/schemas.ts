import { z } from "@hono/zod-openapi";
import { countDays } from "../../../core/dates.ts";
import { wholeNumber } from "../../../core/whole-number.ts";
import { instant, nullableInstant, rawText } from "../../../http/schema-parts.ts";
import { Zone } from "../../time/settings/schemas.ts";
import { GOAL_STATUSES } from "./goals.ts";
import { MAX_DAYS, RELATIVE_DAYS, readPeriod } from "./periods.ts";
import { SLICES } from "./slices.ts";

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

/** A setting that this service does not have, or that cannot be turned on: a client that asks shows nothing. */
const none = z.array(z.unknown()).max(0);
const off = z.literal(false);

const sent = { entity: z.string(), type: z.string(), time: z.number() };

export const TakenHeartbeat = z
  .object({ data: z.object({ id: z.uuid(), ...sent }) })
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
                id: "66174dd7-077e-8994-8ca2-a15c65ebb7ce",
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

/** `2026-11-23`, or the date of an instant that begins so; or a day by its name. */
const day = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .pipe(
    z.union([
      z.enum(RELATIVE_DAYS),
      z
        .string()
        .transform((text) => text.slice(0, 10))
        .pipe(z.iso.date())
        .refine((date) => date >= "1900-01-01" && date < "2200-01-01", {
          error: "must be between 1900 and 2200",
        }),
    ]),
  )
  .openapi({ type: "string", description: "A date, `today` or `yesterday`", example: "2026-11-23" });

const period = z
  .string()
  .transform((text, context) => {
    const name = readPeriod(text);
    if (name !== undefined) return name;
    context.addIssue({
      code: "custom",
      message: "must be a period such as last_7_days, Last 7 Days, 2026 or 2026-11",
    });
    return z.NEVER;
  })
  .openapi({
    type: "string",
    description:
      "`today`, `yesterday`, `last_7_days`, `last_7_days_from_yesterday`, `last_14_days`, `last_30_days`, `this_week`, `last_week`, `this_month`, `last_month`, `this_year`, `last_6_months`, `last_year` or `all_time`, also as `Last 7 Days`; a year, `2026`; or a month, `2026-11`",
    example: "last_7_days",
  });

/** Clients send what they know nothing of as empty. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal("").transform(() => undefined), schema]).optional();

/** In the form that the names of heartbeats are kept in. */
const composed = (max: number) => rawText(max).transform((text) => text.normalize("NFC"));

const name = optional(composed(255)).openapi({ type: "string", maxLength: 255 });

const flag = optional(z.stringbool()).openapi({ type: "boolean" });

const filter = {
  project: name,
  branches: optional(composed(4000).transform((text) => text.split(","))).openapi({
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
  timeout: optional(wholeNumber(1, 60)).openapi({
    type: "integer",
    minimum: 1,
    maximum: 60,
    description: "A gap of more minutes between two heartbeats is idleness; as one's settings say by default",
  }),
};
export type FilterQuery = z.output<z.ZodObject<typeof filter>>;

export const SummariesQuery = z
  .object({
    start: optional(day).openapi({
      type: "string",
      description: "A date, `today` or `yesterday`",
      example: "2026-11-23",
    }),
    end: optional(day).openapi({
      type: "string",
      description: "Included; a date, `today` or `yesterday`",
      example: "2026-11-24",
    }),
    range: optional(period).openapi({
      type: "string",
      description: "In place of both: a period as `stats` has them, but `all_time`",
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
      // Days that are told by their names are counted by the database.
      return Number.isNaN(days) || (days >= 1 && days <= MAX_DAYS);
    },
    { error: `must be 1 to ${MAX_DAYS} days`, path: ["end"] },
  );
export type SummariesQuery = z.output<typeof SummariesQuery>;

export const DayQuery = z.object({ date: day, timezone: filter.timezone });
export type DayQuery = z.output<typeof DayQuery>;

export const DurationsQuery = z.object({
  date: day,
  slice_by: optional(z.enum(SLICES)).openapi({ type: "string", enum: [...SLICES], default: "project" }),
  ...filter,
});
export type DurationsQuery = z.output<typeof DurationsQuery>;

export const ReportQuery = z.object(filter);

export const StatsParams = UserParams.extend({
  range: period.openapi({ param: { name: "range", in: "path" } }),
});

const page = optional(wholeNumber(1, 100_000)).openapi({
  type: "integer",
  minimum: 1,
  maximum: 100_000,
  default: 1,
  description: "Which page: each has up to 1,000 items",
});

export const ListQuery = z.object({ page });

export const LeadersQuery = z.object({ language: name, page });
export type LeadersQuery = z.output<typeof LeadersQuery>;
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
const machines = z.array(
  TimePart.extend({
    machine_name_id: z.string().openapi({ description: "Its name: heartbeats know no other" }),
  }),
);

const byDimension = {
  projects: parts,
  languages: parts,
  categories: parts,
  editors: parts,
  operating_systems: parts,
  machines,
};

const rangeOfTime = z.object({
  date: z.string(),
  start: instant,
  end: instant,
  text: z.string(),
  timezone: z.string(),
});

const DaySummary = z
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

const timeout = z.int().openapi({ description: "The idle timeout, in minutes", example: 15 });

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
      is_already_updating: off,
      is_stuck: off,
      is_up_to_date_pending_future: off,
      is_cached: off,
      is_including_today: z.boolean(),
      is_coding_activity_visible: off,
      is_other_usage_visible: off,
      timeout,
      writes_only: z.boolean(),
      total_seconds: z.number().openapi({ description: "Of known languages" }),
      total_seconds_including_other_language: z.number(),
      daily_average: z.number().openapi({ description: "Of days with any activity, and of known languages" }),
      daily_average_including_other_language: z.number(),
      days_including_holidays: z.int().openapi({ description: "Days that have begun" }),
      days_minus_holidays: z.int(),
      holidays: z.int(),
      best_day: z.object({ date: z.string(), total_seconds: z.number(), text }).nullable(),
      human_readable_range: z.string(),
      human_readable_total: text,
      human_readable_total_including_other_language: text,
      human_readable_daily_average: text,
      human_readable_daily_average_including_other_language: text,
      ...byDimension,
      dependencies: parts.openapi({ description: "Empty in reports of over 31 days" }),
      created_at: instant,
      modified_at: instant,
    }),
  })
  .openapi("ActivityStats");

export const AllTime = z
  .object({
    data: z.object({
      ...timeFields,
      ...progress,
      timeout,
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
        id: z.uuid(),
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
        user_agent_id: z
          .uuid()
          .nullable()
          .openapi({ description: "The last program of `user_agents` that has this editor and system" }),
        user_id: z.guid(),
        machine_name_id: nullableText,
        created_at: instant,
      }),
    ),
    start: instant,
    end: instant,
    timezone: z.string(),
  })
  .openapi("Heartbeats");

/** What WakaTime's clients show of somebody. */
const profile = {
  id: z.guid(),
  username: z.string(),
  display_name: z.string(),
  full_name: z.string().openapi({ description: "The username where no other name is known" }),
  photo: z.null(),
  website: z.null(),
  human_readable_website: z.null(),
  location: z.null(),
  is_email_public: off,
  is_hireable: off,
  photo_public: off,
};

export const Person = z
  .object({
    data: z.object({
      ...profile,
      email: z.string(),
      is_email_confirmed: z.boolean(),
      public_email: z.null(),
      bio: z.null(),
      city: z.null(),
      plan: z.null(),
      timezone: z.string(),
      timeout,
      writes_only: off,
      last_heartbeat_at: nullableInstant,
      last_project: nullableText,
      last_plugin: nullableText.openapi({ description: "As it calls itself" }),
      last_plugin_name: nullableText.openapi({ example: "vim-wakatime" }),
      has_premium_features: off,
      logged_time_public: off,
      languages_used_public: off,
      created_at: instant,
      modified_at: nullableInstant,
    }),
  })
  .openapi("ActivityUser");

const leader = z.object({
  rank: z.literal(1),
  running_total: z.object({
    total_seconds: z.number(),
    human_readable_total: text,
    daily_average: z.number(),
    human_readable_daily_average: text,
    languages: z.array(z.object({ name: z.string(), total_seconds: z.number() })),
    modified_at: instant,
  }),
  user: z.object({ ...profile, email: z.null() }),
});

export const Leaders = z
  .object({
    current_user: leader.extend({ page: z.literal(1) }),
    data: z
      .array(leader)
      .max(1)
      .openapi({ description: "The caller alone; none on other pages than the first" }),
    language: nullableText,
    country_code: z.null(),
    is_hireable: z.null(),
    page: z.int(),
    total_pages: z.literal(1),
    range: z.object({
      name: z.string(),
      text: z.string(),
      start_date: z.string(),
      start_text: z.string(),
      end_date: z.string(),
      end_text: z.string(),
    }),
    timeout,
    writes_only: off,
    modified_at: instant,
  })
  .openapi("ActivityLeaders");

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
        urlencoded_name: z.string(),
        first_heartbeat_at: instant,
        last_heartbeat_at: instant,
        human_readable_first_heartbeat_at: z.string().openapi({ example: "Nov 23 2026" }),
        human_readable_last_heartbeat_at: z.string(),
        color: z.null(),
        badge: z.null(),
        repository: z.null(),
        has_public_url: off,
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
        id: z.uuid(),
        value: z.string(),
        editor: nullableText,
        version: nullableText.openapi({ description: "Of the plugin" }),
        os: nullableText,
        is_browser_extension: z.boolean(),
        is_desktop_app: z.boolean(),
        first_seen: instant,
        last_seen: instant,
        first_seen_at: instant,
        last_seen_at: instant,
        created_at: instant,
      }),
    ),
    ...pages,
  })
  .openapi("ActivityUserAgents");

export const Machines = z
  .object({
    data: z.array(
      z.object({
        id: z.string().openapi({ description: "Its name: heartbeats know no other" }),
        name: z.string(),
        value: z.string(),
        ip: z.null(),
        timezone: z.null(),
        created_at: instant.openapi({ description: "Of its first heartbeat, to a quarter of an hour" }),
        last_seen_at: instant,
      }),
    ),
    ...pages,
  })
  .openapi("ActivityMachines");

const goalStatus = z.enum(GOAL_STATUSES);
const overall = z.enum(["success", "fail"]);

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
      full_name: z.string(),
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
