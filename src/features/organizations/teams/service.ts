import { AppError, notFound } from "../../../core/errors.ts";
import { pageRequest } from "../../../core/page.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import type { Tagged } from "../../../http/etag.ts";
import * as repository from "./repository.ts";
import type { CreateTeam, TeamMemberQuery, TeamQuery, UpdateTeam } from "./schemas.ts";

type Row = NonNullable<Awaited<ReturnType<typeof repository.findTeam>>>["value"];

/** Adds the first lead of a team, which clients of the first version read. */
const withLead = (team: Row) => ({
  ...team,
  lead_id: team.leads[0]?.id ?? null,
  lead: team.leads[0] ?? null,
});

const found = (team: Tagged<Row> | undefined) => {
  if (team === undefined) notFound("team");
  return { ...team, value: withLead(team.value) };
};

/**
 * Lists a page of the teams that the caller may read.
 *
 * @throws AppError RESOURCE_NOT_FOUND for an organization or department of others, PERMISSION_DENIED
 */
export async function listTeams({ db, principal }: PrincipalScope, query: TeamQuery) {
  const page = await repository.listTeams(db, {
    ...pageRequest(query),
    actorId: principal.userId,
    organizationId: query.organization_id,
    departmentId: query.department_id,
  });
  return { ...page, items: page.items.map(withLead) };
}

/** Returns the team with `id`. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED */
export const getTeam = async ({ db, principal }: PrincipalScope, id: string) =>
  found(await repository.findTeam(db, principal.userId, id));

/**
 * Creates a team.
 *
 * @throws AppError RESOURCE_NOT_FOUND for an unknown organization, department or lead, RESOURCE_ALREADY_EXISTS, PERMISSION_DENIED,
 * BUSINESS_LOGIC_ERROR for too many teams
 */
export const createTeam = async ({ db, principal }: PrincipalScope, input: CreateTeam) =>
  found(await repository.insertTeam(db, principal.userId, toRow(input)).catch(explainConflict));

/**
 * Updates a team. Only callers who may read any member's time can move it, or name its lead.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PERMISSION_DENIED, PRECONDITION_FAILED
 */
export const updateTeam = async (
  { db, principal }: PrincipalScope,
  id: string,
  changes: UpdateTeam,
  expectedTags: string[] | undefined,
) =>
  found(
    await repository
      .updateTeam(db, { actorId: principal.userId, id, expectedTags }, toRow(changes))
      .catch(explainConflict),
  );

/** Deletes a team. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED */
export const deleteTeam = ({ db, principal }: PrincipalScope, id: string) =>
  repository.deleteTeam(db, { actorId: principal.userId, id });

/** Lists a page of the members of a team. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED */
export const listTeamMembers = ({ db, principal }: PrincipalScope, id: string, query: TeamMemberQuery) =>
  repository.listTeamMembers(db, { ...pageRequest(query), actorId: principal.userId, id });

/** Adds a member of the organization to a team. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED */
export const addTeamMember = async ({ db, principal }: PrincipalScope, id: string, userId: string) =>
  found(await repository.placeMember(db, { actorId: principal.userId, id }, userId));

/** Removes a member from a team. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED */
export const removeTeamMember = ({ db, principal }: PrincipalScope, id: string, userId: string) =>
  repository.removeTeamMember(db, { actorId: principal.userId, id }, userId);

/** Makes a member the only lead of a team; with null, the team has none. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED */
export const setTeamLead = ({ db, principal }: PrincipalScope, id: string, userId: string | null) =>
  repository.setTeamLead(db, { actorId: principal.userId, id }, userId);

/** Adds a lead to a team. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED, BUSINESS_LOGIC_ERROR for too many leads */
export const addTeamLead = async ({ db, principal }: PrincipalScope, id: string, userId: string) =>
  found(await repository.placeMember(db, { actorId: principal.userId, id }, userId, true));

interface Places {
  organization_id?: string | undefined;
  department_id?: string | null | undefined;
  lead_id?: string | null | undefined;
}

const toRow = <Input extends Places>({
  organization_id: organizationId,
  department_id: departmentId,
  lead_id: leadId,
  ...rest
}: Input) => ({ ...rest, organizationId, departmentId, leadId });

function explainConflict(error: unknown): never {
  if (violatedUniqueConstraint(error) === undefined) throw error;
  throw new AppError("RESOURCE_ALREADY_EXISTS", {
    message: "A team with this name already exists in the organization.",
    cause: error,
  });
}
