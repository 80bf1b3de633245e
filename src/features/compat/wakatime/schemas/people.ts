import { z } from "@hono/zod-openapi";
import { instant, nullableInstant, uuid } from "../../../../http/schema-parts.ts";
import { alwaysFalse, nullableText, text } from "./parts.ts";
import { timeout } from "./reports.ts";

/** Fields of the user that WakaTime's clients show. */
const profile = {
  id: z.guid(),
  username: z.string(),
  display_name: z.string(),
  full_name: z.string().openapi({ description: "The username if no other name is known" }),
  photo: z.null(),
  website: z.null(),
  human_readable_website: z.null(),
  location: z.null(),
  is_email_public: alwaysFalse,
  is_hireable: alwaysFalse,
  photo_public: alwaysFalse,
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
      writes_only: alwaysFalse,
      last_heartbeat_at: nullableInstant,
      last_project: nullableText,
      last_plugin: nullableText.openapi({ description: "The user agent of the last heartbeat's sender" }),
      last_plugin_name: nullableText.openapi({ example: "vim-wakatime" }),
      has_premium_features: alwaysFalse,
      logged_time_public: alwaysFalse,
      languages_used_public: alwaysFalse,
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
      .openapi({ description: "Only the caller; empty on every page after the first" }),
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
    writes_only: alwaysFalse,
    modified_at: instant,
  })
  .openapi("ActivityLeaders");

export const totals = { total: z.int(), total_pages: z.int() };

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
        id: z.string().openapi({ description: "The name; these projects have no other identifier" }),
        name: z.string(),
        urlencoded_name: z.string(),
        first_heartbeat_at: instant,
        last_heartbeat_at: instant,
        human_readable_first_heartbeat_at: z.string().openapi({ example: "Nov 23 2026" }),
        human_readable_last_heartbeat_at: z.string(),
        color: z.null(),
        badge: z.null(),
        repository: z.null(),
        has_public_url: alwaysFalse,
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
        id: uuid(),
        value: z.string(),
        editor: nullableText,
        version: nullableText.openapi({ description: "Version of the plugin" }),
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
        id: z.string().openapi({ description: "The name; machines have no other identifier" }),
        name: z.string(),
        value: z.string(),
        ip: z.null(),
        timezone: z.null(),
        created_at: instant.openapi({ description: "Time of the first heartbeat, exact to 15 minutes" }),
        last_seen_at: instant,
      }),
    ),
    ...pages,
  })
  .openapi("ActivityMachines");
