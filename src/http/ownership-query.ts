import { z } from "@hono/zod-openapi";
import { text, uuid } from "./schema-parts.ts";

/** A boolean filter in a query. If it is absent, both values match. */
export const flag = z
  .stringbool({ truthy: ["true"], falsy: ["false"] })
  .optional()
  .openapi({ type: "boolean" });

/** Query parameter that selects the owner of the records in a list. */
export const ownerQuery = {
  owner_id: z
    .union([uuid(), z.literal("all")])
    .optional()
    .openapi({
      description:
        "Id of another user, or `all`: requires the `read_any` permission. The current user by default",
    }),
};

/** Returns the query parameter that selects the scope of the records in a list. `absent` says what the list has without it. */
export const organizationQuery = (absent: string) => ({
  organization_id: z
    .union([uuid(), z.enum(["none", "all"])])
    .optional()
    .openapi({
      description: `Id of an organization, \`none\` for personal records, or \`all\` for both; ${absent} by default`,
    }),
});

/** Query parameter that selects the time of a team. */
export const teamQuery = {
  team_id: uuid().optional().openapi({
    description: "Team of the organization: the time of its members, as far as the caller may read it",
  }),
};

/** Requires an organization for a team. */
export const hasOrganizationOfTeam: [
  (query: { team_id?: string | undefined; organization_id?: string | undefined }) => boolean,
  { error: string; path: string[] },
] = [
  ({ team_id, organization_id }) =>
    team_id === undefined || !["none", "all", undefined].includes(organization_id),
  { error: "must be the id of the team's organization", path: ["organization_id"] },
];

/** Query parameter that asks for the length of a list. */
export const countQuery = {
  count: flag.openapi({
    type: "boolean",
    description: "Whether to count the records of an organization, which takes longer; false by default",
  }),
};

/** The organization of a record. */
export const organizationId = uuid().optional().openapi({ description: "Absent for a personal record" });

/** The organization of a new record, which can't change later. */
export const newOrganizationId = uuid()
  .optional()
  .openapi({ description: "Organization that the record belongs to; none by default" });

/** Query parameter that selects deleted records instead of live ones. */
export const deletedQuery = {
  deleted: flag.openapi({
    type: "boolean",
    description:
      "`true` lists only deleted records, to restore them: requires the permissions to restore them",
  }),
};

/** Returns the schema of a record's name. */
export const recordName = (max: number, example: string) =>
  text(1, max).openapi({ type: "string", minLength: 1, maxLength: max, example });

/** A duration in seconds, up to the maximum of a Postgres integer (68 years), or null. */
export const nullableSeconds = z.int().min(0).max(2_147_483_647).nullable().openapi({ example: 3600 });
