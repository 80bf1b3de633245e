import { sql } from "drizzle-orm";
import { ORGANIZATION_ROLES, type OrganizationRole } from "../../src/core/organization-permissions.ts";
import { newOneTimeToken } from "../../src/core/security/one-time-token.ts";
import type { TestApi } from "./api.ts";

/** Signs up a user with a verified email. */
export async function signUpVerified(api: TestApi) {
  const user = await api.signUp();
  await api.db.execute(sql`update users set email_verified_at = now() where id = ${user.id}`);
  return user;
}

/** Makes a user a member of an organization, with a built-in role by name, or a custom one by id. */
export async function join(
  api: TestApi,
  organizationId: string,
  userId: string,
  role: OrganizationRole | (string & {}),
): Promise<void> {
  const roleId = role in ORGANIZATION_ROLES ? ORGANIZATION_ROLES[role as OrganizationRole].id : role;
  await api.db.execute(sql`
    insert into memberships (organization_id, user_id, role_id) values (${organizationId}, ${userId}, ${roleId})
    on conflict (organization_id, user_id) do update set role_id = excluded.role_id, left_at = null`);
}

/** Signs up a user with a verified email, who is a member of an organization. */
export async function signUpMember(
  api: TestApi,
  organizationId: string,
  role: OrganizationRole | (string & {}),
) {
  const user = await signUpVerified(api);
  await join(api, organizationId, user.id, role);
  return user;
}

/** Creates a custom role of an organization, and returns its id. */
export async function roleWith(api: TestApi, organizationId: string, ...grants: string[]): Promise<string> {
  const id = crypto.randomUUID();
  await api.db.execute(sql`
    insert into organization_roles (id, organization_id, name, grants)
    values (${id}, ${organizationId}, ${id}, ${`{${grants.join(",")}}`}::text[])`);
  return id;
}

/** Creates an organization of a user, or of a new one, who owns it. */
export async function foundOrganization(
  api: TestApi,
  {
    name = "Analytical Engines",
    owner,
  }: { name?: string; owner?: Awaited<ReturnType<TestApi["signUp"]>> } = {},
) {
  const founder = owner ?? (await signUpVerified(api));
  const id = crypto.randomUUID();
  await api.db.execute(sql`
    insert into organizations (id, name, slug, created_by) values (${id}, ${name}, ${id}, ${founder.id})`);
  await join(api, id, founder.id, "owner");
  return { id, owner: founder };
}

/** Ends a membership. */
export const leave = (api: TestApi, organizationId: string, userId: string) =>
  api.db.execute(sql`
    update memberships set left_at = now() where organization_id = ${organizationId} and user_id = ${userId}`);

/** Stores an invitation to an address as a member, and returns its id and token. No mail is sent. */
export async function insertInvitation(
  api: TestApi,
  { organizationId, email, invitedBy }: { organizationId: string; email: string; invitedBy: string },
) {
  const [id, { text, hash }] = [crypto.randomUUID(), await newOneTimeToken()];
  await api.db.execute(sql`
    insert into invitations (id, organization_id, email, role_id, token_hash, invited_by, expires_at)
    values (${id}, ${organizationId}, ${email}, ${ORGANIZATION_ROLES.member.id}, ${hash}, ${invitedBy}, now() + interval '7 days')`);
  return { id, token: text };
}

/** Creates an organization of a user, and returns its id. */
export const createOrganization = async (
  api: TestApi,
  owner: Awaited<ReturnType<TestApi["signUp"]>>,
): Promise<string> => (await foundOrganization(api, { owner })).id;

/** Creates a team with a lead and members. */
export async function createTeam(api: TestApi, organization: string, lead: string, members: string[]) {
  const id = crypto.randomUUID();
  await api.db.execute(
    sql`insert into teams (id, organization_id, name) values (${id}, ${organization}, ${id})`,
  );
  for (const [user, isLead] of [
    [lead, true] as const,
    ...members.map((member) => [member, false] as const),
  ]) {
    await api.db.execute(sql`
      insert into team_members (organization_id, team_id, user_id, is_lead) values (${organization}, ${id}, ${user}, ${isLead})`);
  }
  return id;
}

/** Makes a user a member or a manager of a project. */
export const joinProject = (
  api: TestApi,
  organization: string,
  projectId: string,
  userId: string,
  isManager = false,
) =>
  api.db.execute(sql`
    insert into project_members (organization_id, project_id, user_id, is_manager)
    values (${organization}, ${projectId}, ${userId}, ${isManager})`);
