import { sql } from "drizzle-orm";
import type { TestApi } from "../../support/api.ts";
import { join as joinOrganization, roleWith } from "../../support/organization-members.ts";

/** A signed-in user. */
export type Person = Awaited<ReturnType<TestApi["signUp"]>>;

/** Returns functions that create organizations with members, for the tests of one API. */
export function peopleOf(api: TestApi) {
  const call = <Body = Record<string, unknown> & { id: string }>(
    person: { access: string },
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => api.call<Body>(method, path, { token: person.access, headers, ...(body !== undefined && { body }) });

  /** Creates an organization of `owner`, by default of a new user. */
  async function organize(owner?: Person) {
    const founder = owner ?? (await api.signUp());
    const slug = crypto.randomUUID();
    const { status, body, text } = await call(founder, "POST", "/organizations", { name: "Acme", slug });
    if (status !== 201) throw new Error(text);
    return { owner: founder, id: body.id, slug, path: `/organizations/${body.id}` };
  }

  /** Makes a person, by default a new user, a member with a built-in role. */
  async function join({ id }: { id: string }, role = "member", person?: Person) {
    const member = person ?? (await api.signUp());
    await joinOrganization(api, id, member.id, role);
    return member;
  }

  /** Creates a role with exactly `grants`, and a member who has it. */
  async function joinHolding({ id }: { id: string }, ...grants: string[]) {
    const member = await api.signUp();
    const role = await roleWith(api, id, ...grants);
    await joinOrganization(api, id, member.id, role);
    return { ...member, roleId: role };
  }

  /** Returns the id of a built-in role. */
  async function roleId(name: string) {
    const { rows } = await api.db.execute<{ id: string }>(
      sql`select id from organization_roles where builtin = ${name}`,
    );
    return rows[0]?.id ?? "";
  }

  /** Makes the session of a person older than any limit of recent authentication. */
  const age = (person: Person) =>
    api.db.execute(
      sql`update sessions set authenticated_at = now() - interval '1 day' where user_id = ${person.id}`,
    );

  /** Returns the actions in the audit log with the organization, oldest first. */
  async function events({ id }: { id: string }) {
    const { rows } = await api.db.execute<{ action: string }>(
      sql`select action from audit_events where organization_id = ${id} order by occurred_at, id`,
    );
    return rows.map(({ action }) => action);
  }

  return { call, organize, join, joinHolding, roleId, age, events };
}
