import { z } from "@hono/zod-openapi";
import { instant } from "../../../http/schema-parts.ts";

/** A row as it is kept. */
const record = z.record(z.string(), z.unknown());
const records = z.array(record);

export const PersonalData = z
  .object({
    exported_at: instant,
    user: record,
    roles: records,
    settings: record.nullable(),
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
      description: "How long one was busy in each quarter of an hour whose heartbeats are kept no more",
    }),
    heartbeat_projects: records.openapi({ description: "When heartbeats named each project first and last" }),
    heartbeat_agents: records.openapi({ description: "The programs that sent heartbeats" }),
    events_about_me: records.openapi({ description: "Of the audit log, as long as it is kept" }),
    events_by_me: records.openapi({
      description: "What I did to others, without what it changed about them",
    }),
    activity: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .openapi({ description: "What watchers saw, as `GET /compat/aw/api/0/export` has it" }),
  })
  .openapi("PersonalData");
