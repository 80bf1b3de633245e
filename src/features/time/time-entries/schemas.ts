import { z } from "@hono/zod-openapi";
import { ERRORS, type ErrorCode } from "../../../core/errors.ts";
import { PAGE_ITEMS } from "../../../core/page.ts";
import {
  countQuery,
  deletedQuery,
  flag,
  hasOrganizationOfTeam,
  newOrganizationId,
  nullableSeconds,
  organizationId,
  organizationQuery,
  ownerQuery,
  teamQuery,
} from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import {
  Ids,
  instant,
  moment,
  nullableInstant,
  queryInteger,
  rawText,
  text,
  uuid,
} from "../../../http/schema-parts.ts";

const MAX_BULK = 1000;

/** Milliseconds that a client's clock may be ahead of the server's. */
const SKEW_MS = 5 * 60_000;

/** Kind of a time entry. */
export const Kind = z.enum(["work", "focus", "break"]);

export const TimeEntryResponse = z
  .object({
    id: uuid(),
    owner_id: uuid(),
    organization_id: organizationId,
    project_id: uuid().nullable(),
    task_id: uuid().nullable(),
    tag_ids: z.array(uuid()),
    description: z.string().openapi({ example: "Notes on the engine" }),
    started_at: instant,
    ended_at: nullableInstant.openapi({ description: "Null while the entry is running" }),
    kind: Kind,
    planned_seconds: z.int().nullable().openapi({ example: 1500 }),
    is_billable: z.boolean(),
    source: z.string().openapi({ example: "manual" }),
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("TimeEntryResponse");

/** A time in the past, or so little in the future that a client's clock may be fast. */
const pastMoment = moment.refine((at) => at.getTime() <= Date.now() + SKEW_MS, {
  error: "must be at most five minutes in the future",
});

const details = {
  project_id: uuid().nullable(),
  task_id: uuid().nullable(),
  tag_ids: Ids,
  description: text(0, 3000).openapi({ type: "string", maxLength: 3000, example: "Notes on the engine" }),
  kind: Kind,
  planned_seconds: nullableSeconds,
  is_billable: z.boolean().openapi({ description: "By default, the value of the project" }),
};

const fields = {
  id: uuid().openapi({
    description: "Chosen by the client, so that a repeated request creates only one entry",
  }),
  organization_id: newOrganizationId,
  ...details,
  started_at: pastMoment.openapi({ description: "Now by default" }),
  ended_at: pastMoment.nullable().openapi({
    type: ["string", "null"],
    description: "Null or absent for a running entry; an entry that is already running stops",
  }),
};

const isInOrder = ({
  started_at,
  ended_at,
}: {
  started_at?: Date | undefined;
  ended_at?: Date | null | undefined;
}) => !started_at || !ended_at || started_at <= ended_at;
const OUT_OF_ORDER = { error: "must not be before started_at", path: ["ended_at"] };

const newEntry = z.strictObject(fields).partial();

export const CreateTimeEntry = newEntry
  .refine(({ started_at, ended_at }) => !ended_at || started_at, {
    error: "must be given for an entry that has ended",
    path: ["started_at"],
  })
  .refine(isInOrder, OUT_OF_ORDER)
  .openapi("CreateTimeEntry");
export type CreateTimeEntry = z.output<typeof CreateTimeEntry>;

export const StartTimer = newEntry.omit({ ended_at: true }).openapi("StartTimer");

export const UpdateTimeEntry = newEntry
  .omit({ id: true, organization_id: true })
  .refine(isInOrder, OUT_OF_ORDER)
  .openapi("UpdateTimeEntry");
export type UpdateTimeEntry = z.output<typeof UpdateTimeEntry>;

export const StopTimer = z
  .strictObject({ at: pastMoment.optional().openapi({ description: "Now by default" }) })
  .openapi("StopTimer");

const id = uuid();

/** One change of a bulk request. Each change succeeds or fails independently. */
const BulkItem = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("create"), values: CreateTimeEntry }),
  z.strictObject({ do: z.literal("update"), id, values: UpdateTimeEntry }),
  z.strictObject({ do: z.literal("delete"), id }),
]);
type BulkItem = z.output<typeof BulkItem>;

const bulkItem = (act: BulkItem["do"], properties: Record<string, object>) => ({
  type: "object" as const,
  properties: { do: { type: "string" as const, enum: [act] }, ...properties },
  required: ["do", ...Object.keys(properties)],
  additionalProperties: false,
});
const documentedId = { type: "string", format: "uuid" };

/** The item's schema for the OpenAPI document, which cannot be derived from a transformation. */
const DOCUMENTED_BULK_ITEM = {
  anyOf: [
    bulkItem("create", { values: { $ref: "#/components/schemas/CreateTimeEntry" } }),
    bulkItem("update", { id: documentedId, values: { $ref: "#/components/schemas/UpdateTimeEntry" } }),
    bulkItem("delete", { id: documentedId }),
  ],
};

export const BulkTimeEntries = z
  .strictObject({
    items: z
      .array(z.unknown())
      .min(1)
      .max(MAX_BULK)
      .transform((items) => items.map((item) => BulkItem.safeParse(item)))
      .openapi({
        type: "array",
        minItems: 1,
        maxItems: MAX_BULK,
        items: DOCUMENTED_BULK_ITEM,
        example: [{ do: "delete", id: "3f0e8a52-7c55-4b8c-9a36-2d6a1f0c9be1" }],
      }),
  })
  .openapi("BulkTimeEntries");
export type BulkTimeEntries = z.output<typeof BulkTimeEntries>;

export const BulkResults = z
  .object({
    results: z.array(
      z.object({
        status: z.int().openapi({ example: 200 }),
        id: uuid().optional(),
        error: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]).optional(),
        message: z.string().optional(),
      }),
    ),
  })
  .openapi("BulkResults", { description: "Results in the order of the items" });
export type BulkResult = z.output<typeof BulkResults>["results"][number];

export const TimeEntryParams = z.object({
  entry_id: uuid().openapi({ param: { name: "entry_id", in: "path" } }),
});

const sort = z.enum(["started_at", "-started_at"]);

const filters = {
  ...ownerQuery,
  ...organizationQuery("the current user's own entries of all, and of other users only personal ones,"),
  ...teamQuery,
  from: moment.optional().openapi({ description: "Only entries that end after this time" }),
  to: moment.optional().openapi({ description: "Only entries that start before this time" }),
  project_id: uuid().optional(),
  task_id: uuid().optional(),
  tag_id: uuid().optional(),
  kind: Kind.optional(),
  running: flag,
  billable: flag,
  q: rawText(100)
    .min(1)
    .optional()
    .openapi({ description: "Text that the description contains", example: "notes" }),
};

/** Maximum number of entries and of milliseconds of a long page: a month, also one in which clocks are put back, by at most two hours. */
const LONG_PAGE = { items: 1_000, ms: (31 * 24 + 2) * 3_600_000 };

export const TimeEntryQuery = z
  .strictObject({
    ...pageQuery,
    ...filters,
    ...countQuery,
    ...deletedQuery,
    limit: queryInteger(1, LONG_PAGE.items).default(PAGE_ITEMS).openapi({
      description:
        "At most 100, or 1,000 with `from` and `to` that are at most 31 days apart. A page of long entries may be shorter: see `Link`",
    }),
    sort: sort.default("-started_at"),
  })
  .refine(...hasOrganizationOfTeam)
  .refine(
    ({ limit, from, to }) => limit <= PAGE_ITEMS || (from && to && Number(to) - Number(from) <= LONG_PAGE.ms),
    { error: `must be at most ${PAGE_ITEMS} without a period of at most 31 days`, path: ["limit"] },
  );
export type TimeEntryQuery = z.output<typeof TimeEntryQuery>;

export const SuggestionQuery = z.object({
  ...organizationQuery("personal entries"),
  q: filters.q,
  limit: queryInteger(1, PAGE_ITEMS).default(20),
});
export type SuggestionQuery = z.output<typeof SuggestionQuery>;

export const TimeEntrySuggestion = z
  .object({
    description: z.string().openapi({ example: "Notes on the engine" }),
    project_id: uuid().nullable(),
    task_id: uuid().nullable().openapi({ description: "Task of the newest of the entries" }),
    tag_ids: z.array(uuid()).openapi({ description: "At most 20" }),
    uses: z.int().openapi({ description: "Number of entries", example: 12 }),
    last_used_at: instant.openapi({ description: "Start of the newest of the entries" }),
  })
  .openapi("TimeEntrySuggestion");

/** Filters and order of an export, which equal those of a list without pages. */
export const TimeEntryExportQuery = z
  .object({ ...filters, sort: sort.default("started_at") })
  .refine(...hasOrganizationOfTeam);
export type TimeEntryExportQuery = z.output<typeof TimeEntryExportQuery>;

/** Returns the schema of a related record's name, which is null without such a record or without permission to read it. */
const nameOf = (example: string) => z.string().nullable().openapi({ example });

/** Time entry with the names of its related records, for programs that don't have those. */
export const ExportedTimeEntry = z
  .object({
    ...TimeEntryResponse.shape,
    client: nameOf("Royal Society"),
    project: nameOf("Analytical engine"),
    task: nameOf("Note G"),
    tags: z.array(z.string()).openapi({ example: ["writing"] }),
  })
  .openapi("ExportedTimeEntry");
export type ExportedTimeEntry = z.output<typeof ExportedTimeEntry>;
