import { z } from "@hono/zod-openapi";
import { wholeNumber } from "../../../core/whole-number.ts";
import { type Agent, readAgent } from "./agents.ts";

const nullableText = z.string().nullable();

/** A heartbeat to be stored. Its fields are named like the columns of the database. */
export const NewHeartbeat = z.object({
  /** Place of the heartbeat in its batch. */
  place: z.int(),
  /** Seconds since 1970, to the microsecond. */
  time: z.number(),
  entity: z.string(),
  type: z.string(),
  category: nullableText,
  project: nullableText,
  branch: nullableText,
  language: nullableText,
  editor: nullableText,
  operating_system: nullableText,
  machine: nullableText,
  agent: nullableText,
  is_write: z.boolean(),
  lines: z.int().nullable(),
  line_number: z.int().nullable(),
  cursor_position: z.int().nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
  /** Placeholders that were sent, and that have been resolved. */
  sent_project: z.string().optional(),
  sent_branch: z.string().optional(),
  sent_language: z.string().optional(),
});
export type NewHeartbeat = z.output<typeof NewHeartbeat>;

/** Properties that the request has for all its heartbeats. */
export interface Sender {
  agent: string | undefined;
  machine: string | undefined;
  /** Time zone of the client's clock. */
  zone: string | undefined;
}

/** Problems of a heartbeat, by field. */
export type HeartbeatErrors = Record<string, string[]>;

const MAX_NAME = 255;
const MAX_ENTITY = 4096;
const MAX_DEPENDENCIES = 100;
/** Maximum number of UTF-16 units of all dependencies of a heartbeat: five times the length of a hundred ordinary ones. */
const MAX_DEPENDENCIES_LENGTH = 8192;
const EARLIEST = Date.UTC(2001, 0, 1) / 1000;
const MAX_AHEAD_SECONDS = 3600;

/** Returns `text` as Postgres can store it, cut to `max` UTF-16 units. Clients send without supervision: a short value is better than an error. */
const toStorableText = (text: string, max: number) =>
  text.replaceAll("\u0000", "").slice(0, max).toWellFormed();

/** Returns a name as it is stored, or null for an empty one. Composes its characters (UAX #15), which Macs send decomposed. */
const nameOf = (text: string, max = MAX_NAME): string | null =>
  toStorableText(toStorableText(text, max).normalize("NFC"), max) || null;

/** Returns a schema of a name, which is null if it is missing, empty or of another type. */
const name = (max = MAX_NAME) =>
  z
    .string()
    .transform((text) => nameOf(text, max))
    .nullish()
    .catch(null);

const number = wholeNumber(-2_147_483_648, 2_147_483_647).nullish().catch(null);
const largeNumber = wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).nullish().catch(null);

/** A time in any unit, as a number or as text: clients differ. */
const time = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, { error: "must be seconds since 1970" })], {
    error: "must be seconds since 1970",
  })
  .transform((value) => toSeconds(Number(value)))
  .refine((seconds) => seconds >= EARLIEST, { error: "must be in 2001 or later" })
  .refine((seconds) => seconds <= Date.now() / 1000 + MAX_AHEAD_SECONDS, {
    error: "must be at most one hour in the future",
  });

/** Returns the first of `names` whose total length is at most MAX_DEPENDENCIES_LENGTH. */
function limitTotalLength(names: string[]): string[] {
  let length = 0;
  return names.filter((name) => {
    length += name.length;
    return length <= MAX_DEPENDENCIES_LENGTH;
  });
}

/** Dependencies, as text or as a list: `a,b` or `["a","b"]`. Only the start of a long list is read. */
const dependencies = z
  .preprocess(
    (sent) => (Array.isArray(sent) ? sent.slice(0, 10 * MAX_DEPENDENCIES) : sent),
    z.union([z.string().transform((text) => text.split(",", 10 * MAX_DEPENDENCIES)), z.array(z.string())]),
  )
  .transform((names) =>
    names
      .map((text) => toStorableText(text.trim(), MAX_NAME))
      .filter(Boolean)
      .slice(0, MAX_DEPENDENCIES),
  )
  .transform(limitTotalLength)
  .nullish()
  .catch(null);

const Fields = z.object({
  entity: z
    .string({ error: "must be text" })
    .transform((text) => toStorableText(text, MAX_ENTITY))
    .refine((text) => text !== "", { error: "must not be empty" }),
  time,
  type: name(50),
  category: name(),
  project: name(),
  branch: name(),
  language: name(),
  editor: name(),
  operating_system: name(),
  machine: name(),
  user_agent: name(),
  plugin: name(),
  is_write: z.union([z.boolean(), z.stringbool()]).nullish().catch(null),
  lines: number,
  lineno: number,
  cursorpos: number,
});

/** Fields that are stored unchanged, under the names that clients send. */
const Details = z.object({
  id: name(),
  dependencies,
  project_root_count: number,
  line_additions: number,
  line_deletions: number,
  ai_model: name(),
  ai_session: name(),
  ai_line_changes: number,
  human_line_changes: number,
  ai_input_tokens: largeNumber,
  ai_output_tokens: largeNumber,
  ai_prompt_length: largeNumber,
});

/** Maximum number of times that a name is unescaped: more than the batches of one run of `wakatime-cli`. */
const MAX_ESCAPES = 100;

/** Text in the encoding of forms that has at least one escape. */
const ESCAPED = /^(?=.*%)(?:[\w.~+-]|%[\dA-F]{2})+$/;

/**
 * Returns the machine that a header names. `wakatime-cli` escapes the name in the encoding of forms, and escapes it once more with each
 * further batch of one run; other programs send it unescaped. Unescaping stops when no escape is left, so that a `+` of the name stays,
 * even if a second batch made it from a space.
 */
export function machineOf(header: string | undefined, agent = ""): string | undefined {
  if (header === undefined || !agent.startsWith("wakatime/")) return header;
  let name = unescapeForm(header);
  for (let times = 1; times < MAX_ESCAPES && ESCAPED.test(name); times++) name = unescapeForm(name);
  return name;
}

/** Decodes text in the encoding of forms, or returns it unchanged if it is not in that encoding. */
function unescapeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Control characters, which are replaced by spaces; then text that consists of invisible characters. */
const CONTROLS = /\p{Cc}+/gu;
const INVISIBLE = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

/** Returns the name of a machine as it is stored, or null if nothing in it is visible. */
function machineName(text: string | null | undefined): string | null {
  const name = (text ?? "").replace(CONTROLS, " ").trim();
  return INVISIBLE.test(name) ? null : nameOf(name);
}

const CATEGORIES: Record<string, string> = { file: "coding", domain: "browsing", url: "browsing" };

/** Reads the heartbeat from `item` of a batch. Returns its errors if it is invalid. */
export function readHeartbeat(item: unknown, place: number, sender: Sender): NewHeartbeat | HeartbeatErrors {
  const { success, data, error } = Fields.safeParse(item);
  if (!success) return errorsOf(error.issues);
  const { user_agent, plugin, lineno, cursorpos, ...fields } = data;
  const agent = user_agent ?? plugin ?? nameOf(sender.agent ?? "");
  const type = fields.type ?? "file";
  const { editor, operatingSystem } = agentOf(agent);
  return {
    place,
    time: fields.time,
    entity: fields.entity,
    type,
    category: fields.category ?? CATEGORIES[type] ?? null,
    project: fields.project ?? null,
    branch: fields.branch ?? null,
    language: fields.language ?? null,
    editor: fields.editor ?? editor,
    operating_system: fields.operating_system ?? operatingSystem,
    machine: machineName(fields.machine) ?? machineName(sender.machine),
    agent,
    is_write: fields.is_write ?? false,
    lines: fields.lines ?? null,
    line_number: lineno ?? null,
    cursor_position: cursorpos ?? null,
    details: detailsOf(item),
  };
}

/** Returns whether `readHeartbeat` returned a heartbeat, and not errors. */
export const isHeartbeat = (read: NewHeartbeat | HeartbeatErrors): read is NewHeartbeat => "place" in read;

const PLACEHOLDERS = {
  project: "<<LAST_PROJECT>>",
  branch: "<<LAST_BRANCH>>",
  language: "<<LAST_LANGUAGE>>",
} as const;

/**
 * Replaces placeholders by the value of the previous heartbeat in time. A placeholder without a previous value in the batch is left to
 * the database, which knows the earlier heartbeats. The placeholder is kept in a field of its own, so that a heartbeat that is sent again
 * is recognized, even if its placeholder would resolve differently then.
 */
export function resolvePlaceholders(heartbeats: readonly NewHeartbeat[]): void {
  const inOrder = heartbeats.toSorted((one, other) => one.time - other.time);
  for (const field of ["project", "branch", "language"] as const) {
    let last: string | undefined;
    for (const heartbeat of inOrder) {
      if (heartbeat[field] !== PLACEHOLDERS[field]) last = heartbeat[field] ?? last;
      else if (last !== undefined) {
        heartbeat[`sent_${field}`] = PLACEHOLDERS[field];
        heartbeat[field] = last;
      }
    }
  }
}

/** The last agent that was parsed: most heartbeats of a batch have the same. */
let lastAgent: { text: string | null; agent: Agent } | undefined;

function agentOf(text: string | null): Agent {
  if (lastAgent?.text !== text) lastAgent = { text, agent: readAgent(text ?? "") };
  return lastAgent.agent;
}

function detailsOf(item: unknown): NewHeartbeat["details"] {
  const { data = {} } = Details.safeParse(item);
  const known = Object.entries(data).filter(([, value]) => value !== null && value !== undefined);
  return known.length > 0 ? Object.fromEntries(known) : null;
}

/** Converts a time to seconds. Its size tells its unit: seconds, or milli-, micro- or nanoseconds. */
function toSeconds(value: number): number {
  const divisor = value > 1e17 ? 1e9 : value > 1e14 ? 1e6 : value > 1e11 ? 1e3 : 1;
  return Math.round((value / divisor) * 1e6) / 1e6;
}

function errorsOf(issues: z.core.$ZodIssue[]): HeartbeatErrors {
  const byField = Map.groupBy(issues, ({ path }) => String(path[0] ?? "heartbeat"));
  return Object.fromEntries(
    [...byField].map(([field, found]) => [field, found.map(({ message }) => message)]),
  );
}
