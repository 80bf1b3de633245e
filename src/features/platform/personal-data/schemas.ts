import { z } from "@hono/zod-openapi";
import { instant } from "../../../http/schema-parts.ts";

/** A stored row. */
const record = z.record(z.string(), z.unknown());
const records = z.array(record);

export const PersonalData = z
  .object({
    exported_at: instant,
    user: record,
    roles: records,
    settings: record.nullable(),
    preferences: record.nullable(),
    memberships: records.openapi({
      description: "Organizations of the user; `id` is that of the organization",
    }),
    sessions: records,
    personal_tokens: records,
    totp_factors: records,
    passkeys: records,
    used_recovery_codes: records,
    calendar_feeds: records,
    clients: records,
    projects: records,
    tasks: records,
    tags: records,
    goals: records,
    activity_rules: records,
    imports: records,
    activity_settings: records,
    time_entries: records,
    deleted_time_entries: records,
    heartbeats: records,
    heartbeat_sums: records.openapi({
      description: "Active time in each quarter of an hour whose heartbeats have been deleted",
    }),
    heartbeat_projects: records.openapi({
      description: "First and last time of a heartbeat for each project",
    }),
    heartbeat_agents: records.openapi({ description: "Programs that sent heartbeats" }),
    events_about_me: records.openapi({ description: "Audit events about the user, within their retention" }),
    events_by_me: records.openapi({
      description: "Audit events of the user's actions on others, without the details of what changed",
    }),
    activity: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .openapi({ description: "Activity from watchers, as in `GET /compat/aw/api/0/export`" }),
  })
  .openapi("PersonalData");
