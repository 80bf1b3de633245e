import { z } from "@hono/zod-openapi";
import { wholeNumber } from "../../../core/whole-number.ts";
import { type Agent, readAgent } from "./agents.ts";

const nullableText = z.string().nullable();

/** What a heartbeat is kept as: what its column in the database is called. */
export const NewHeartbeat = z.object({
  /** Where it is in its batch. */
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
  /** The placeholders that were sent for what is known by now. */
  sent_project: z.string().optional(),
  sent_branch: z.string().optional(),
  sent_language: z.string().optional(),
});
export type NewHeartbeat = z.output<typeof NewHeartbeat>;

/** What the request says of all its heartbeats. */
export interface Sender {
  agent: string | undefined;
  machine: string | undefined;
  /** The zone of the client's clock. */
  zone: string | undefined;
}

/** What is wrong with a heartbeat, field by field. */
export type HeartbeatErrors = Record<string, string[]>;

const MAX_NAME = 255;
const MAX_ENTITY = 4096;
const MAX_DEPENDENCIES = 100;
/** So many UTF-16 units all dependencies of a heartbeat have: what a hundred ordinary ones have five times over. */
const MAX_DEPENDENCIES_LENGTH = 8192;
const EARLIEST = Date.UTC(2001, 0, 1) / 1000;
const MAX_AHEAD_SECONDS = 3600;

/** Text that Postgres can keep, of at most `max` UTF-16 units: what is sent unattended had better be kept short than refused. */
const storable = (text: string, max: number) => text.replaceAll("\u0000", "").slice(0, max).toWellFormed();

/** Returns a name as it is kept, or null for an empty one. Macs write in parts what other systems compose (UAX #15): both are one name. */
const nameOf = (text: string, max = MAX_NAME): string | null =>
  storable(storable(text, max).normalize("NFC"), max) || null;

/** What is missing, empty or of another kind is not known. */
const name = (max = MAX_NAME) =>
  z
    .string()
    .transform((text) => nameOf(text, max))
    .nullish()
    .catch(null);

const number = wholeNumber(-2_147_483_648, 2_147_483_647).nullish().catch(null);
const largeNumber = wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).nullish().catch(null);

/** Clients differ in the unit, and some send it as text. */
const time = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, { error: "must be seconds since 1970" })], {
    error: "must be seconds since 1970",
  })
  .transform((value) => inSeconds(Number(value)))
  .refine((seconds) => seconds >= EARLIEST, { error: "must be in 2001 or later" })
  .refine((seconds) => seconds <= Date.now() / 1000 + MAX_AHEAD_SECONDS, {
    error: "must be at most one hour in the future",
  });

/** The first of `names`, as many as are together no longer than MAX_DEPENDENCIES_LENGTH. */
function withinLength(names: string[]): string[] {
  let length = 0;
  return names.filter((name) => {
    length += name.length;
    return length <= MAX_DEPENDENCIES_LENGTH;
  });
}

/** What of its own accord is text or a list, `a,b` or `["a","b"]`. Of a long one no more is looked at than may be kept. */
const dependencies = z
  .preprocess(
    (sent) => (Array.isArray(sent) ? sent.slice(0, 10 * MAX_DEPENDENCIES) : sent),
    z.union([z.string().transform((text) => text.split(",", 10 * MAX_DEPENDENCIES)), z.array(z.string())]),
  )
  .transform((names) =>
    names
      .map((text) => storable(text.trim(), MAX_NAME))
      .filter(Boolean)
      .slice(0, MAX_DEPENDENCIES),
  )
  .transform(withinLength)
  .nullish()
  .catch(null);

const Fields = z.object({
  entity: z
    .string({ error: "must be text" })
    .transform((text) => storable(text, MAX_ENTITY))
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

/** What is kept as it is, under the name that it comes with. */
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

/** More batches than one run of `wakatime-cli` sends. */
const MAX_ESCAPES = 100;

/** What a form escapes to, with something in it that is escaped. */
const ESCAPED = /^(?=.*%)(?:[\w.~+-]|%[\dA-F]{2})+$/;

/**
 * Returns the machine that a header names. `wakatime-cli` escapes the name as a form does, and what is escaped once more with each
 * further batch that it sends in one run; other programs send it as it is. What no longer has an escape is the name: its `+` is one,
 * also where a second batch made it of a blank.
 */
export function machineOf(header: string | undefined, agent = ""): string | undefined {
  if (header === undefined || !agent.startsWith("wakatime/")) return header;
  let name = unescaped(header);
  for (let times = 1; times < MAX_ESCAPES && ESCAPED.test(name); times++) name = unescaped(name);
  return name;
}

/** Returns what was escaped as a form does, or the text where it was not. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** What is not seen: control characters, which are taken for spaces, and those of no width. */
const CONTROLS = /\p{Cc}+/gu;
const UNSEEN = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

/** Returns the name of a machine as it is kept, or null where nothing in it can be seen. */
function machineName(text: string | null | undefined): string | null {
  const name = (text ?? "").replace(CONTROLS, " ").trim();
  return UNSEEN.test(name) ? null : nameOf(name);
}

const CATEGORIES: Record<string, string> = { file: "coding", domain: "browsing", url: "browsing" };

/** The heartbeat that `item` of a batch is, or what is wrong with it. */
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

export const isHeartbeat = (read: NewHeartbeat | HeartbeatErrors): read is NewHeartbeat => "place" in read;

const PLACEHOLDERS = {
  project: "<<LAST_PROJECT>>",
  branch: "<<LAST_BRANCH>>",
  language: "<<LAST_LANGUAGE>>",
} as const;

/**
 * Puts into heartbeats what the placeholders in them stand for: what the one before them in time had. Placeholders before all that a
 * batch says are left to the database, which knows what came before it. What was sent is kept beside: the same sent again is the same,
 * whatever is known then.
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

/** Of the program that all of a batch come from, mostly. */
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

/** Of the unit that makes it a time of these centuries: seconds, or milli-, micro- or nanoseconds. */
function inSeconds(value: number): number {
  const divisor = value > 1e17 ? 1e9 : value > 1e14 ? 1e6 : value > 1e11 ? 1e3 : 1;
  return Math.round((value / divisor) * 1e6) / 1e6;
}

function errorsOf(issues: z.core.$ZodIssue[]): HeartbeatErrors {
  const byField = Map.groupBy(issues, ({ path }) => String(path[0] ?? "heartbeat"));
  return Object.fromEntries(
    [...byField].map(([field, found]) => [field, found.map(({ message }) => message)]),
  );
}
