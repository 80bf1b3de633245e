import { readFile } from "node:fs/promises";
import { getTableColumns } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { readFunctionFiles } from "../../src/cli/migrations/functions/files.ts";
import type { GuardClaims, OriginClaims } from "../../src/database/guard-claims.ts";
import { timeEntries } from "../../src/database/tables/productivity.ts";
import type { TriedRule } from "../../src/features/activity/activity/repository.ts";
import type { RequestedPeriod } from "../../src/features/compat/activitywatch/repository.ts";
import type { NewHeartbeat } from "../../src/features/compat/wakatime/heartbeats.ts";
import type { ImportedRow } from "../../src/features/time/imports/repository.ts";
import type {
  BulkOperation,
  EntryChangesPayload,
  NewEntryPayload,
} from "../../src/features/time/time-entries/repository.ts";

/** All keys of a payload. The type fails to compile if one is missing. */
type Keys<Payload> = Record<keyof Required<Payload>, true>;

const CHANGES: Keys<EntryChangesPayload> = {
  project_id: true,
  task_id: true,
  tag_ids: true,
  description: true,
  started_at: true,
  ended_at: true,
  kind: true,
  planned_seconds: true,
  is_billable: true,
};
const NEW_ENTRY: Keys<NewEntryPayload> = {
  ...CHANGES,
  organization_id: true,
  source: true,
  external_id: true,
};
const OPERATION: Keys<Extract<BulkOperation, { do: "create" }>> = { do: true, id: true, values: true };
const ROW: Keys<ImportedRow> = {
  row: true,
  key: true,
  former_keys: true,
  id: true,
  description: true,
  client: true,
  project: true,
  task: true,
  tags: true,
  kind: true,
  is_billable: true,
  planned_seconds: true,
  started_at: true,
  ended_at: true,
  local_start: true,
  local_end: true,
  is_end_dated: true,
  day: true,
  seconds: true,
};
const HEARTBEAT: Keys<NewHeartbeat> = {
  place: true,
  time: true,
  entity: true,
  type: true,
  category: true,
  project: true,
  branch: true,
  language: true,
  editor: true,
  operating_system: true,
  machine: true,
  agent: true,
  is_write: true,
  lines: true,
  line_number: true,
  cursor_position: true,
  details: true,
  sent_project: true,
  sent_branch: true,
  sent_language: true,
};
const PERIOD: Keys<RequestedPeriod> = { place: true, bucketId: true, from: true, to: true };
const RULE: Keys<TriedRule> = {
  field: true,
  match: true,
  pattern: true,
  project_id: true,
  category: true,
  productivity: true,
};
const ORIGIN: Keys<OriginClaims> = { request_id: true, address: true };
const CLAIMS: Keys<GuardClaims> = {
  user: true,
  session: true,
  token: true,
  hash: true,
  key_hash: true,
  required: true,
  members: true,
  organization: true,
  within: true,
  frame: true,
  reads: true,
  in_person: true,
  max_age: true,
  budget: true,
  own_events: true,
};

const texts = new Map<string, string>();
for (const { path } of await readFunctionFiles()) {
  const [, name = ""] = /([^/]+)\.sql$/.exec(path) ?? [];
  texts.set(name, await readFile(new URL(`../../${path}`, import.meta.url), "utf8"));
}

/** Returns the SQL of the functions with `names`, without comments. */
const textOf = (...names: string[]) =>
  names.map((name) => (texts.get(name) ?? "").replace(/--.*$/gm, "")).join("\n");

const unique = (names: Iterable<string | undefined>) => [...new Set(names)].sort();

/** Returns the members that `text` reads from the JSON in `variable`. */
const membersOf = (text: string, variable: string) =>
  unique(
    [...text.matchAll(new RegExp(`\\b${variable}\\s*(?:->>?|\\?)\\s*'(\\w+)'`, "g"))].map(([, name]) => name),
  );

/** Returns the columns in calls of jsonb_to_recordset in `text`. */
const columnsOf = (text: string) =>
  unique(
    [...text.matchAll(/jsonb_to_recordset\(\w+\) AS (?:\w+ )?\(([^)]+)\)/g)].flatMap(([, columns = ""]) =>
      columns.split(",").map((column) => /\w+/.exec(column)?.[0]),
    ),
  );

const ENTRY_READERS = ["demand_entry_references", "set_entry_tags"];
const IMPORTERS = ["import_time_entries", "add_imported", "tag_imported"];

describe("the keys that functions read from a payload", () => {
  it.each([
    ["NewEntryPayload", NEW_ENTRY, membersOf(textOf("create_time_entry", ...ENTRY_READERS), "p_values")],
    ["BulkOperation", OPERATION, membersOf(textOf("bulk_time_entries"), "(?:entry|value)")],
    [
      "ImportedRow",
      ROW,
      unique([
        ...membersOf(textOf(...IMPORTERS), "value"),
        ...[...textOf(...IMPORTERS).matchAll(/import_field\(v_rows, v_codes, '(\w+)'\)/g)].map(
          ([, name]) => name,
        ),
      ]),
    ],
    ["NewHeartbeat", HEARTBEAT, columnsOf(textOf("store_heartbeats"))],
    ["RequestedPeriod", PERIOD, membersOf(textOf("events_of_periods"), "p")],
    ["TriedRule", RULE, columnsOf(textOf("activity_rules_of"))],
    ["OriginClaims", ORIGIN, membersOf(textOf("origin"), "p_origin")],
    ["GuardClaims", CLAIMS, membersOf(textOf("guard"), "p_claims")],
  ])("equals the keys of %s", (_, keys, read) => {
    expect(read).toEqual(Object.keys(keys).sort());
  });

  it("includes only keys of EntryChangesPayload, whose members update_time_entry also reads as columns", () => {
    const columns = Object.values(getTableColumns(timeEntries)).map(({ name }) => name);
    const named = membersOf(textOf("update_time_entry", ...ENTRY_READERS), "p_values");
    expect(Object.keys(CHANGES)).toEqual(expect.arrayContaining(named));
    expect([...columns, "tag_ids"]).toEqual(expect.arrayContaining(Object.keys(CHANGES)));
  });
});
