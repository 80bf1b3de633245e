import { sql } from "drizzle-orm";
import type { Fixtures } from "./fixtures.ts";
import { newName } from "./time-records.ts";

/** Creates a department, in a new organization of `root` unless one is given. */
export async function newDepartment(fixtures: Fixtures, organizationId?: string) {
  const organization_id = organizationId ?? (await fixtures.newOrganization());
  const { name } = newName();
  const { id } = await fixtures.callAsRoot("POST", "/departments", { name, organization_id });
  return { id, name, organization_id };
}

/** Creates a team, in a new organization of `root` unless one is given, and returns the parts of a request about it. */
export async function ofTeam(
  fixtures: Fixtures,
  fields: { organization_id?: string; department_id?: string; lead_id?: string } = {},
) {
  const organization_id = fields.organization_id ?? (await fixtures.newOrganization());
  const { name } = newName();
  const { id } = await fixtures.callAsRoot("POST", "/teams", { name, ...fields, organization_id });
  return { params: { team_id: id }, organization_id, name };
}

/** Creates members of an organization who can't sign in, and returns their ids. */
export async function newPeople({ api }: Fixtures, organizationId: string, count: number) {
  const { rows } = await api.db.execute<{ id: string }>(sql`
    insert into users (username, email, password_hash)
    select gen_random_uuid(), gen_random_uuid() || '@example.com', '$none$' from generate_series(1, ${count}) returning id`);
  const ids = rows.map(({ id }) => id);
  await api.db.execute(sql`
    insert into memberships (organization_id, user_id, role_id)
    select ${organizationId}, person, '00000000-0000-4000-8000-000000000004' from unnest(${`{${ids.join(",")}}`}::uuid[]) person`);
  return ids;
}
